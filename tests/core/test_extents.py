"""The part that is quoted is found again in the text, and in a text that was edited meanwhile, by what stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.errors import StoryError
from hubbub.core.extents import carried, extent_at, extent_of, place_of
from hubbub.core.values import Extent

TEXT = "It died twice. Support was silent. It died twice. Then it swelled."


def test_a_part_is_kept_with_what_stands_around_it():
    extent = extent_at(TEXT, 15, 34)
    assert extent == Extent(exact="Support was silent.", prefix="It died twice. ", suffix=" It died twice. Then it swelled.")
    assert place_of(extent, TEXT) == (15, 34)


def test_words_that_stand_twice_are_told_apart_by_their_surroundings():
    first, second = extent_at(TEXT, 0, 14), extent_at(TEXT, 35, 49)
    assert first
    assert second
    assert first.exact == second.exact
    assert (place_of(first, TEXT), place_of(second, TEXT)) == ((0, 14), (35, 49))


def test_more_surroundings_are_kept_where_they_are_alike():
    text = "a " + "and so on " * 20 + "b " + "and so on " * 20 + "c"
    at = text.index("so", 280)
    extent = extent_at(text, at, at + 2)
    assert extent
    assert len(extent.prefix) > 32
    assert place_of(extent, text) == (at, at + 2)


def test_the_whole_needs_no_extent_and_nothing_is_none():
    assert extent_at(TEXT, 0, len(TEXT)) is None
    assert extent_at(f" {TEXT}\n", -5, 500) is None
    for start, end in ((14, 15), (3, 3), (900, 950)):
        with pytest.raises(StoryError, match="no words"):
            extent_at(TEXT, start, end)
    assert extent_at(TEXT, 34, 15) == extent_at(TEXT, 15, 34)


def test_words_are_found_whatever_white_space_parts_them():
    extent = extent_of("One\n\ntwo   three four", "two three")
    assert extent
    assert extent.exact == "two   three"
    with pytest.raises(StoryError, match="not in the quoted text"):
        extent_of(TEXT, "support was silent")


def test_a_part_is_found_in_an_edited_text():
    second = extent_at(TEXT, 35, 49)
    assert second
    edited = TEXT.replace("Support", "EDIT: The support")
    assert place_of(second, edited) == (45, 59)
    moved = carried(second, edited)
    assert moved
    assert (moved.exact, moved.prefix[-8:]) == (second.exact, "silent. ")
    assert carried(second, "It lived.") is None
    assert carried(second, "It died twice.") is None
    rewrapped = carried(second, "Well: it is dead. It died\ntwice. So it is.")
    assert rewrapped
    assert rewrapped.exact == "It died\ntwice."


@given(st.text(alphabet="ab \n", min_size=1, max_size=60), st.data())
def test_a_part_is_always_found_where_it_was_taken(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        with pytest.raises(StoryError):
            extent_at(text, start, end)
        return
    extent = extent_at(text, start, end)
    if extent is None:
        assert text[start:end].strip() == text.strip()
        return
    lead = len(text[start:end]) - len(text[start:end].lstrip())
    assert place_of(extent, text) == (start + lead, start + lead + len(extent.exact))
