"""Near-duplicates: one row with a count, unfolded by a key, never lost."""

from collections.abc import Sequence
from dataclasses import replace

from tui_world import World, build_app, mention, screen_text, shows, until

from hubbub.core.desk import Desk, Results
from hubbub.core.values import TriageState
from hubbub.tui.widgets.mention_list import MentionList
from hubbub.tui.widgets.mention_pane import MentionPane


class Copying(Desk):
    """Finds what the desk finds, with some mentions as copies of others."""

    copies: dict[str, str]

    def search(self, text: str, **options) -> Results:
        results = super().search(text, **options)
        rows = [replace(row, record=replace(row.record, copy_of=self.copies.get(row.record.ref, ""))) for row in results.rows]
        return replace(results, rows=tuple(rows))


def copying(world: World, copies: dict[int, Sequence[int]]) -> None:
    """Makes mentions copies of one, by their numbers."""
    world.desk.__class__ = Copying
    assert isinstance(world.desk, Copying)
    world.desk.copies = {mention(number).ref: mention(first).ref for first, others in copies.items() for number in others}


def keys(rows: MentionList) -> list[str]:
    return [row.record.ref for row in rows.rows]


def refs(*numbers: int) -> list[str]:
    return [mention(number).ref for number in numbers]


async def test_a_group_is_one_row_and_unfolds_below_it(small_world: World) -> None:
    copying(small_world, {1: (3, 6)})
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        text = await shows(pilot, "+2 alike", "20 · newest first")
        rows = app.screen.query_one(MentionList)
        assert keys(rows)[:6] == refs(0, 1, 2, 4, 5, 7)
        assert len(rows.rows) == 18
        assert "╰" not in text
        await pilot.press("j", "z")
        await until(pilot, lambda: keys(rows)[:6] == refs(0, 1, 3, 6, 2, 4))
        text = await shows(pilot, "╰")
        assert text.count("yesterday") == 1
        await pilot.press("j", "j", "z")
        await until(pilot, lambda: keys(rows)[:4] == refs(0, 1, 2, 4))
        assert rows.current_key == mention(1).ref
        await pilot.press("k", "z")
        await shows(pilot, "No other row that is loaded says nearly the same")


async def test_what_is_done_with_a_folded_row_is_done_with_the_one_shown(small_world: World) -> None:
    copying(small_world, {0: (1, 2)})
    app = build_app(small_world)

    def states() -> list[TriageState]:
        return [small_world.desk.record(ref).state for ref in refs(0, 1, 2)]

    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "+2 alike")
        await pilot.press("space", "d")
        await shows(pilot, "1 mention: done")
        assert states() == [TriageState.DONE, TriageState.NEW, TriageState.NEW]
        await pilot.press("g", "z", "space", "space", "space")
        await shows(pilot, "3 marked")
        await pilot.press("g", "z")
        await shows(pilot, "1 marked")  # what is folded loses its mark
        await pilot.press("z", "G", "g", "v", "j", "j", "v", "i")
        await shows(pilot, "3 mentions: ignored")
        assert states() == [TriageState.IGNORED] * 3


async def test_a_window_that_folds_to_a_few_rows_can_still_be_paged_through(tmp_path) -> None:
    world = World(tmp_path, count=900, hostile=False)
    copying(world, {number: [other for other in range(900) if other % 9 == number and other > 8] for number in range(9)})
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "900 · rows 1–500", "+55 alike")
        pane = app.screen.query_one(MentionPane)
        await pilot.pause(0.3)
        assert "rows 1–500" in screen_text(app)  # both ends are near, and nobody went to one: no page is turned
        for _ in range(4):
            await pilot.press("G")
            await pilot.pause(0.2)
        await shows(pilot, "rows 401–900")
        await pilot.press("z")
        await until(pilot, lambda: len(pane.list.rows) > 40)
    world.close()
