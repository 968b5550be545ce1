"""What was changed is told word by word, and nothing of either text is lost."""

from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.worddiff import Piece, marked_lines, word_diff


def test_changes_are_marked_as_people_read_them():
    pieces = word_diff("It died twice.\nNobody cares.", "It died three times.\nNobody cares.")
    assert pieces == (
        Piece(kind="same", text="It died "),
        Piece(kind="removed", text="twice."),
        Piece(kind="added", text="three times."),
        Piece(kind="same", text="\nNobody cares."),
    )
    assert marked_lines(pieces) == ["It died [-twice.-]{+three times.+}", "Nobody cares."]


def test_a_mark_ends_with_its_line():
    assert marked_lines(word_diff("", "one\ntwo")) == ["{+one+}", "{+two+}"]
    assert marked_lines(()) == []


TEXTS = st.text(alphabet="ab \n", max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str):
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_long_texts_are_compared_by_lines_in_good_time():
    old = "\n".join(f"line {number} of many" for number in range(4000))
    pieces = word_diff(old, old.replace("line 17 ", "line seventeen "))
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["line seventeen of many\n"]
