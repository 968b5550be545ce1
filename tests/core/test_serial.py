from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core import values
from hubbub.core.serial import DecodeError, from_json, time_from_json, time_to_json, to_json
from hubbub.core.values import (
    Author,
    Block,
    BlockKind,
    Engagement,
    FrozenCopy,
    Media,
    Mention,
    PublishedStory,
    Record,
    Revision,
    Source,
    SourceState,
    Span,
    Story,
)

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)

times = st.datetimes(timezones=st.just(UTC))
numbers = st.none() | st.integers(-(2**70), 2**70)
texts = st.text(max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
metrics = st.dictionaries(texts, st.integers(), max_size=3)
authors = st.builds(Author, platform=texts, key=texts, name=texts, followers=numbers, at=st.none() | times, metrics=metrics)
mentions = st.builds(
    Mention,
    platform=texts,
    key=texts,
    kind=st.sampled_from(values.MentionKind),
    text=texts,
    author=st.none() | authors,
    published=st.none() | times,
    media=st.lists(st.builds(Media, kind=st.sampled_from(("image", "audio")), url=texts, size=numbers), max_size=2).map(tuple),
    engagement=st.none() | st.builds(Engagement, at=times, likes=numbers),
    raw=plain,
)
blocks = st.builds(
    Block,
    id=texts,
    kind=st.sampled_from(BlockKind),
    copy=st.none() | st.builds(FrozenCopy, mention=mentions, version=st.integers(), when=times, frozen=times, digest=texts),
    pinned=st.booleans(),
)
stories = st.builds(Story, id=texts, slug=texts, title=texts, created=times, blocks=st.lists(blocks, max_size=3).map(tuple))


@given(story=stories)
def test_a_story_comes_back_equal_through_json_text(story: Story) -> None:
    assert from_json(Story, json.loads(json.dumps(to_json(story)))) == story


@given(
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))]))
)
def test_times_keep_their_instant(at: datetime) -> None:
    try:
        at.astimezone(UTC)
    except OverflowError:
        return
    assert time_to_json(at).endswith("Z")
    assert time_from_json(time_to_json(at)) == at


def test_how_it_looks() -> None:
    media = Media(kind="image", url="https://acme.example/a.png")
    said = Mention(platform="rss", key="1", text="Ștefan", published=AT, media=(media,), raw={"a": [1, None]})
    data = to_json(said)
    assert (data["published"], data["kind"], data["raw"]) == ("2026-05-01T12:30:00Z", "post", {"a": [1, None]})
    assert data["media"] == [
        {"kind": "image", "url": "https://acme.example/a.png", "poster": "", "alt": "", "mime": "", "size": None, "digest": ""}
    ]
    assert set(data) == {field.name for field in fields(Mention)}


@pytest.mark.parametrize("kind", [each for each in vars(values).values() if isinstance(each, type) and is_dataclass(each)])
def test_every_value_of_the_core_has_a_json_form(kind: type) -> None:
    with pytest.raises(DecodeError, match=f"a {kind.__name__} must be an object, not a list"):
        from_json(kind, [])


def test_fields_with_a_default_may_be_left_out() -> None:
    assert from_json(Author, {"platform": "rss", "key": "a"}) == Author(platform="rss", key="a")


def story_with(**block: object) -> dict[str, Any]:
    blocks = tuple(Block(id=name, kind=BlockKind.TEXT) for name in "ab")
    story = Story(id="s", slug="x", title="T", created=AT, blocks=blocks)
    data = to_json(story)
    data["blocks"][1] |= block
    return data


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [
        (story_with(kind="bold"), "blocks[1].kind", "none of mention, text"),
        (story_with(pinned="yes"), "blocks[1].pinned", "true or false"),
        (story_with(text=None), "blocks[1].text", "must be text, not null"),
        (story_with(copy={}), "blocks[1].copy", "missing"),
        (story_with(colour="red"), "blocks[1]", "no field 'colour'"),
        (story_with(text=7), "blocks[1].text", "not the number 7"),
        ([], "", "must be an object, not a list"),
        ({}, "", "missing"),
        (story_with() | {"blocks": "none"}, "blocks", "must be a list, not text"),
        (story_with() | {"created": "2026-05-01T12:30:00"}, "created", "2024-05-01T12:30:00Z"),
        (story_with() | {"created": "yesterday"}, "created", "not a time"),
        (story_with() | {"created": "0001-01-01T00:00:00+10:00"}, "created", "not a time"),
        (story_with() | {"created": 12}, "created", "a time as text"),
    ],
)
def test_a_mistake_is_named_with_its_place(data: object, path: str, words: str) -> None:
    with pytest.raises(DecodeError) as caught:
        from_json(Story, data)
    assert caught.value.path == path
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Engagement, {"at": "2026-05-01T12:30:00Z", "likes": True}),
        (Engagement, {"at": "2026-05-01T12:30:00Z", "likes": 1.5}),
        (Span, {"field": "body", "start": 0, "end": 1}),
        (Author, {"platform": "rss", "key": "a", "metrics": {"karma": "many"}}),
        (Mention, {"platform": "rss", "key": "a", "raw": float("nan")}),
        (Mention, {"platform": "rss", "key": "a", "raw": {"x": object()}}),
        (Source, {"id": "a", "plugin": "rss", "every": float("inf")}),
        (Source, {"id": "a", "plugin": "rss", "every": 1e300}),
    ],
)
def test_strict_about_kinds_of_values(kind: type, data: object) -> None:
    with pytest.raises(DecodeError):
        from_json(kind, data)


def test_json_that_is_nested_too_deep_is_an_error_like_others() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(DecodeError, match="deep"):
        from_json(Mention, {"platform": "rss", "key": "1", "raw": deep})
    while deep:  # taken apart from outside: freeing it at once would nest as deep
        deep = deep.pop()


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", float("inf"), datetime(2026, 1, 1), Story])  # noqa: DTZ001
def test_what_has_no_json_form(value: object) -> None:
    with pytest.raises(TypeError):
        to_json(value)


def test_read_only_mappings_and_durations() -> None:
    state = SourceState(id="a", cursor=MappingProxyType({"etag": ("x", 1)}))
    assert to_json(state)["cursor"] == {"etag": ["x", 1]}
    source = Source(id="a", plugin="rss", every=timedelta(minutes=1.5), options={"url": "https://acme.example"})
    assert from_json(Source, to_json(source)) == source


def test_revisions_records_and_published_stories_too() -> None:
    story = Story(id="s", slug="x", title="T", created=AT)
    record = Record(mention=Mention(platform="rss", key="1"), version=1, when=AT, first_seen=AT, last_seen=AT, tags=("a",))
    for value in (
        Revision(number=1, parent=None, at=AT, note="", story=story),
        PublishedStory(story=story, media={"d": "media/d.png"}, at=AT),
        record,
    ):
        assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value
