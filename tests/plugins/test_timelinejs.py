"""The exporter timelinejs: data that the player can show whatever was said, and warnings for what a timeline cannot tell."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from golden import agree
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.errors import ExportError
from hubbub.core.values import Author, Block, BlockKind, Media, PublishedStory, StoryOrder
from hubbub.plugins.exporters.timelinejs import Timeline, TimelineExporter, TimelineOptions
from hubbub.plugins.exporters.timelinejs_rules import mistakes
from hubbub.testing.stories import ADDRESSES, AT, HOSTILE, SECRET, every_block, every_field, published, said


def timeline(story: PublishedStory) -> dict[str, Any]:
    return Timeline(story).data()


def warnings(story: PublishedStory) -> str:
    told = Timeline(story)
    told.data()
    return "\n".join(told.warnings)


def ordered(story: PublishedStory, order: StoryOrder) -> PublishedStory:
    return replace(story, story=replace(story.story, order=order))


# --- the rules -----------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "title": {"unique_id": "title", "text": {"headline": "A"}},
    "events": [
        {
            "unique_id": "one",
            "start_date": {"year": 2024, "month": 2, "day": 29, "hour": 9, "minute": 0, "second": 0, "millisecond": 5},
            "end_date": {"year": 2024, "month": 3},
            "text": {"headline": "B", "text": "<p>c</p>"},
            "media": {"url": "media/a.png", "alt": "A"},
            "display_date": "29 February",
        },
        {"unique_id": "two-2", "start_date": {"year": -44}},
    ],
}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The good timeline with one thing otherwise; ``...`` takes it out."""
    data = deepcopy(GOOD)
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    if to is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return data


def test_a_good_timeline_has_no_mistakes():
    assert mistakes(GOOD) == []
    assert mistakes(changed("eras", to=[{"start_date": {"year": 2020}, "end_date": {"year": 2021}}])) == []
    assert mistakes(changed("title", to=...)) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (changed("events", to=[]), "events: there must be at least one"),
        (changed("events", to=...), "events: there must be at least one"),
        (changed("title", to=None), "title: leave it out"),
        (changed("title", "start_date", to={"year": 2024}), "title: a title has no date"),
        (changed("scale", to="geological"), "scale: only 'human'"),
        (changed("colour", to="red"), "the timeline: 'colour' means nothing"),
        (changed("events", 0, "start_date", to=...), "events[0].start_date: is missing"),
        (changed("events", 0, "start_date", to=None), "events[0].start_date: must be an object"),
        (changed("events", 0, "end_date", to=None), "events[0].end_date: must be an object"),
        (changed("events", 0, "end_date", to={"year": 2024, "month": 2, "day": 28}), "events[0].end_date: must be after"),
        (changed("events", 0, "start_date", "year", to="2,024"), "year: '2,024' must be a whole number"),
        (changed("events", 0, "start_date", "year", to=2024.7), "year: 2024.7 must be a whole number"),
        (changed("events", 0, "start_date", "year", to=True), "year: True must be a whole number"),
        (changed("events", 0, "start_date", "year", to=...), "start_date.year: None must be a whole number"),
        (changed("events", 0, "start_date", "year", to=2023), "start_date.day: month 2 of 2023 has no day 29"),
        (changed("events", 0, "start_date", "month", to=13), "month: 13 must be a whole number from 1 to 12"),
        (changed("events", 0, "start_date", "hour", to=24), "hour: 24 must be a whole number from 0 to 23"),
        (changed("events", 0, "start_date", "day", to=...), "start_date.hour: means nothing without the day"),
        (changed("events", 0, "media", to=None), "media: must be an object"),
        (changed("events", 0, "media", to={}), "media.url: must be an address"),
        (changed("events", 0, "media", "url", to=7), "media.url: must be an address"),
        (changed("events", 0, "media", "url", to="https://forum.example/7"), "is not plainly a picture"),
        (changed("events", 0, "media", "url", to="https://youtu.be/a.png"), "is not plainly a picture"),
        (changed("events", 0, "media", "url", to="media/a.avif"), "is not plainly a picture"),
        (changed("events", 0, "media", "alt", to=None), "media.alt: must be a text"),
        (changed("events", 0, "text", to="words"), "events[0].text: headline and text must be texts"),
        (changed("events", 0, "background", to="red"), "background: must be an object"),
        (changed("events", 0, "unique_id", to="two-2"), "events[1].unique_id: 'two-2' is taken"),
        (changed("events", 0, "unique_id", to="2 two"), "unique_id: '2 two' must be small letters"),
        (changed("events", 1, to=None), "events[1]: must be an object"),
        (changed("eras", to=[{"start_date": {"year": 2020}}]), "eras[0].end_date: is missing"),
        (changed("eras", to=[{"start_date": {"year": 1}, "end_date": {"year": 1}}]), "eras[0].end_date: must be after"),
    ],
)
def test_what_the_player_would_stumble_over_is_named_with_its_place(wrong: dict[str, Any], words: str):
    assert any(words in mistake for mistake in mistakes(wrong)), mistakes(wrong)


# --- the data ------------------------------------------------------------------------------------------------


def test_the_timeline_of_every_field(tmp_path: Path):
    """Look at: one slide a quotation in UTC, the zone in the shown date, pictures of ours, what was taken out."""
    receipt = TimelineExporter().export(every_field(tmp_path), tmp_path)
    agree("every-field-timeline.json", (tmp_path / "timeline.json").read_text(encoding="utf-8"))
    assert receipt.path.endswith("timeline.html")


WORDS = st.one_of(st.sampled_from([*HOSTILE[:-1], *ADDRESSES]), st.text(max_size=20))
TIMES = st.one_of(st.just(timedelta()), st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))


@st.composite
def hostile_blocks(draw: st.DrawFn) -> list[Block]:
    blocks: list[Block] = []
    for number in range(draw(st.integers(0, 5))):
        words = draw(WORDS)
        author = draw(st.none() | st.builds(Author, platform=WORDS, key=WORDS, handle=WORDS, name=WORDS, url=WORDS))
        more = {"platform": draw(WORDS), "url": draw(WORDS), "title": draw(WORDS), "lang": draw(WORDS), "author": author}
        media = [Media(kind=draw(st.sampled_from(["image", "video"])), url=draw(WORDS), alt=words, digest=draw(WORDS))]
        block = said(number, words, published=AT + draw(TIMES), media=tuple(media), **more)
        blocks += [replace(block, id=f"{words}{number}"), Block(id=f"t{number}", kind=BlockKind.TEXT, text=words)]
    return blocks


@settings(max_examples=80)
@given(hostile_blocks(), WORDS, st.sampled_from(list(StoryOrder)))
def test_whatever_was_said_makes_a_timeline_without_mistakes(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[Block], words: str, order: StoryOrder
):
    folder = tmp_path_factory.getbasetemp()
    story = ordered(published(folder, *blocks, title=words, subtitle=words, byline=words, description=words), order)
    data = timeline(story)
    assert mistakes(data) == []
    assert len(data["events"]) == max(1, sum(block.copy is not None for block in blocks))
    dates = [tuple(event["start_date"].values()) for event in data["events"]]
    assert dates == sorted(set(dates)), "the player sorts by time, and must have nothing left to choose"


def test_words_are_escaped_here_already(tmp_path: Path):
    story = published(tmp_path, *every_block("<img src=x onerror=alert(1)>"), title="<b>T</b>")
    data = timeline(story)
    for slide in (data["title"], *data["events"]):
        # The player sets an alternative as plain text, and all of these as HTML.
        told = json.dumps([slide["text"], slide.get("media", {}).get("credit"), slide.get("media", {}).get("caption")])
        assert "<img src=x" not in told
        assert "<b>" not in told
    assert "&lt;img src=x onerror=alert(1)&gt;" in data["events"][0]["text"]["text"]


def test_mentions_of_the_same_instant_keep_their_order(tmp_path: Path):
    blocks = [said(number, f"word {number}", published=AT) for number in (3, 1, 2)]
    events = timeline(published(tmp_path, *blocks))["events"]
    assert [event["unique_id"] for event in events] == ["m3", "m1", "m2"]
    assert [event["start_date"]["millisecond"] for event in events] == [0, 1, 2]
    assert {event["display_date"] for event in events} == {"20 June 2026, 18:00 UTC"}


def test_what_introduces_a_mention_stands_on_its_slide_and_what_closes_the_story_on_the_last(tmp_path: Path):
    picture = every_field(tmp_path).story.blocks[-1]
    blocks = (
        Block(id="h", kind=BlockKind.HEADING, text="Monday"),
        picture,
        said(2, "first", media=()),
        Block(id="t", kind=BlockKind.TEXT, text="It *went* on."),
        said(1, "second", media=()),
        Block(id="e", kind=BlockKind.TEXT, text="The end."),
    )
    first, second = timeline(published(tmp_path, *blocks))["events"]
    assert first["text"]["text"].startswith('<h3>Monday</h3>\n<blockquote dir="auto"><p>first</p></blockquote>')
    assert first["media"]["url"].startswith("media/")
    assert first["media"]["alt"] == "Night"
    assert "media" not in second
    assert second["text"]["text"].index("<em>went</em>") < second["text"]["text"].index("second")
    assert second["text"]["text"].endswith("<p>The end.</p>\n")


def test_warnings_say_what_a_timeline_cannot_tell(tmp_path: Path):
    def mentions(count: int) -> PublishedStory:
        return published(tmp_path, *(said(number, "word", media=()) for number in range(count)))

    assert warnings(mentions(2)) == ""
    assert "order that you made by hand is not kept" in warnings(ordered(mentions(2), StoryOrder.MANUAL))
    assert "the newest first is not kept" in warnings(ordered(mentions(2), StoryOrder.NEWEST))
    assert warnings(mentions(50)) == ""
    assert "has 51 slides; readers follow up to 50 well" in warnings(mentions(51))
    assert "has 101 slides; more than 100 are slow" in warnings(mentions(101))
    assert "1 picture without a copy of ours became a link" in warnings(published(tmp_path, said(1, "word")))
    assert "quotes nothing" in warnings(published(tmp_path))


# --- the page ------------------------------------------------------------------------------------------------


def page(story: PublishedStory, to: Path, player: str = "", workspace: Path = Path()) -> str:
    to.mkdir()
    TimelineExporter(TimelineOptions(player=player), workspace).export(story, to)
    return (to / "timeline.html").read_text(encoding="utf-8")


def test_without_a_player_the_page_is_a_list_that_runs_nothing(tmp_path: Path):
    html = page(every_field(tmp_path), tmp_path / "out")
    assert "<script" not in html
    assert "script-src" not in html
    assert html.count("<li>") == 6
    assert "It went dark" in html
    assert SECRET not in html


def test_a_player_on_the_web_is_the_only_place_that_is_asked(tmp_path: Path):
    html = page(every_field(tmp_path), tmp_path / "out", "https://files.example/timeline/")
    assert 'src="https://files.example/timeline/js/timeline.js"' in html
    assert 'href="https://files.example/timeline/css/timeline.css"' in html
    assert "script-src https://files.example &#39;sha256-" in html
    assert "default-src &#39;none&#39;" in html


def test_a_player_in_a_folder_is_copied_beside_the_page(tmp_path: Path):
    for name in ("js/timeline.js", "js/locale/el.json", "css/timeline.css", "css/icons/tl-icons.woff2", "other.txt"):
        (tmp_path / "tools" / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tools" / "dist" / name).write_text(name)
    (tmp_path / "tools" / "LICENSE").write_text("free")
    story = every_field(tmp_path)
    story = replace(story, story=replace(story.story, lang="el"))
    html = page(story, tmp_path / "out", "tools", tmp_path)
    copied = {path.relative_to(tmp_path / "out" / "player").as_posix() for path in tmp_path.glob("out/player/**/*.*")}
    assert copied == {"js/timeline.js", "js/locale/el.json", "css/timeline.css", "css/icons/tl-icons.woff2"}
    assert (tmp_path / "out" / "player" / "LICENSE").read_text() == "free"
    assert '<script id="player" src="player/js/timeline.js">' in html


def test_a_folder_without_a_player_is_told(tmp_path: Path):
    with pytest.raises(ExportError, match=r"There is no TimelineJS in .*nowhere: it must hold js/timeline\.js and css"):
        page(every_field(tmp_path), tmp_path / "out", "nowhere", tmp_path)


def test_the_data_in_the_page_cannot_end_their_element(tmp_path: Path):
    story = published(tmp_path, said(1, "</script><script>alert(1)</script>"), title="</script><!--")
    html = page(story, tmp_path / "out", "https://files.example/t")
    inside = html.split('id="timeline-data">')[1].split("</script>")[0]
    assert json.loads(inside) == json.loads((tmp_path / "out" / "timeline.json").read_text(encoding="utf-8"))
    assert html.count("<script") == 3
