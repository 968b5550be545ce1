"""The functions behind the screens: values in, words out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tui_world import NOW, mention

from hubbub.core.desk import Results, Row
from hubbub.core.errors import HubbubError
from hubbub.core.parsing import parse
from hubbub.core.query import Every, Query
from hubbub.core.redacting import without_words
from hubbub.core.values import Engagement, Health, Record, Redaction, RunReport, Source, SourceState, Span, Topic
from hubbub.tui.formatting import age, day, engagement, fit, run_summary, safe, short, sources_marks, sources_summary
from hubbub.tui.marking import marked, one_line, pieces
from hubbub.tui.outside import Outside, is_web
from hubbub.tui.timeline import Days, sparkline, strip_of
from hubbub.tui.undoing import Step, Steps
from hubbub.tui.views import Ours, views
from hubbub.tui.widgets.block_list import wrapped
from hubbub.tui.widgets.source_list import upcoming
from hubbub.tui.window import PAGE, PAGES, PageWindow

moments = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
texts = st.text(max_size=80) | st.sampled_from(
    ["電池は二日間", "👩‍👩‍👧 family", "e\u0301\u0302", "\x1b[31mred", "a\u202eb", "\ud800"]
)


@given(texts, st.integers(0, 40))
def test_fitted_text_has_exactly_the_width_asked_for(text: str, width: int) -> None:
    assert cell_len(fit(safe(text), width)) == width


@given(texts)
def test_safe_text_is_one_line_without_controls(text: str) -> None:
    assert all(char.isprintable() or char in "\u200d\u200c" or ord(char) > 127 for char in safe(text))
    assert "\n" not in safe(text)
    assert "\x1b" not in safe(text)


@given(texts, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=6))
def test_pieces_put_together_are_the_text(text: str, ends: list[tuple[int, int]]) -> None:
    spans = [Span(field="text", start=min(pair), end=max(pair)) for pair in ends]
    assert "".join(piece for piece, _ in pieces(text, spans, "text")) == text


def test_spans_mark_the_words_they_name() -> None:
    spans = [Span(field="text", start=3, end=13), Span(field="title", start=0, end=1)]
    line = one_line("Mi Acme Phone\nse apaga", spans, "text", 400)
    assert line == [("Mi", ""), (" ", ""), ("Acme Phone", "match"), (" se apaga", "")]


def test_a_match_far_behind_is_brought_into_view() -> None:
    text = "word " * 40 + "battery at last"
    line = one_line(text, [Span(field="text", start=200, end=207)], "text", 400, seek=True)
    assert line[0] == ("…", "dim")
    assert cell_len("".join(part for part, _ in line[:3])) < 60


def test_a_text_that_is_cut_says_so() -> None:
    assert "50 characters in all; the first 10 are shown" in marked("x" * 50, [], "text", 10).plain


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "now"),
        (timedelta(minutes=12), "12m"),
        (timedelta(hours=3), "3h"),
        (timedelta(days=13), "13d"),
        (timedelta(days=14), "2w"),
        (timedelta(days=800), "2y"),
        (timedelta(hours=-3), "+3h"),
    ],
)
def test_ages(ago: timedelta, words: str) -> None:
    assert age(NOW - ago, NOW) == words


def test_days_are_told_in_utc() -> None:
    assert day(NOW, NOW) == "today"
    assert day(NOW - timedelta(days=1), NOW) == "yesterday"
    assert day(datetime(2026, 6, 10, tzinfo=UTC), NOW) == "Wednesday 2026-06-10"


@given(st.integers(0, 10**12))
def test_short_counts_are_short(count: int) -> None:
    assert len(short(count)) <= 5


def test_reactions() -> None:
    assert engagement(None) == ""
    assert engagement(Engagement(at=NOW, likes=4100, shares=3, replies=0)) == "♥4.1k ↻3"
    assert engagement(Engagement(at=NOW, score=-4)) == "−4"


@given(
    st.lists(moments, max_size=30),
    st.integers(20, 200),
)
def test_a_strip_fits_and_shows_every_time(times: list[datetime], width: int) -> None:
    span = Days.around(times)
    assert (span is None) is (not times)
    if span is not None:
        strip = strip_of(span, {}, times, width)
        assert len(strip.marks) == len(strip.bars) <= width
        assert sum(strip.told) == len(times)
        assert strip.marks.strip()


def test_a_sparkline_tells_none_from_few() -> None:
    assert sparkline([0, 1, 4, 8]) == "·▁▄█"
    assert sparkline([]) == ""


@given(texts, st.integers(4, 40), st.integers(1, 4))
def test_wrapped_lines_fit(text: str, width: int, limit: int) -> None:
    lines = wrapped(text, width, limit)
    assert 1 <= len(lines) <= limit
    assert all(cell_len(line) <= width for line in lines)


def results(numbers: range, following: str | None) -> Results:
    return Results(query=Query("", Every()), total=2000, rows=tuple(row(number) for number in numbers), next=following)


@cache
def row(number: int) -> Row:
    return Row(record=Record(mention=mention(number), version=1, when=NOW, first_seen=NOW, last_seen=NOW))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.booleans(), max_size=40))
def test_the_window_is_always_a_stretch_of_the_whole(downs: list[bool]) -> None:
    """Whichever way it is scrolled, its rows follow each other, and it knows how many lie above."""

    def page(after: str | None) -> Results:
        start = int(after or 0)
        return results(range(start, start + PAGE), str(start + PAGE) if start + PAGE < 2000 else None)

    window = PageWindow.starting(page(None))
    for down in downs:
        if down and window.below is not None:
            window = window.extended(page(window.below))
        elif not down and window.has_above:
            window = window.reopened(page(window.before[-1]))
        keys = [row.record.mention.key for row in window.rows]
        assert keys == [mention(n).key for n in range(window.skipped, window.skipped + len(keys))]
        assert len(window.pages) <= PAGES


def test_steps_go_back_and_forth_and_a_new_one_forgets_what_was_undone() -> None:
    steps = Steps(limit=2)
    one, two, three = (Step(name, lambda: None, lambda: None) for name in "123")
    for step in (one, two, three):
        steps.did(step)
    assert [steps.undo(), steps.undo(), steps.undo()] == [three, two, None]
    assert steps.redo() is two
    steps.did(one)
    assert steps.redo() is None


def test_sources_are_summed_up_the_good_ones_first() -> None:
    def pair(number: int, health: Health, *, enabled: bool = True) -> tuple[Source, SourceState]:
        return Source(id=str(number), plugin="rss", enabled=enabled), SourceState(id=str(number), health=health)

    states = [pair(1, Health.LIMITED), pair(2, Health.OK), pair(3, Health.OK), pair(4, Health.BROKEN, enabled=False)]
    assert sources_summary(states) == "● 2 ok  ◐ 1 limited"
    states += [pair(5, Health.GONE), pair(6, Health.NEEDS_KEY)]
    assert sources_summary(states) == "● 2 ok  ✗ 1 gone  ◐ 1 limited  ✗ 1 without key"
    assert sources_marks(states) == "● 2  ✗ 2  ◐ 1"
    assert sources_summary([]) == sources_marks([]) == "no sources"


def test_the_next_time_that_a_source_is_asked_is_never_in_now() -> None:
    said = {20: "soon", 120: "in 2m", -5: "due"}
    assert {s: upcoming(SourceState(id="a", next_run=NOW + timedelta(seconds=s)), NOW) for s in said} == said


def test_a_run_is_summed_up() -> None:
    assert run_summary(RunReport(started=NOW, seconds=1.25)) == "0 new mentions from 0 sources, in 1.2 s."


def test_views_have_their_counts_and_topics_that_are_only_in_the_archive_too() -> None:
    found = {view.name: view.count for view in views([], {"new": 3, "done": 1}, {"old topic": 2})}
    assert found["Everything"] == 4
    assert found["New"] == 3
    assert found["old topic"] == 2


def test_what_we_wrote_has_a_view_and_is_left_out_of_what_others_say() -> None:
    topics = [Topic(name="acme", query="acme", accounts=("x:acme",)), Topic(name="rival", query="globex")]
    ours = Ours(total=5, new=2, topics={"acme": 5})
    found = {view.name: view for view in views(topics, {"new": 9, "kept": 4}, {"acme": 8, "rival": 3}, ours=ours)}
    assert {name: (view.query, view.count) for name, view in found.items() if view.count} == {
        "Everything": ("", 13),
        "New": ("status:new is:others", 7),
        "Kept": ("status:kept", 4),
        "Ours": ("is:ours", 5),
        "acme": ("topic:acme is:others", 3),
        "rival": ("topic:rival is:others", 3),
    }
    unknown = {view.name: view.count for view in views(topics, {"new": 9}, {"acme": 8})}
    assert unknown["New"] is unknown["acme"] is unknown["Ours"] is None
    assert "Ours" not in {view.name for view in views([], {"new": 9}, {})}
    assert all(parse(view.query) for view in found.values())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "http://", "ftp://x.example", "http://[::1"])
def test_what_is_no_web_address_is_not_opened(url: str) -> None:
    assert not is_web(url)
    with pytest.raises(HubbubError):
        Outside({}).browse(url)


def test_an_editor_changes_the_text_and_a_missing_one_is_named(tmp_path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf 'more\\n' >> \"$1\"\n")
    editor.chmod(0o755)
    assert Outside({"EDITOR": str(editor)}).edit("one\n") == "one\nmore"
    with pytest.raises(HubbubError, match="Set EDITOR"):
        Outside({"EDITOR": "no-such-editor-here"}).edit("one")
    with pytest.raises(HubbubError, match="ended with code 1"):
        Outside({"VISUAL": "false"}).edit("one")


def test_a_record_without_anything_can_be_described() -> None:
    from hubbub.tui.widgets.reading import describe

    bare = replace(mention(1), text="", title="", author=None, published=None, engagement=None, url="")
    bare_row = Row(record=Record(mention=bare, version=1, when=NOW, first_seen=NOW, last_seen=NOW))
    words = describe(bare_row).plain
    assert "no author told" in words
    assert "no date told" in words
    assert "It has no words." in words


def test_a_record_whose_words_were_taken_out_says_so_and_why() -> None:
    from hubbub.tui.widgets.mention_list import words_of
    from hubbub.tui.widgets.reading import describe

    bare = without_words(mention(1))
    gone = Redaction(at=NOW, reason="asked\x1b[31m for", digest="")
    row = Row(record=Record(mention=bare, version=1, when=NOW, first_seen=NOW, last_seen=NOW, redacted=gone))
    words = describe(row).plain
    assert "Redacted: its words were taken out on" in words
    assert ": asked for" in words
    assert "It has no words." not in words
    assert "".join(part for part, _ in words_of(row, 40, "")).rstrip() == "(redacted: asked for)"
