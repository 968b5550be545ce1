"""X by its recent search: synthetic posts in the documented shape, and a purse that is never overdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.contracts import Checks, Converses, Refreshes
from hubbub.core.errors import SourceBroken, SourceLimited, SourceNeedsKey, SourceRefused, SourceUnreachable
from hubbub.core.registry import Registry
from hubbub.core.searchterms import SearchTerm, search_terms
from hubbub.core.values import Mention, MentionKind, Quota, Topic
from hubbub.plugins.sources._spending import Ledger
from hubbub.plugins.sources.x import queries_of
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
PAID: dict[str, Any] = {"enabled_by": "I pay for this", "spend_cap": 50, "token": SECRET}


def number_at(moment: datetime) -> int:
    return (int(moment.timestamp() * 1000) - 1_288_834_974_657) << 22


def post(age: int, **changes: Any) -> dict[str, Any]:
    written = NOW - timedelta(minutes=age)
    number = str(number_at(written))
    return {
        "id": number,
        "text": "La batería del acme dura &amp; dura https://t.example/a",
        "author_id": str(age % 7),
        "created_at": written.isoformat().replace("+00:00", "Z"),
        "conversation_id": number,
        "edit_history_tweet_ids": [number],
        "lang": "es",
        "public_metrics": {"retweet_count": 2, "reply_count": 3, "like_count": 4, "quote_count": 1, "impression_count": 900},
        "entities": {"urls": [{"url": "https://t.example/a", "expanded_url": "https://acme.example/phone"}]},
        **changes,
    }


USERS = [
    {
        "id": str(n),
        "name": f"Marta {n}",
        "username": f"marta{n}",
        "public_metrics": {"followers_count": 70 + n, "following_count": 5, "tweet_count": 6, "listed_count": 0},
    }
    for n in range(7)
]
POSTS = [post(age) for age in range(1, 241)]


def search(request: httpx.Request, posts: list[Any] = POSTS) -> Any:
    if request.url.path != "/2/tweets/search/recent":
        return None
    params = request.url.params
    most, place = int(params["max_results"]), int(params.get("next_token", "t0")[1:])
    assert 10 <= most <= 100
    after = int(params.get("since_id", "0")) or number_at(datetime.fromisoformat(params.get("start_time", "2026-06-08")))
    until = int(params.get("until_id", "9" * 19))
    found = [one for one in posts if after < int(one["id"]) < until]
    page = found[place : place + most]
    meta: dict[str, Any] = {"result_count": len(page)}
    if place + most < len(found):
        meta["next_token"] = f"t{place + most}"
    written_by = {one["author_id"] for one in page}
    people = [user for user in USERS if user["id"] in written_by] if "expansions" in params else []
    return {"meta": meta} if not page else {"data": page, "includes": {"users": people}, "meta": meta}


class TestX(ApiSourceContract):
    plugin, count, topics = "x", len(POSTS), ACME
    options: ClassVar = {**PAID, "spend_cap": 5000}
    damaged = ("lang", {"code": "es"})

    def answer(self, request: httpx.Request) -> Any:
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        assert request.url.params["query"] == '("acme") -is:retweet'
        return search(request)

    def test_check_says_that_all_is_well(self, tmp_path: Path) -> None:
        fetcher = self.make(tmp_path)
        assert isinstance(fetcher, Checks)
        assert "$5,000.00 of $5,000.00 are left" in fetcher.check()
        assert self.api.requests == []


class Desk:
    """A workspace with a source of X whose API is played."""

    def __init__(self, folder: Path, answering: Any = search, **options: Any) -> None:
        self.api, self.clock, self.quotas = FakeApi(answering), FakeClock(), list[Quota]()
        made = context(folder, self.api.client(self.clock), now=self.clock)
        self.fetcher = build("x", {**PAID, **options}, replace(made, tell_quota=self.quotas.append))
        self.file = made.data_dir / "spent.json"

    @property
    def spent(self) -> int:
        return json.loads(self.file.read_text())["thousandths"]

    def asked(self, name: str) -> list[str]:
        return [request.url.params.get(name, "") for request in self.api.requests]


def only(folder: Path, **changes: Any) -> Mention:
    return collect(Desk(folder, lambda request: search(request, [post(8, **changes)])).fetcher, topics=ACME).mentions[0]


def test_a_post(tmp_path: Path) -> None:
    mention = only(tmp_path)
    assert mention.text == "La batería del acme dura & dura https://acme.example/phone"
    assert mention.url == f"https://x.com/marta1/status/{mention.key}"
    assert (mention.kind, mention.lang, mention.thread, mention.edited) == (MentionKind.POST, "es", "", None)
    told = mention.engagement
    assert told is not None
    assert (told.likes, told.shares, told.replies, told.views) == (4, 3, 3, 900)
    assert mention.author is not None
    assert (mention.author.handle, mention.author.followers) == ("marta1", 71)
    assert mention.author.metrics == {"following": 5, "posts": 6, "lists": 0}


def test_an_answer_an_edited_post_and_a_long_one(tmp_path: Path) -> None:
    first = str(number_at(NOW - timedelta(minutes=30)))
    mention = only(
        tmp_path,
        conversation_id="77",
        referenced_tweets=[{"type": "replied_to", "id": "78"}, {"type": "quoted", "id": "79"}],
        edit_history_tweet_ids=[first, POSTS[7]["id"]],
        note_tweet={"text": "Μια χαρά " * 60},
        lang="und",
    )
    assert (mention.kind, mention.thread, mention.parent, mention.shared) == (MentionKind.COMMENT, "x:77", "x:78", "x:79")
    assert (mention.key, mention.edited) == (first, NOW - timedelta(minutes=8))
    assert mention.published == NOW - timedelta(minutes=30)
    assert (len(mention.text), mention.lang) == (540, "")


@pytest.mark.parametrize("left_out", ["enabled_by", "spend_cap", "token"])
def test_it_is_off_until_all_is_said(left_out: str) -> None:
    options = Registry().component("source", "x").options
    assert options is not None
    with pytest.raises(ValueError, match=left_out):
        options.model_validate({name: value for name, value in PAID.items() if name != left_out})
    with pytest.raises(ValueError, match="I pay for this"):
        options.model_validate({**PAID, "enabled_by": "yes"})


def test_what_came_is_counted_once_a_day_and_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first = collect(desk.fetcher, topics=ACME)
    assert desk.spent == len(POSTS) * 5 + 7 * 10
    assert desk.quotas[-1] == Quota(left=5000 - 127, limit=5000, resets=datetime(2026, 7, 1, tzinfo=UTC), unit="cents")
    collect(desk.fetcher, topics=ACME)
    assert desk.spent == len(POSTS) * 5 + 7 * 10
    desk.clock.advance(timedelta(days=1))
    collect(Desk(tmp_path).fetcher, first.cursor, ACME)
    desk.clock.advance(timedelta(days=17))
    assert Ledger(desk.file).spent(desk.clock()) == 0


def test_the_price_of_the_most_is_written_before_anything_is_asked(tmp_path: Path) -> None:
    seen: list[int] = []

    def answer(request: httpx.Request) -> Any:
        seen.append(desk.spent)
        return search(request)

    desk = Desk(tmp_path, answer)
    collect(desk.fetcher, topics=ACME)
    assert seen == [1500, 570 + 1500, 1070 + 1500]


def test_never_more_is_asked_for_than_the_rest_of_the_cap_pays(tmp_path: Path) -> None:
    desk = Desk(tmp_path, spend_cap=1.2)
    with pytest.raises(SourceLimited, match=r"\$1\.20, is spent .* on 2026-07-01; raise spend_cap") as caught:
        collect(desk.fetcher, topics=ACME)
    assert desk.asked("max_results") == ["80", "48", "32", "22", "14", "10"]
    assert desk.spent == 1100
    assert caught.value.until == datetime(2026, 7, 1, tzinfo=UTC)
    asked = len(desk.api.requests)
    with pytest.raises(SourceLimited):
        collect(Desk(tmp_path, spend_cap=1.2).fetcher, topics=ACME)
    assert len(desk.api.requests) == asked


def test_what_was_read_before_the_cap_is_not_read_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, spend_cap=1)
    batches = desk.fetcher.fetch(ACME, None)
    first = next(batches)
    with pytest.raises(SourceLimited):
        list(batches)
    later = Desk(tmp_path)
    rest = collect(later.fetcher, first.cursor, ACME)
    assert later.asked("until_id")[0] == first.mentions[-1].key
    assert len({m.ref for m in [*first.mentions, *rest.mentions]}) == len(POSTS)


@pytest.mark.parametrize(
    ("failing", "kind", "counted"),
    [
        (Answer(delay=30), SourceUnreachable, 1500),
        (Answer(body=b"x" * 5000, cut_at=100), SourceUnreachable, 1500),
        (Answer(status=504), SourceUnreachable, 1500),
        (Answer(body=b"<html>"), SourceBroken, 1500),
        (Answer(status=500), SourceUnreachable, 0),
        (Answer(status=429, headers={"x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}), SourceLimited, 0),
        (Answer(status=401), SourceNeedsKey, 0),
    ],
)
def test_an_answer_that_got_lost_counts_as_full_and_a_refusal_costs_nothing(
    tmp_path: Path, failing: Answer, kind: type[Exception], counted: int
) -> None:
    desk = Desk(tmp_path)
    desk.api.failing = failing
    with pytest.raises(kind):
        collect(desk.fetcher, topics=ACME)
    assert desk.spent == counted


@pytest.mark.parametrize("damage", ["{", "[]", '{"month": "2026-06", "thousandths": "7", "day": "", "paid": []}'])
def test_nothing_is_asked_where_the_count_cannot_be_read(tmp_path: Path, damage: str) -> None:
    desk = Desk(tmp_path)
    desk.file.write_text(damage)
    with pytest.raises(SourceBroken, match=r"Nothing is asked of X.*spent\.json"):
        collect(desk.fetcher, topics=ACME)
    assert desk.api.requests == []


def test_nothing_is_asked_where_the_count_cannot_be_written(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.file.with_suffix(".new").mkdir()
    with pytest.raises(SourceBroken, match="Nothing is asked of X"):
        collect(desk.fetcher, topics=ACME)
    assert desk.api.requests == []


def test_several_at_once_never_spend_more_than_the_cap(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path / "spent.json") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda ledger: ledger.reserve(15, 100, 10, 5000, NOW), ledgers))
    assert 5000 - 15 * 10 < taken * 15 <= 5000
    assert ledgers[0].spent(NOW) == taken * 15


@given(st.lists(st.tuples(st.integers(10, 100), st.integers(0, 100), st.booleans()), max_size=20))
def test_whatever_happens_the_count_is_never_below_what_was_paid(runs: list[tuple[int, int, bool]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        ledger, paid, ids = Ledger(Path(folder) / "spent.json"), set[str](), 0
        for most, came, killed in runs:
            room = ledger.reserve(5, most, 10, 1000, NOW)
            new = [f"post:{ids + n}" for n in range(min(came, room))]
            ids += len(new) // 2  # half of them come again
            paid |= set(new)
            if room and not killed:
                ledger.settle(room * 5, dict.fromkeys(new, 5), NOW)
            assert len(paid) * 5 <= ledger.spent(NOW) <= 1000


def test_queries_are_as_few_and_as_long_as_x_allows() -> None:
    words = [Topic(name=str(n), query=f'"acme phone{n}" AND (μπαταρία OR batería)') for n in range(20)]
    queries = queries_of(search_terms(words))
    assert len(queries) == 3
    assert all(len(query) <= 512 and query.endswith(" -is:retweet") for query in queries)
    assert queries_of([SearchTerm(("#acme", "@acme", "two days"))]) == ['((#acme @acme "two days")) -is:retweet']
    assert len(queries_of([SearchTerm(("very long " * 90,))])[0]) <= 512
    assert queries_of([]) == []


def test_an_account_and_a_query_of_the_users(tmp_path: Path) -> None:
    desk = Desk(tmp_path, query="acme lang:en", author="@acme", authors=False)
    mention = collect(desk.fetcher).mentions[0]
    assert desk.asked("query")[0] == "acme lang:en from:acme"
    assert "expansions" not in desk.api.requests[0].url.params
    assert desk.spent == len(POSTS) * 5
    assert mention.author is not None
    assert (mention.author.key, mention.author.handle) == ("1", "")


def test_a_place_older_than_a_week_is_left(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    cursor = collect(desk.fetcher, topics=ACME).cursor
    assert isinstance(cursor, Mapping)
    desk.clock.advance(timedelta(days=8))
    desk.api.requests.clear()
    collect(desk.fetcher, cursor, ACME)
    assert (desk.asked("since_id"), desk.asked("start_time")) == ([""], ["2026-06-15T09:17:00Z"])


@pytest.mark.parametrize(
    ("status", "words"), [(401, "Make a new bearer token"), (402, "credits at X are used up"), (403, "enrolled in pay-per-use")]
)
def test_a_refusal_says_what_to_do(tmp_path: Path, status: int, words: str) -> None:
    desk = Desk(tmp_path)
    body = b'{"title": "Client Forbidden", "detail": "Your app must be enrolled."}'
    desk.api.failing = Answer(status=status, headers={"Content-Type": "application/json"}, body=body)
    with pytest.raises(SourceNeedsKey, match=words) as caught:
        collect(desk.fetcher, topics=ACME)
    assert "Your app must be enrolled." in str(caught.value)


def test_what_costs_more_is_off_until_it_is_allowed(tmp_path: Path) -> None:
    desk, mention = Desk(tmp_path), Mention(platform="x", key="7")
    assert isinstance(desk.fetcher, Converses)
    assert isinstance(desk.fetcher, Refreshes)
    assert list(desk.fetcher.refresh([mention])) == []
    with pytest.raises(SourceRefused, match="conversations = true"):
        desk.fetcher.conversation(mention)
    assert desk.api.requests == []


def test_a_conversation_and_counts_where_they_are_allowed(tmp_path: Path) -> None:
    root, reply = post(60), post(5, conversation_id=post(60)["id"])

    def answer(request: httpx.Request) -> Any:
        if request.url.path == "/2/tweets/search/recent":
            assert request.url.params["query"] == f"conversation_id:{root['id']}"
            return {"data": [reply], "meta": {}}
        gone = {"resource_id": "9", "type": "https://api.x.com/2/problems/resource-not-found"}
        return {"data": [root], "errors": [gone]}

    desk = Desk(tmp_path, answer, conversations=True, refresh=True)
    assert isinstance(desk.fetcher, Converses)
    assert isinstance(desk.fetcher, Refreshes)
    mention = Mention(platform="x", key=reply["id"], thread=f"x:{root['id']}")
    assert [one.key for one in desk.fetcher.conversation(mention)] == [root["id"], reply["id"]]
    fresh = dict(desk.fetcher.refresh([Mention(platform="x", key=root["id"]), Mention(platform="x", key="9")]))
    assert fresh["x:9"] is None
    assert fresh[f"x:{root['id']}"] is not None
    assert desk.spent == 10
