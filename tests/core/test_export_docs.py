"""docs/export.md names every field that an export has, and no other."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from hubbub.core.entries import (
    FILES,
    AuthorCounts,
    AuthorEntry,
    AuthorName,
    MentionEntry,
    Quote,
    RedactionEntry,
    RejectionEntry,
    SharingEntry,
    StepLine,
    StoryStep,
    Wording,
)
from hubbub.core.exporting import FORMAT, MAX_LINE, QUOTES, VERSION, FileSum, Manifest
from hubbub.core.sharing import Comment, Lock, Role
from hubbub.core.values import (
    Author,
    Block,
    CheckState,
    Engagement,
    FrozenCopy,
    Label,
    LinkCheck,
    Media,
    MentionKind,
    Mute,
    SavedSearch,
    SourceState,
    Span,
    Story,
    TriageState,
)

PAGE = Path(__file__).parents[2] / "docs" / "export.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")

TABLES: dict[str, list[type]] = {
    "authors.jsonl": [AuthorEntry],
    "redactions.jsonl": [RedactionEntry],
    "mentions.jsonl": [MentionEntry, Wording],
    "searches.jsonl": [SavedSearch],
    "mutes.jsonl": [Mute],
    "sources.jsonl": [SourceState],
    "quotes.jsonl": [Quote],
    "stories.jsonl": [StepLine],
    "rejections.jsonl": [RejectionEntry],
    "sharings.jsonl": [SharingEntry],
    "comments.jsonl": [Comment],
    "checks.jsonl": [LinkCheck],
}
INSIDE: dict[str, list[type]] = {
    "series": [AuthorCounts],
    "author": [AuthorName, Author],
    "labels": [Label, Span],
    "engagement": [Engagement],
    "media": [Media],
    "copy": [FrozenCopy],
    "lock": [Lock],
    "story": [Story],
}
"""Fields whose cell lists what is inside."""


def names(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]


def section(name: str) -> str:
    return PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]


def cells(text: str) -> list[tuple[list[str], str]]:
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", text, re.MULTILINE)
    return [(re.findall(r"`(\w+)`", first), second) for first, second in rows]


@pytest.mark.parametrize("name", TABLES)
def test_every_field_has_its_place_in_the_order_of_the_lines(name: str) -> None:
    told = [field for first, _ in cells(section(name)) for field in first]
    assert told == [field for kind in TABLES[name] for field in names(kind)]


def test_what_is_inside_of_fields() -> None:
    words = [(field, second) for name in TABLES for first, second in cells(section(name)) for field in first]
    for field, kinds in INSIDE.items():
        told = " ".join(second for name, second in words if name == field)
        for inner in (inner for kind in kinds for inner in names(kind)):
            assert f"`{inner}`" in told, f"{field}: {inner}"
    blocks = section("stories.jsonl").split("Each of `blocks` has")[1]
    assert re.findall(r"`(\w+)`", blocks.replace("`null`", "")) == names(Block)
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{value}`" in section("mentions.jsonl") for value in (*MentionKind, *TriageState))
    assert all(f"`{value}`" in section("checks.jsonl") for value in CheckState)
    assert all(f"`{name}`" in page for name in (*names(Manifest), *names(FileSum), *FILES.values(), QUOTES))
    assert all(f"`{role}`" in section("sharings.jsonl") for role in Role)
    assert f'`"{FORMAT}"`' in page
    assert f"`version` ({VERSION})" in page
    assert f"{MAX_LINE // 2**20} MiB" in page
    assert set(TABLES) == {FILES[kind] for kind in FILES} | {QUOTES}
    assert FILES[StoryStep] == "stories.jsonl"
