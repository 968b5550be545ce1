"""The list of rows: which line belongs to which row, and what is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from hubbub.tui.widgets.row_layout import RowLayout
from hubbub.tui.widgets.row_list import Line, RowList


class Words(RowList[list[str]]):
    """Rows that are the lines of a list, and a note of each that was drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def key_of(self, row: list[str]) -> str:
        return row[0]

    def lasts(self, row: list[str]) -> bool:
        return True

    def lines_of(self, row: list[str], width: int) -> list[Line]:
        self.drawn.append(row[0])
        return [[(line, "")] for line in row]


class WordsApp(App[None]):
    CSS = "RowList .row--cursor { background: $accent; }"

    def compose(self) -> ComposeResult:
        yield Words()


def seen(listed: Words) -> list[str]:
    return [strip.text.rstrip() for strip in listed.render_lines(listed.size.region) if strip.text.strip()]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=12))
def test_every_line_belongs_to_one_row(heights: Sequence[tuple[int, int]]) -> None:
    layout = RowLayout(heights)
    places = [(row, part) for row, (above, own) in enumerate(heights) for part in range(above + own)]
    assert layout.height == len(places)
    assert [layout.place(line) for line in range(-1, len(places) + 1)] == [None, *places, None]
    assert [layout.nearest(line) for line in range(-1, len(places) + 1)] == [0, *(row for row, _ in places), len(heights) - 1]
    for row, (above, own) in enumerate(heights):
        assert (layout.start(row) - layout.top(row), layout.end(row) - layout.start(row)) == (above, own)


def test_no_rows_have_no_place() -> None:
    assert not RowLayout()
    assert RowLayout().place(0) is None


async def test_rows_that_only_change_their_places_are_not_drawn_anew() -> None:
    rows = [["one"], ["two", "lines"], ["three"]]
    async with WordsApp().run_test(size=(20, 10)) as pilot:
        listed = pilot.app.query_one(Words)
        listed.show(rows)
        assert seen(listed) == ["▸ one", "  two", "  lines", "  three"]
        assert sorted(listed.drawn) == ["one", "three", "two"]
        listed.show([rows[2], rows[0], rows[1]])
        assert seen(listed) == ["  three", "▸ one", "  two", "  lines"]
        assert len(listed.drawn) == 3
        listed.show([rows[2], ["one", "more"], rows[1]])
        assert seen(listed) == ["  three", "▸ one", "  more", "  two", "  lines"]
        assert listed.drawn[3:] == ["one"]


async def test_all_rows_are_drawn_anew_for_another_width_and_where_it_is_asked_for() -> None:
    rows = [["one"], ["two"]]
    async with WordsApp().run_test(size=(20, 10)) as pilot:
        listed = pilot.app.query_one(Words)
        listed.show(rows)
        listed.redraw()
        assert sorted(listed.drawn) == ["one", "one", "two", "two"]
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert len(listed.drawn) == 6
        assert [strip.cell_length for strip in listed.render_lines(listed.size.region)] == [listed.outer_size.width] * 10


async def test_the_cursor_and_marks_are_seen_wherever_they_go() -> None:
    async with WordsApp().run_test(size=(20, 10)) as pilot:
        listed = pilot.app.query_one(Words)
        listed.show([["one"], ["two"]])
        listed.action_mark()
        assert seen(listed) == [" ◆one", "▸ two"]
        listed.go_to(0)
        listed.unmark()
        assert seen(listed) == ["▸ one", "  two"]


async def test_another_theme_and_the_focus_are_seen() -> None:
    async with WordsApp().run_test(size=(20, 10)) as pilot:
        listed = pilot.app.query_one(Words)
        listed.show([["one"], ["two"]])

        def grounds() -> list[object]:
            return [[*strip][-1].style.bgcolor for strip in listed.render_lines(listed.size.region)[:2]]

        listed.focus()
        await pilot.pause()
        focused, plain = grounds()
        assert focused != plain
        pilot.app.set_focus(None)
        await pilot.pause()
        assert grounds() == [plain, plain]
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert plain not in grounds()
