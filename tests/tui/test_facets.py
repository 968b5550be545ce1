"""What was found in numbers, and how a number narrows the search."""

import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tui_world import NOW, World, build_app, screen_text, shows, until, write

from hubbub.core.desk import Desk
from hubbub.core.folding import fold
from hubbub.core.histogram import Bin
from hubbub.core.parsing import parse
from hubbub.core.query import And, Not, Term
from hubbub.core.values import Facets
from hubbub.tui.narrowing import days_clause, narrowed, value_clause, widened
from hubbub.tui.screens.facets import FacetsScreen
from hubbub.tui.widgets.facet_list import FacetList, facet_rows
from hubbub.tui.widgets.mention_pane import MentionPane

# --- pure ----------------------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=20), st.sampled_from(["source", "platform", "topic", "lang"]))
@settings(max_examples=100, deadline=None)
def test_a_clause_asks_for_just_that_value(value: str, field: str) -> None:
    clause = value_clause(field, value)
    if clause and fold(value):
        assert parse(clause).root == Term(field, fold(value))


@pytest.mark.parametrize("value", ["Acme watch", "a,b", "AND", "a*", "x:y", "(a)", "-", "r&d", "日本", "it's", "a\\b", "to"])
def test_values_of_every_shape_can_be_asked_for(value: str) -> None:
    assert parse(value_clause("topic", value)).root == Term("topic", fold(value))


def test_a_value_with_quotation_marks_cannot_be_asked_for() -> None:
    assert [value_clause("topic", value) for value in ('say "hi"', "“so”", "")] == ["", "", ""]


def test_authors_are_asked_for_by_handle_or_by_name() -> None:
    assert value_clause("author", "@ana@social.example") == "author:@ana@social.example"
    assert value_clause("author", "Ana Pop") == 'author:"Ana Pop"'
    assert parse(value_clause("author", "@ana")).root == Term("author", "@ana")


@pytest.mark.parametrize("text", ["", "acme", "acme OR globex", "acme AND phone OR globex", "acme NOT dynamite", "(a OR b)"])
def test_narrowing_asks_for_both_whatever_the_query_was_and_can_be_taken_back(text: str) -> None:
    for clause, node in (("lang:es", Term("lang", "es")), ("NOT lang:es", Not(Term("lang", "es")))):
        new = narrowed(text, clause)
        before = parse(text).root
        items = before.items if isinstance(before, And) else (before,)
        assert parse(new).root == (And((*items, node)) if text else node)
        assert widened(new, ["kind:post", clause]) == text


def test_only_what_stands_at_the_end_of_the_query_is_taken_back() -> None:
    assert widened("acme lang:es phone", ["lang:es"]) is None
    assert widened("xlang:es", ["lang:es"]) is None
    assert widened("acme", []) is None


def test_a_day_and_a_stretch_of_days_are_dates_of_the_query_language() -> None:
    one = Bin(first=date(2026, 6, 14), last=date(2026, 6, 14), count=1)
    week = Bin(first=date(2026, 6, 8), last=date(2026, 6, 14), count=9)
    assert days_clause(one) == "published:2026-06-14"
    assert days_clause(week) == "published:[2026-06-08 to 2026-06-14]"
    assert parse(days_clause(week)).root


def test_rows_stand_under_their_field_and_an_answer_without_hits_has_none() -> None:
    facets = Facets(total=4, days=((date(2026, 6, 14), 4),), fields={"lang": (("es", 3), ("en", 1)), "topic": ()})
    rows = facet_rows(facets)
    assert [(row.title, row.value, row.count) for row in rows] == [("Days", "", 0), ("Language", "es", 3), ("", "en", 1)]
    assert facet_rows(Facets(total=0, days=(), fields={})) == []


# --- on the screen -------------------------------------------------------------------------------------------


def counts(world: World, text: str) -> dict[str, int]:
    return dict(world.desk.facets(text).fields["lang"])


async def test_a_value_narrows_the_search_is_left_out_and_taken_back(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "Days", "▲", "Source", "Platform", "mastodon", "300 ▇▇▇▇")
        facets, pane = app.screen.query_one(FacetList), app.screen.query_one(MentionPane)
        await pilot.press("F")
        assert app.focused is facets
        await until(pilot, lambda: facets.rows)
        facets.go_to(next(i for i, row in enumerate(facets.rows) if row.value == "forum"))
        await pilot.press("enter")
        await until(pilot, lambda: pane.bar.text == "source:forum" and pane.asked == "source:forum")
        await until(pilot, lambda: [row.value for row in facets.rows if row.field == "source"] == ["forum"])
        facets.go_to(next(i for i, row in enumerate(facets.rows) if row.value == "es"))
        await pilot.press("minus")
        await until(pilot, lambda: pane.asked == "source:forum NOT lang:es")
        await until(pilot, lambda: "es" not in {row.value for row in facets.rows})
        found = {row.value: row.count for row in facets.rows if row.field == "lang"}
        assert found == counts(world, "source:forum NOT lang:es")
        await pilot.press("backspace")
        await until(pilot, lambda: pane.asked == "source:forum")
        await pilot.press("backspace")
        await until(pilot, lambda: pane.asked == "")
        await pilot.press("backspace")
        await shows(pilot, "There is no narrowing at the end of the query")
        await pilot.press("F")
        await until(pilot, lambda: not facets.display)
        assert app.focused is pane.list


async def test_a_day_is_pointed_to_and_narrows_the_search(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(200, 50)) as pilot:
        await pilot.press("slash")
        await write(pilot, "published:>=2026-06-01")
        facets, pane = app.screen.query_one(FacetList), app.screen.query_one(MentionPane)
        first = min(day for day, _ in world.desk.facets("published:>=2026-06-01").days)
        await shows(pilot, f"{first} ", "▲ 2026-06-14: ")
        await pilot.press("enter", "F", "g", "left", "h", "l")
        text = await shows(pilot, "▲ 2026-06-13")
        day = world.desk.facets("published:2026-06-13").total
        assert f"▲ 2026-06-13: {day}" in text
        await pilot.press("plus")
        await until(pilot, lambda: pane.asked.endswith(" published:2026-06-13"))
        await until(pilot, lambda: pane.list.rows and {row.record.when.date() for row in pane.list.rows} == {date(2026, 6, 13)})
        assert facets.has_focus


async def test_a_small_terminal_shows_the_numbers_over_the_rows(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await shows(pilot, "309 · rows")
        assert not app.screen.query_one(FacetList).display
        pane = app.screen.query_one(MentionPane)
        await pilot.press("F")
        await shows(pilot, "What is in: everything", "tech-press", "esc back")
        await pilot.press("j", "enter")
        await until(pilot, lambda: pane.asked == "source:tech-press")
        assert not isinstance(app.screen, FacetsScreen)
        await pilot.press("F")
        await shows(pilot, "What is in: source:tech-press")
        await pilot.press("backspace")
        await until(pilot, lambda: pane.asked == "")
        await pilot.press("F", "escape")
        await until(pilot, lambda: not isinstance(app.screen, FacetsScreen))
        await pilot.press("2", "tab", "F")
        await shows(pilot, "What is in: everything")


class Counting(Desk):
    """Counts how often it is asked to count, and waits with the answer where it is told to."""

    asked: list[str]
    gate: threading.Event

    def facets(self, text: str, **options) -> Facets:
        self.asked.append(text)
        assert self.gate.wait(10)
        return super().facets(text, **options)


def counting(world: World) -> Counting:
    world.desk.__class__ = Counting
    desk = world.desk
    assert isinstance(desk, Counting)
    desk.asked, desk.gate = [], threading.Event()
    return desk


async def test_counting_blocks_nothing_and_what_comes_late_is_dropped(small_world: World) -> None:
    desk = counting(small_world)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "Counting …", "20 · newest first")
        await until(pilot, lambda: desk.asked == [""])
        await pilot.press("slash", *"lang:es")
        await shows(pilot, "6 · newest first")  # the rows are there while it is still being counted
        desk.gate.set()
        facets = app.screen.query_one(FacetList)
        await until(pilot, lambda: desk.asked[-1] == "lang:es" and facets.rows)
        assert [row.value for row in facets.rows if row.field == "lang"] == ["es"]


async def test_what_was_counted_is_remembered_until_the_archive_changes(small_world: World) -> None:
    desk = counting(small_world)
    desk.gate.set()
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "Platform")
        await pilot.press("slash")
        await write(pilot, "lang:es")
        await until(pilot, lambda: desk.asked == ["", "lang:es"] and "" in app.session.facets)
        await until(pilot, lambda: "lang:es" in app.session.facets)
        await pilot.press("escape")
        await shows(pilot, "20 · newest first")
        await pilot.pause(0.4)
        assert desk.asked == ["", "lang:es"]
        await pilot.press("escape", "d")
        await until(pilot, lambda: not app.session.facets)
        assert "Platform" in screen_text(app)
    assert small_world.desk.now() == NOW
