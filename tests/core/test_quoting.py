"""What readers see of a quotation: the part that is quoted, our own text alternatives, nothing that was taken out."""

from dataclasses import replace
from pathlib import Path

import pytest

from hubbub.core.extents import extent_of
from hubbub.core.quoting import for_readers, gone, pictures, quoted_words, words_beside_pictures
from hubbub.core.values import Block, BlockKind, Extent, Media
from hubbub.testing.stories import SECRET, every_field, said

TEXT = "First this. Then that. Then it ended."


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("First this.", "First this. …"),
        ("Then that.", "… Then that. …"),
        ("Then it ended.", "… Then it ended."),
        (TEXT, TEXT),
    ],
)
def test_an_ellipsis_stands_for_what_is_left_out(words: str, shown: str):
    assert quoted_words(replace(said(1, TEXT), extent=extent_of(TEXT, words))) == shown


def test_what_cannot_be_found_any_more_was_part_of_something():
    assert quoted_words(replace(said(1, TEXT), extent=Extent(exact="other words"))) == "… other words …"
    assert quoted_words(replace(said(1, TEXT), extent=Extent(exact=" "))) == TEXT
    assert quoted_words(Block(id="t", kind=BlockKind.TEXT, text="ours")) == ""


def test_a_text_alternative_does_not_stand_twice_where_the_picture_is_shown():
    text = "Before it. [A phone on a table] After it.\n\n[Dusk]\n\nThe end [sic]."
    images = tuple(
        Media(kind="image", url=f"https://files.example/{alt}", alt=alt) for alt in ("A phone on a table", "Dusk", "")
    )
    block = said(1, text, media=images)
    assert words_beside_pictures(block) == "Before it. After it.\n\nThe end [sic]."
    assert quoted_words(block) == text
    part = replace(block, extent=extent_of(text, "[Dusk]"))
    assert words_beside_pictures(part) == "… [Dusk] …"
    alone = said(2, "[Dusk]", media=images)
    assert words_beside_pictures(alone) == ""
    assert words_beside_pictures(Block(id="t", kind=BlockKind.TEXT, text="ours")) == ""


def test_our_own_text_alternatives_win():
    [held, lost] = pictures(replace(said(1, "word"), alts={"https://files.example/lost.png": "A lost picture"}))
    assert (held.alt, lost.alt) == ("word", "A lost picture")
    assert pictures(Block(id="i", kind=BlockKind.IMAGE, url="https://files.example/a.gif")) == ()


def test_readers_get_no_notes_no_raw_data_and_nothing_that_was_taken_out(tmp_path: Path):
    published = every_field(tmp_path)
    assert SECRET in repr(published)
    shown = for_readers(published.story)
    assert SECRET not in repr(shown)
    assert for_readers(shown) == shown
    taken = shown.blocks[3]
    assert taken.copy
    assert taken.copy.redacted
    assert (quoted_words(published.story.blocks[3]), pictures(published.story.blocks[3])) == ("", ())
    assert [gone(published.checks.get(block.ref)) for block in shown.blocks if block.copy] == [False, False, False, True, False]
