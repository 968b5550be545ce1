"""Choosing mentions for a story: what is shown of each, marking many, the mention at an address, days of the strip."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from textual.pilot import Pilot
from tui_world import NOW, World, build_app, mention, screen_text, shows, until, write

from hubbub.core.byaddress import ByAddress
from hubbub.core.deciding import decide
from hubbub.core.desk import Row
from hubbub.core.errors import SourceGone
from hubbub.core.values import Label, Mention, Record, RunReport
from hubbub.tui.timeline import Days, sparkline, strip_of
from hubbub.tui.widgets.candidate_list import IN_THE_STORY, CandidateList, feeling
from hubbub.tui.widgets.candidate_pane import CandidatePane
from hubbub.tui.widgets.story_strip import StoryStrip


def record(number: int, *labels: Label) -> Record:
    said = mention(number)
    assert said.published is not None
    return Record(mention=said, version=1, when=said.published, first_seen=NOW, last_seen=NOW, labels=labels)


def begin(world: World, *numbers: int) -> str:
    """A story that quotes mentions; gives its slug."""
    slug = world.desk.stories.new("The battery week").story.slug
    world.desk.stories.add(slug, [mention(number).ref for number in numbers])
    return slug


def quoted(world: World, slug: str = "the-battery-week") -> set[int]:
    blocks = world.desk.stories.open(slug).story.blocks
    return {int(block.ref.rpartition("-")[2]) for block in blocks if block.ref}


async def open_builder(pilot: Pilot[None]) -> CandidatePane:
    await until(pilot, lambda: getattr(pilot.app, "revision", None))
    await pilot.press("2")
    await shows(pilot, "The battery week")
    pane = pilot.app.screen.query_one(CandidatePane)
    await until(pilot, lambda: pane.list.rows)
    return pane


# --- pure ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "score", "words"),
    [
        ("negative", 0.834, "−0.83"),
        ("positive", 0.61, "+0.61"),
        ("positive", None, "+"),
        ("neutral", 0.9, "0"),
        ("uncertain", 0.5, "±"),
        ("unknown", None, "?"),
    ],
)
def test_feelings_are_told_by_sign_and_number(value: str, score: float | None, words: str) -> None:
    assert feeling(record(1, Label(name="sentiment", value=value, score=score, by="sentiment"))) == words


@pytest.mark.parametrize("width", [40, 57, 69, 70, 97, 160])
def test_a_candidate_fills_its_width_and_tells_what_to_choose_by(width: int) -> None:
    rows = CandidateList(lambda: NOW)
    rows.quoted = frozenset({mention(2).ref})
    rows.heard = {("mastodon", "ionut_p"): 71.4}
    for number in (2, 3, 10):
        lines = rows.lines_of(Row(record=record(number)), width)
        text = ["".join(part for part, _ in line) for line in lines]
        assert [len(line) for line in text] == [width] * (1 if width >= 70 else 2)
        assert (IN_THE_STORY in "".join(text)) is (number == 2)
        assert f"{record(number).when:%H:%M}" in text[0]
        assert ("71" in text[0].split()) is (number != 3)


def test_a_strip_has_each_mention_in_its_stretch_and_margins_around() -> None:
    times = [datetime(2026, 6, 10, 9, tzinfo=UTC), datetime(2026, 6, 10, 21, tzinfo=UTC), datetime(2026, 6, 14, tzinfo=UTC)]
    span = Days.around(times)
    assert span == Days(first=date(2026, 6, 9), last=date(2026, 6, 15))
    strip = strip_of(span, {date(2026, 6, 12): 8, date(2026, 6, 13): 1, date(2027, 1, 1): 99}, times, 14)
    assert (strip.cells, strip.told) == (2, (0, 2, 0, 0, 0, 1, 0))
    assert [stretch.count for stretch in strip.stretches] == [0, 0, 0, 8, 1, 0, 0]
    assert strip.bars == "······██▁▁····"
    assert strip.marks == "  ●●      ●   "
    assert strip.holding(date(2026, 6, 12)) == strip.at(6) == strip.at(7) == 3


@pytest.mark.parametrize("days", [1, 13, 400, 9000])
@pytest.mark.parametrize("room", [8, 60, 200])
def test_a_strip_of_any_span_fits_and_loses_no_mention(days: int, room: int) -> None:
    times = [NOW - timedelta(days=days * n / 40) for n in range(41)]
    span = Days.around(times)
    assert span is not None
    strip = strip_of(span, {time.date(): 2 for time in times}, times, room)
    assert len(strip.marks) == len(strip.bars) <= room
    assert sum(strip.told) == len(times)
    assert sum(stretch.count for stretch in strip.stretches) == 2 * len({time.date() for time in times})
    assert Days.around([]) is None


def test_some_mentions_of_one_place_are_their_number() -> None:
    span = Days.around([NOW])
    assert span is not None
    assert strip_of(span, {}, [NOW] * 4, 3).marks.strip() == "4"
    assert strip_of(span, {}, [NOW] * 40, 3).marks.strip() == "+"
    assert sparkline([0, 1, 8]) == "·▁█"


# --- on the screen -------------------------------------------------------------------------------------------


async def test_thirty_marks_are_added_in_one_go_and_taken_back(small_world: World) -> None:
    small_world.save("forum", [mention(number) for number in range(20, 60)])
    small_world.desk.indexer.catch_up()
    slug = begin(small_world, 5)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        pane = await open_builder(pilot)
        await pilot.press("tab", "g", "v", *["j"] * 29)
        await until(pilot, lambda: len(pane.list.marks) == 30)
        await shows(pilot, "30 marked")
        await pilot.press("a")
        await shows(pilot, "29 added to “The battery week”")
        assert len(quoted(small_world)) == 30
        assert pane.list.marks == {}
        await shows(pilot, "(already in the story)")
        await pilot.press("u")
        await until(pilot, lambda: quoted(small_world) == {5})
        await pilot.press("U")
        await until(pilot, lambda: len(quoted(small_world)) == 30)
    assert small_world.desk.stories.open(slug).story.blocks[0].copy is not None


async def test_the_mention_at_an_address_is_added(small_world: World) -> None:
    begin(small_world, 5)
    address = mention(7).url
    assert [found.ref for found in small_world.desk.by_address.archived(f"{address}?utm_source=mail")] == [mention(7).ref]
    assert small_world.desk.by_address.archived("https://social.example/@nobody/7") == []
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("L")
        await write(pilot, address)
        await pilot.press("enter")
        await until(pilot, lambda: quoted(small_world) == {5, 7})
        await pilot.press("L")
        await write(pilot, "https://nobody.example/1")
        await pilot.press("enter")
        await shows(pilot, "Nothing archived stands at https://nobody.example/1")
        await pilot.press("L")
        await write(pilot, "javascript:alert(1)")
        await pilot.press("enter")
        await shows(pilot, "That is no address")
    assert quoted(small_world) == {5, 7}


async def test_days_of_the_strip_narrow_the_candidates(world: World) -> None:
    begin(world, 3, 120)
    app = build_app(world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        pane = await open_builder(pilot)
        strip = app.screen.query_one(StoryStrip)
        await shows(pilot, "2 in the story", "archived")
        await pilot.press("D", "n")
        await shows(pilot, "▲", "archived, 0 told", "enter list")
        shown = strip.strip()
        assert shown is not None
        busiest = max(stretch.count for stretch, told in zip(shown.stretches, shown.told, strict=True) if not told)
        assert f"{busiest:,} archived, 0 told" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "published:" in pane.bar.text and pane.list.has_focus)
        await until(pilot, lambda: len({row.record.when.date() for row in pane.list.rows}) == 1)
        day = pane.list.rows[0].record.when.date()
        assert f"published:{day}" in pane.bar.text
        await pilot.press("D", "right", "enter")
        await until(pilot, lambda: f"published:{day + timedelta(days=1)}" in pane.bar.text)
        assert pane.bar.text.count("published:") == 1
        await pilot.press("D", "escape")
        await until(pilot, lambda: app.screen.query_one("#blocks").has_focus)


async def test_what_is_not_archived_is_read_from_its_site_and_added(small_world: World) -> None:
    begin(small_world, 5)
    desk, address = small_world.desk, "https://press.example/acme-lasts"
    article = Mention(platform="web", key="1", url=address, title="Acme lasts", text="Two days.")

    def keep(mentions: Sequence[Mention]) -> RunReport:
        desk.archive.save("by-hand", [decide(None, one, seen=NOW) for one in mentions], None, NOW)
        return RunReport(started=NOW, seconds=0.0)

    def ask(wanted: str) -> Mention:
        if wanted != address:
            raise SourceGone(f"Nothing stands at {wanted} (404).")
        return article

    desk.by_address = ByAddress(desk.archive, desk.finder, ask=ask, keep=keep)
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await open_builder(pilot)
        await pilot.press("L")
        await write(pilot, f"{address}-not")
        await pilot.press("enter")
        await shows(pilot, "Nothing stands at")
        await pilot.press("L")
        await write(pilot, address)
        await pilot.press("enter")
        await shows(pilot, "added to “The battery week”")
    assert article.ref in {block.ref for block in desk.stories.open("the-battery-week").story.blocks}
