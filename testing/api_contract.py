"""What every source that asks a web API must do, as a suite to inherit from: fast, since no network is involved.

::

    class TestMyForum(ApiSourceContract):
        plugin, count, topics = "myforum", 3, (Topic(name="acme", query="acme"),)
        options = {"server": "https://forum.example", "token": SECRET}
        damaged = ("created_at", 17)      # a field of an item, and a value of a wrong type for it

        def answer(self, request: httpx.Request) -> Any:
            return PAGES[request.url.params.get("page", "1")]
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ..core.cleaning import clean_mention
from ..core.contracts import Fetcher
from ..core.errors import SourceError
from ..core.observing import ObservedClient, Traffic
from ..core.values import JSON
from .api import FakeApi
from .fakes import FakeClock
from .source_contract import FAILURES, SourceContract
from .sources import build, collect, context

if TYPE_CHECKING:
    import httpx

SECRET = "s3cret-Of-The-Desk"
"""A password or token for the options of a source under test: no message, address or log may have it."""

HOSTILE = "acme \x1b[31mred\x1b[0m \u202eevil\u202c [bold]x[/bold] <script>alert(1)</script> \x00 \ud83d 'a' \"b\" ${x}"
"""What strangers write: terminal sequences, bidi overrides, markup, null characters, half a surrogate pair."""

MOST_REQUESTS = 200
"""A run that asks more often than this for a small API does not end by itself."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})")
_INDIA = timezone(timedelta(hours=5, minutes=30))


class ApiSourceContract(SourceContract):
    """What holds for every source that asks an API."""

    plugin: str
    options: ClassVar[Mapping[str, Any]] = {}
    damaged: tuple[str, JSON]
    """Name of a field that every item has and the mapping reads, and a value of a wrong type for it."""
    failures: ClassVar[Mapping[str, Any]] = FAILURES
    """The failures that are played, with the error that each becomes; take out what means something else to this API."""

    def answer(self, request: httpx.Request) -> Any:
        """What the API answers while all is well: JSON, an ``Answer``, or ``None`` for 404. Give two pages at least."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _api(self) -> None:
        self.api = FakeApi(self._counted)
        self.traffic = Traffic()

    def _counted(self, request: httpx.Request) -> Any:
        assert len(self.api.requests) <= MOST_REQUESTS, "this run does not end"
        return self.answer(request)

    def make(self, folder: Path) -> Fetcher:
        """A fetcher with a client of its own, so that one test's rate limits are not the next one's."""
        http = ObservedClient(self.api.client(), self.traffic, FakeClock())
        return build(self.plugin, self.options, context(folder, http, topics=self.topics))

    def test_building_asks_nothing(self, tmp_path: Path) -> None:
        self.make(tmp_path)
        assert self.api.requests == []

    def test_nothing_new_is_said_to_be_unchanged(self, tmp_path: Path) -> None:
        """An API has no one answer that is unchanged: what it gives the second time must be known, and the reading must end."""
        first = collect(self.make(tmp_path), topics=self.topics)
        again = collect(self.make(tmp_path), json.loads(json.dumps(first.cursor)), topics=self.topics)
        assert {m.ref for m in again.mentions} <= {m.ref for m in first.mentions}
        assert again.failures == []

    def test_a_kill_after_any_page_loses_nothing(self, tmp_path: Path) -> None:
        """The cursor of a batch stands behind its mentions, and before all others."""
        whole = {mention.ref for mention in collect(self.make(tmp_path), topics=self.topics).mentions}
        total = len(collect(self.make(tmp_path), topics=self.topics).batches)
        for saved in range(total):
            kept: set[str] = set()
            cursor: JSON = None
            for number, batch in enumerate(self.make(tmp_path).fetch(self.topics, None)):
                if number == saved:
                    break
                kept |= {mention.ref for mention in batch.mentions}
                cursor = json.loads(json.dumps(batch.cursor))
            kept |= {mention.ref for mention in collect(self.make(tmp_path), cursor, topics=self.topics).mentions}
            assert kept == whole, f"killed after {saved} batches"

    @pytest.mark.parametrize("name", FAILURES)
    def test_failure(self, tmp_path: Path, name: str) -> None:
        """Every failure becomes the right error, in words for the user and without secrets; then all is read."""
        if name not in self.failures:
            pytest.skip("this means something else to this API; its own tests say what")
        answer, kind = self.failures[name]
        self.api.failing = answer
        with pytest.raises(SourceError) as caught:
            collect(self.make(tmp_path), topics=self.topics)
        assert type(caught.value) is kind, caught.value
        assert len(str(caught.value)) > 20
        assert SECRET not in f"{caught.value} {caught.value.url} {caught.value.said}"
        self.api.failing = None
        assert len(collect(self.make(tmp_path), topics=self.topics).mentions) == self.count

    def test_an_item_with_an_unexpected_field_costs_only_itself(self, tmp_path: Path) -> None:
        field, value = self.damaged
        self.api.changing = _first_only(lambda item: {**item, field: value}, field)
        collected = collect(self.make(tmp_path), topics=self.topics)
        assert 0 < len({mention.ref for mention in collected.mentions}) < self.count
        failure = collected.failures[0]
        assert field in failure.message
        assert isinstance(failure.raw, Mapping)
        assert failure.raw[field] == value

    def test_hostile_texts_are_read_and_made_harmless(self, tmp_path: Path) -> None:
        self.api.changing = _texts_replaced
        for mention in collect(self.make(tmp_path), topics=self.topics).mentions:
            cleaned = clean_mention(mention)
            assert not {"\x1b", "\u202e", "\x00"} & set(cleaned.title + cleaned.text + cleaned.key)

    def test_empty_pages_give_nothing_and_end(self, tmp_path: Path) -> None:
        self.api.changing = _emptied
        collected = collect(self.make(tmp_path), topics=self.topics)
        assert collected.mentions == []
        assert collected.failures == []

    def test_the_same_page_again_and_again_comes_to_an_end(self, tmp_path: Path) -> None:
        """An API that ignores what page is asked for answers with its first one for ever."""
        whole = {mention.ref for mention in collect(self.make(tmp_path), topics=self.topics).mentions}
        self.api.requests.clear()
        self.api.repeating = True
        found = {mention.ref for mention in collect(self.make(tmp_path), topics=self.topics).mentions}
        assert found
        assert found <= whole

    def test_times_of_any_zone_mean_the_same_moment(self, tmp_path: Path) -> None:
        there = {mention.ref: mention.published for mention in collect(self.make(tmp_path), topics=self.topics).mentions}
        self.api.changing = _elsewhere
        for mention in collect(self.make(tmp_path), topics=self.topics).mentions:
            assert mention.published == there[mention.ref]
            assert mention.published is None or mention.published.tzinfo is UTC

    @pytest.mark.parametrize("skew", [timedelta(days=-2), timedelta(days=2)], ids=["slow", "fast"])
    def test_a_clock_that_is_wrong_loses_nothing(self, tmp_path: Path, skew: timedelta) -> None:
        """Ours or the site's: what is dated in the future is given, too, and the next run finds nothing new.

        By a fast clock it may be older than the first reading goes back.
        """
        clock = FakeClock(FakeClock().at + skew)
        http = ObservedClient(self.api.client(now=clock), self.traffic, clock)
        given = context(tmp_path, http, now=clock, topics=self.topics)
        first = collect(build(self.plugin, self.options, given), topics=self.topics)
        assert len(first.mentions) == self.count or skew > timedelta(0)
        again = collect(build(self.plugin, self.options, given), json.loads(json.dumps(first.cursor)), self.topics)
        assert {mention.ref for mention in again.mentions} <= {mention.ref for mention in first.mentions}

    def test_no_secret_is_told(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        fetcher = self.make(tmp_path)
        collected = collect(fetcher, topics=self.topics)
        told = [repr(fetcher), caplog.text, json.dumps(collected.cursor), *(json.dumps(m.raw) for m in collected.mentions)]
        told += [exchange.url for exchange in self.traffic.exchanges]
        assert [text for text in told if SECRET in text] == []


def _first_only(change: Callable[[Any], Any], field: str) -> Callable[[Any], Any]:
    """Changes the first object with this field, of the first answer that has one, and no other."""
    done = False

    def walk(value: Any) -> Any:
        nonlocal done
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, dict):
            if not done and field in value:
                done = True
                return change(value)
            return {key: walk(each) for key, each in value.items()}
        return value

    return walk


def _elsewhere(value: Any) -> Any:
    """The same answer with its ISO times told in a zone of India."""
    if isinstance(value, list):
        return [_elsewhere(each) for each in value]
    if isinstance(value, dict):
        return {key: _elsewhere(each) for key, each in value.items()}
    if isinstance(value, str) and _ISO.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(_INDIA).isoformat()
    return value


def _texts_replaced(value: Any) -> Any:
    """The same answer with something hostile in each text of several words."""
    if isinstance(value, list):
        return [_texts_replaced(each) for each in value]
    if isinstance(value, dict):
        return {key: _texts_replaced(each) for key, each in value.items()}
    return f"{value} {HOSTILE}" if isinstance(value, str) and " " in value else value


def _emptied(value: Any) -> Any:
    """The same answer with nothing in its lists of objects."""
    if isinstance(value, list):
        return [] if all(isinstance(each, dict) for each in value) else value
    return {key: _emptied(each) for key, each in value.items()} if isinstance(value, dict) else value
