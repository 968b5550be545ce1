"""The JSON exporter: what is read is what was written, and what cannot be read says why and where."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from sample_story import NOW, battery_week

from hubbub.core.errors import ImportFailed
from hubbub.core.values import (
    JSON,
    Author,
    Block,
    BlockKind,
    CheckState,
    Engagement,
    Extent,
    FrozenCopy,
    LinkCheck,
    Media,
    Mention,
    PublishedStory,
    Redaction,
    Story,
    StoryOrder,
    StoryState,
)
from hubbub.plugins.exporters import json as module
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.testing.stories import every_field, handed

SCHEMA_FILE = Path(module.__file__).with_name("story.schema.json")
SCHEMA = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))

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
REDACTION = st.builds(Redaction, at=TIMES, reason=TEXT, digest=TEXT)
COPY = st.builds(
    FrozenCopy,
    mention=MENTION,
    version=st.integers(),
    when=TIMES,
    frozen=TIMES,
    digest=TEXT,
    seen=st.none() | TIMES,
    sources=st.lists(TEXT, max_size=2).map(tuple),
    query=TEXT,
    redacted=st.none() | REDACTION,
)
CHECK = st.builds(LinkCheck, ref=TEXT, at=TIMES, state=st.sampled_from(list(CheckState)), detail=TEXT)


@st.composite
def any_story(draw: st.DrawFn) -> Story:
    blocks: list[Block] = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(BlockKind)), max_size=4))):
        copy = draw(COPY) if kind is BlockKind.MENTION else None
        blocks.append(
            Block(
                id=f"b{number}",
                kind=kind,
                text=draw(TEXT),
                url=draw(TEXT),
                copy=copy,
                extent=draw(st.none() | st.builds(Extent, exact=TEXT, prefix=TEXT, suffix=TEXT)),
                rights=draw(TEXT),
                note=draw(TEXT),
                alts=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
                pinned=draw(st.booleans()),
            )
        )
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
            cover=TEXT,
            cover_alt=TEXT,
            rights=TEXT,
            query=TEXT,
            formats=st.lists(TEXT, max_size=3).map(tuple),
            blocks=st.just(tuple(blocks)),
            created=TIMES,
        )
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json")


@settings(max_examples=50)
@given(any_story(), TIMES, st.dictionaries(TEXT, CHECK, max_size=2), st.integers(), TEXT)
def test_what_is_read_is_what_was_written(folder: Path, story: Story, at: Any, checks: Any, revision: int, base_url: str):
    written = PublishedStory(
        story=story,
        media={},
        at=at,
        timezone="Europe/Athens",
        generator="hubbub x",
        checks=checks,
        revision=revision,
        base_url=base_url,
    )
    written = handed(written)
    JsonExporter().export(written, folder)
    assert JsonExporter().read(folder) == written
    assert JsonExporter().read(folder / "story.json") == written
    SCHEMA.validate(json.loads((folder / "story.json").read_text(encoding="utf-8")))


def test_the_schema_says_what_the_values_are():
    root = Path(__file__).parents[2]
    run = [sys.executable, str(root / "tools" / "story_schema.py")]
    made = subprocess.run(run, capture_output=True, text=True, check=True, encoding="utf-8")
    assert made.stdout == SCHEMA_FILE.read_text(encoding="utf-8"), "run: python tools/story_schema.py > (the schema's file)"
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 3),
        (("format",), "other"),
        (("story", "colour"), "red"),
        (("story", "title"), None),
        (("story", "blocks", 0, "kind"), "poem"),
        (("story", "created"), "yesterday"),
        (("media",), {"x": "/etc/passwd"}),
    ],
)
def test_the_schema_refuses_what_is_no_story(tmp_path: Path, path: tuple[str | int, ...], value: object):
    JsonExporter().export(every_field(tmp_path), tmp_path)
    text = (tmp_path / "story.json").read_text(encoding="utf-8")
    SCHEMA.validate(json.loads(text))
    with pytest.raises(ValidationError):
        SCHEMA.validate(json.loads(put(*path, value=value)(text)))


NEW = {
    "story": ("cover", "cover_alt", "rights", "query", "formats"),
    "block": ("extent", "rights", "note", "alts"),
    "copy": ("seen", "sources", "query", "redacted"),
    "file": ("revision", "base_url", "checks"),
}
"""What version 2 of the layout added."""


def test_a_file_of_the_first_version_is_read(tmp_path: Path):
    story = battery_week(tmp_path / "pictures")

    def as_the_first_version_was(text: str) -> str:
        data = json.loads(text)
        data["version"] = 1
        for name in NEW["file"]:
            del data[name]
        for name in NEW["story"]:
            del data["story"][name]
        for block in data["story"]["blocks"]:
            for name in NEW["block"]:
                del block[name]
            for name in NEW["copy"] if block["copy"] else ():
                del block["copy"][name]
        SCHEMA.validate(data)
        return json.dumps(data)

    back = read_changed(tmp_path, as_the_first_version_was)
    assert replace(back, media={}) == replace(story, media={})
    assert len(back.media) == 3


def test_a_picture_that_was_changed_is_refused_and_one_that_is_gone_is_left_out(tmp_path: Path):
    JsonExporter().export(battery_week(tmp_path / "pictures"), tmp_path)
    gone, changed, kept = sorted((tmp_path / "media").iterdir())
    gone.unlink()
    assert set(JsonExporter().read(tmp_path).media) == {changed.stem, kept.stem}
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.stem
    changed.write_bytes(kept.read_bytes())
    with pytest.raises(ImportFailed, match=rf"{changed.name}: .*SHA-256 differs"):
        JsonExporter().read(tmp_path)


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
        (put("version", value=3), "newer hubbub wrote this story.*Update hubbub"),
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
