"""Fields of what APIs send: with their types, or with an error that names them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.contracts import Response
from hubbub.core.errors import SourceBroken
from hubbub.core.fields import Fields, UnexpectedField, list_in, map_each, object_of
from hubbub.core.values import Mention

STATUS: dict[str, Any] = {
    "id": 7,
    "text": "Η μπαταρία",
    "likes": "12",
    "score": -3,
    "views": None,
    "sensitive": False,
    "created": "2026-06-14T12:00:00+03:00",
    "account": {"acct": "marta", "followers": 40},
    "media": [{"url": "https://a.example/1"}, {"url": "https://a.example/2"}],
}


def test_values_are_read_with_their_types() -> None:
    status = Fields(STATUS)
    assert (status.need("id"), status.text("text"), status.text("title")) == ("7", "Η μπαταρία", "")
    assert (status.count("likes"), status.count("score"), status.number("score"), status.count("views")) == (12, None, -3, None)
    assert (status.flag("sensitive"), status.flag("bot")) == (False, None)
    assert status.time("created") == datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
    assert (status.text("account.acct"), status.inner("account").count("followers")) == ("marta", 40)
    assert [media.need("url") for media in status.each("media")] == ["https://a.example/1", "https://a.example/2"]
    assert "views" not in status
    assert status.inner("card").text("title") == ""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1781427600, datetime(2026, 6, 14, 9, 0, tzinfo=UTC)),
        (1781427600123, datetime(2026, 6, 14, 9, 0, 0, 123000, tzinfo=UTC)),
        (1781427600123456, datetime(2026, 6, 14, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-06-14T09:00:00.000Z", datetime(2026, 6, 14, 9, 0, tzinfo=UTC)),
        ("2026-06-14 09:00:00", datetime(2026, 6, 14, 9, 0, tzinfo=UTC)),
        ("Sun, 14 Jun 2026 09:00:00 GMT", datetime(2026, 6, 14, 9, 0, tzinfo=UTC)),
    ],
)
def test_times_of_every_kind(value: Any, moment: datetime) -> None:
    assert Fields({"at": value}).time("at") == moment


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda f: f.need("uri"), "field 'uri' is missing"),
        (lambda f: f.text("account"), "field 'account' should be a text and is {\"acct\""),
        (lambda f: f.count("text"), "field 'text' should be a whole number and is \"Η μπαταρία\""),
        (lambda f: f.flag("likes"), "field 'likes' should be true or false"),
        (lambda f: f.time("text"), "field 'text' should be a time"),
        (lambda f: f.text("text.inner"), "field 'text' should be an object"),
        (lambda f: f.values("account"), "field 'account' should be a list"),
        (lambda f: f.inner("account").inner("acct"), "field 'account.acct' should be an object"),
        (lambda f: [m.need("alt") for m in f.each("media")], "field 'media[0].alt' is missing"),
    ],
)
def test_an_unexpected_field_is_named(read: Any, words: str) -> None:
    with pytest.raises(UnexpectedField) as caught:
        read(Fields(STATUS))
    assert str(caught.value).startswith(words)


def test_an_item_that_cannot_be_read_costs_only_itself_and_is_kept() -> None:
    items = [{"id": 1, "text": "one"}, {"id": 2, "text": {"html": "two"}}, 17, {"id": 4, "text": "four"}, {"id": 5}]

    def read(item: Fields) -> Mention | None:
        return Mention(platform="x", key=item.need("id"), text=item.text("text")) if "text" in item else None

    mentions, failures = map_each(items, read, name=lambda item: f"post {item['id']}")
    assert [mention.key for mention in mentions] == ["1", "4"]
    assert [failure.item for failure in failures] == ["post 2", "item 3"]
    assert failures[0].message == 'post 2 was left out: field \'text\' should be a text and is {"html": "two"}'
    assert failures[0].raw == items[1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(JSON)
def test_whatever_stands_there_is_read_or_named(value: Any) -> None:
    for read in (Fields.text, Fields.count, Fields.flag, Fields.time, Fields.values, Fields.inner):
        problem = ""
        try:
            read(Fields({"x": value}), "x")
        except UnexpectedField as error:
            problem = str(error)
        assert not problem or problem.startswith("field 'x' should be")


def test_an_answer_that_is_no_json_shows_no_key_of_its_address() -> None:
    for content in (b"<html>", b"[]"):
        with pytest.raises(SourceBroken) as caught:
            object_of(Response(url="https://a.example/?q=acme&key=secret", status=200, headers={}, content=content))
        assert caught.value.url == "https://a.example/?q=acme&key=***"


def test_an_answer_that_is_no_json_says_what_it_is() -> None:
    for content, words in ((b"<html>", "a web page"), (b"", "nothing"), (b"{", "something else")):
        with pytest.raises(SourceBroken, match=words):
            object_of(Response(url="https://a.example", status=200, headers={}, content=content))
    with pytest.raises(SourceBroken, match="field 'hits' is missing"):
        list_in(Fields({}), "hits")
