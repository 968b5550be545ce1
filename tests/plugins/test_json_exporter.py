"""The JSON exporter: what is read is what was written, and what cannot be read says why and where."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_story import NOW, battery_week

from hubbub.core.errors import ImportFailed
from hubbub.core.values import (
    JSON,
    Author,
    Block,
    BlockKind,
    Engagement,
    FrozenCopy,
    Media,
    Mention,
    PublishedStory,
    Story,
    StoryOrder,
    StoryState,
)
from hubbub.plugins.exporters.json import JsonExporter

TEXT = st.text(max_size=12)
TIMES = st.datetimes(timezones=st.just(NOW.tzinfo))  # type: ignore[arg-type]
PLAIN: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
COUNT = st.none() | st.integers(0, 10**12)
ENGAGEMENT = st.builds(Engagement, at=TIMES, likes=COUNT, shares=COUNT, replies=COUNT, views=COUNT, score=COUNT)
AUTHOR = st.builds(
    Author,
    platform=TEXT,
    key=TEXT,
    handle=TEXT,
    name=TEXT,
    followers=COUNT,
    metrics=st.dictionaries(TEXT, st.integers(), max_size=2),
    bot=st.none() | st.booleans(),
    at=st.none() | TIMES,
)
MEDIA = st.builds(Media, kind=st.sampled_from(["image", "audio", "video", "file"]), url=TEXT, alt=TEXT, size=COUNT)
MENTION = st.builds(
    Mention,
    platform=TEXT,
    key=TEXT,
    url=TEXT,
    title=TEXT,
    text=TEXT,
    author=st.none() | AUTHOR,
    published=st.none() | TIMES,
    edited=st.none() | TIMES,
    lang=TEXT,
    media=st.lists(
        st.builds(Media, kind=st.sampled_from(["image", "audio", "video", "file"]), url=TEXT, size=COUNT), max_size=2
    ).map(tuple),
    engagement=st.none() | ENGAGEMENT,
    raw=PLAIN,
)
COPY = st.builds(FrozenCopy, mention=MENTION, version=st.integers(), when=TIMES, frozen=TIMES, digest=TEXT)


@st.composite
def any_story(draw: st.DrawFn) -> Story:
    blocks: list[Block] = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(BlockKind)), max_size=4))):
        copy = draw(COPY) if kind is BlockKind.MENTION else None
        blocks.append(Block(id=f"b{number}", kind=kind, text=draw(TEXT), url=draw(TEXT), copy=copy, pinned=draw(st.booleans())))
    return draw(
        st.builds(
            Story,
            id=TEXT,
            slug=TEXT,
            title=TEXT,
            subtitle=TEXT,
            lang=TEXT,
            order=st.sampled_from(list(StoryOrder)),
            state=st.sampled_from(list(StoryState)),
            blocks=st.just(tuple(blocks)),
            created=TIMES,
        )
    )


@given(any_story(), TIMES)
def test_what_is_read_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, story: Story, at: Any):
    folder = tmp_path_factory.mktemp("json")
    written = PublishedStory(story=story, media={}, at=at, timezone="Europe/Athens", generator="hubbub x")
    JsonExporter().export(written, folder)
    assert JsonExporter().read(folder) == written
    assert JsonExporter().read(folder / "story.json") == written


def read_changed(folder: Path, change: Any) -> PublishedStory:
    """Read a story whose file was changed by hand."""
    JsonExporter().export(battery_week(folder / "pictures"), folder)
    text = (folder / "story.json").read_text(encoding="utf-8")
    (folder / "story.json").write_text(change(text) if callable(change) else change, encoding="utf-8")
    return JsonExporter().read(folder)


def put(*path: str | int, value: object) -> Any:
    """A change that puts a value at a place of the JSON."""

    def change(text: str) -> str:
        data = json.loads(text)
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        return json.dumps(data)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("", "cut short"),
        (lambda text: text[: len(text) // 2], r"story\.json:\d+: The file is cut short"),
        ("{not json", r"story\.json:1: This is not JSON"),
        ("[]", "not a story that hubbub wrote"),
        ('{"format": "other"}', "not a story that hubbub wrote"),
        ('{"format": "hubbub story", "version": 1, "x": NaN}', "no number of JSON"),
        ("[" * 100_000, "not JSON that can be read|cut short"),
        (put("version", value=2), "newer hubbub wrote this story.*Update hubbub"),
        (put("version", value="1"), "'1' is no version"),
        (
            put("story", "blocks", 2, "copy", "when", value="yesterday"),
            r"blocks\[2\]\.copy\.when: 'yesterday' is not a time",
        ),
        (put("story", "blocks", 0, "kind", value="poem"), r"story\.blocks\[0\]\.kind: 'poem' is none of"),
        (put("story", "blocks", 1, "id", value="b1"), "Block 2 cannot have the id 'b1'"),
        (put("story", "blocks", 2, "copy", value=None), "Block 3 is a mention"),
        (put("story", "colour", value="red"), "has no field 'colour'"),
        (put("story", "title", value=None), r"story\.title: must be text"),
        (put("media", "../../etc/passwd", value="/etc/passwd"), "is not the name of a picture"),
        (put("media", value={"a" * 64: "media/" + "b" * 64 + ".png"}), "is not the name of a picture"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(tmp_path: Path, change: Any, words: str):
    with pytest.raises(ImportFailed, match=words):
        read_changed(tmp_path, change)


def test_files_that_are_none_are_refused(tmp_path: Path):
    with pytest.raises(ImportFailed, match="cannot be read: No such file"):
        JsonExporter().read(tmp_path / "nowhere.json")
    (tmp_path / "story.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImportFailed, match="not UTF-8"):
        JsonExporter().read(tmp_path)


def test_a_story_is_read_although_its_pictures_are_gone(tmp_path: Path):
    story = battery_week(tmp_path / "pictures")
    (tmp_path / "out").mkdir()
    JsonExporter().export(story, tmp_path / "out")
    lonely = tmp_path / "lonely.json"
    (tmp_path / "out" / "story.json").rename(lonely)
    assert JsonExporter().read(lonely) == replace(story, media={})
