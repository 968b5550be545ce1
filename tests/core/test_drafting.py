"""A first draft: the days that tell, the mentions that are taken and why, and the sentences between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sample_story import NoHttp

from hubbub.archive import open_archive
from hubbub.core.accounts import OURS, VOICE
from hubbub.core.deciding import Intent, content_digest, reliable_time
from hubbub.core.desk import Desk
from hubbub.core.drafting import Claim, Draft, Pick, Selection
from hubbub.core.draftsigns import ordinary_day, peaks, turns, turns_of_mood
from hubbub.core.drafttelling import CHAPTERS, blocks_of, chapters
from hubbub.core.errors import NotFound, QueryError
from hubbub.core.histogram import bins
from hubbub.core.indexing import Indexer
from hubbub.core.media import MediaStore
from hubbub.core.phrases import phrases
from hubbub.core.storydesk import StoryDesk
from hubbub.core.storydrafts import begin_draft, draft
from hubbub.core.values import BY_MUTES, MUTED, Author, BlockKind, Engagement, Label, Mention, Record, Revision
from hubbub.testing.engines import MemoryEngine

NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
FIRST = date(2026, 5, 20)


def series(*counts: int) -> list[tuple[date, int]]:
    """Days in a row, as facets tell them: without those that have none."""
    return [(FIRST + timedelta(days=n), count) for n, count in enumerate(counts) if count]


# --- the numbers ---------------------------------------------------------------------------------------------


def test_an_ordinary_day_is_the_median_with_empty_days():
    assert ordinary_day(series(2, 2, 3, 0, 2, 90, 1)) == 2
    assert ordinary_day(series(5, 0, 0, 0, 0, 0, 0, 4)) == 0
    assert ordinary_day(series(2, 2, 2)) is None
    assert ordinary_day([]) is None


def test_days_that_stand_out_are_told_the_most_outstanding_first():
    found = peaks(series(3, 2, 4, 3, 30, 2, 3, 2, 4, 60, 45, 3, 2))
    assert [(peak.day, peak.count, peak.ordinary) for peak in found] == [
        (date(2026, 5, 29), 60, 3),
        (date(2026, 5, 24), 30, 3),
    ]


@pytest.mark.parametrize(
    "counts",
    [(), (7,), (3, 90), (5, 5, 5, 5, 5, 5, 5, 5), (40, 52, 47, 60, 55, 49, 51, 44), (0, 1, 0, 2, 1, 0, 1, 3), (1,) * 400],
)
def test_nothing_stands_out_of_what_only_scatters(counts: tuple[int, ...]):
    assert peaks(series(*counts)) == []


def test_a_lasting_change_of_the_share_is_found_on_its_day():
    judged = series(*[10] * 20)
    (turn,) = turns("negative", series(*[1] * 12, *[6] * 8), judged)
    assert (turn.day, turn.start, turn.end) == (FIRST + timedelta(days=12), FIRST, FIRST + timedelta(days=19))
    assert (turn.before, turn.after, turn.rose) == (0.1, 0.6, True)


def test_a_change_that_passes_is_two_turns():
    felt = series(*[1] * 10, *[8] * 3, *[1] * 10)
    found = sorted(turns("negative", felt, series(*[10] * 23)), key=lambda turn: turn.day)
    assert [(turn.day - FIRST).days for turn in found] == [10, 13]
    assert [(turn.before, turn.after) for turn in found] == [(0.1, 0.8), (0.8, 0.1)]


def test_chance_and_small_numbers_turn_nothing():
    assert turns("negative", series(*[5, 4, 6, 5, 5, 4, 6, 5] * 3), series(*[10] * 24)) == []
    assert turns("negative", series(0, 0, 2, 2), series(2, 2, 2, 2)) == []
    assert turns("negative", [], series(9, 9, 9)) == []
    assert turns("negative", series(*[400] * 5, *[450] * 5), series(*[1000] * 10)) == []  # sure, and too little to be felt


def test_of_two_feelings_that_turn_together_the_surer_is_told():
    days = series(*[10] * 20)
    feelings = {"negative": series(*[1] * 10, *[9] * 10), "positive": series(*[5] * 11, *[1] * 9)}
    assert [turn.feeling for turn in turns_of_mood(days, feelings)] == ["negative"]
    unjudged = {**feelings, "unknown": series(*[10] * 20)}
    assert turns_of_mood(days, {"unknown": unjudged["unknown"]}) == []


# --- choosing ------------------------------------------------------------------------------------------------


def record(key: str, day: int, *, author: str = "", text: str = "", copy_of: str = "", hour: int = 9) -> Record:
    when = datetime(2026, 6, 1, hour, tzinfo=UTC) + timedelta(days=day)
    name = author or key
    said = Mention(
        platform="m",
        key=key,
        text=text or f"what {key} says",
        published=when,
        author=Author(platform="m", key=name, handle=name),
    )
    return Record(mention=said, version=1, when=when, first_seen=when, last_seen=when, copy_of=copy_of)


def chosen(selection: Selection) -> list[str]:
    return [pick.record.mention.key for pick in selection.picks]


def test_a_burst_gets_at_most_half_and_the_quiet_days_their_turn():
    days = [(date(2026, 6, 1) + timedelta(days=n), count) for n, count in enumerate([2, 100, 2, 2])]
    selection = Selection(8, bins(days, 4), ours=lambda _: False)
    per_day = [[record(f"{day}-{n}", day) for n in range(count)] for day, (_, count) in enumerate(days)]
    selection.share_out([Claim(why=lambda _: "engaged", records=day, take=99) for day in per_day])
    assert Counter(key[0] for key in chosen(selection)) == {"0": 2, "1": 2, "2": 2, "3": 2}
    few = Selection(20, bins(days, 4), ours=lambda _: False)
    few.share_out([Claim(why=lambda _: "engaged", records=day, take=99) for day in per_day])
    assert Counter(key[0] for key in chosen(few)) == {"0": 2, "1": 10, "2": 2, "3": 2}


def test_one_author_does_not_tell_it_all():
    selection = Selection(16, (), ours=lambda _: False)
    said = [record(f"a{n}", n, author="ana") for n in range(9)] + [record("b", 3)]
    selection.share_out([Claim(why=lambda _: "engaged", records=said, take=99)])
    assert chosen(selection) == ["a0", "a1", "b"]


def test_copies_and_words_that_are_there_already_are_left_out():
    selection = Selection(9, (), ours=lambda _: False)
    said = [
        record("one", 1),
        record("copy", 2, copy_of="m:one"),
        record("again", 3, text="  What ONE says!\n"),
        record("empty", 4, text=" "),
        record("two", 5),
    ]
    selection.serve(Claim(why=lambda _: "", records=said, take=9))
    assert chosen(selection) == ["one", "two"]


def test_what_stands_for_two_things_has_both_reasons():
    selection = Selection(1, (), ours=lambda one: one.mention.key == "us")
    one = record("one", 1)
    selection.serve(Claim(why=lambda _: "the first", records=[one]))
    selection.serve(Claim(why=lambda _: "the loudest", records=[one]))
    selection.serve(Claim(why=lambda _: "no room", records=[record("two", 2)]))
    assert [pick.note for pick in selection.picks] == ["the first; the loudest"]


def test_our_own_words_stand_only_for_us():
    selection = Selection(5, (), ours=lambda one: one.mention.key == "us")
    us = record("us", 1)
    selection.serve(Claim(why=lambda _: "engaged", records=[us]))
    assert chosen(selection) == []
    selection.serve(Claim(why=lambda _: "ours", records=[us], own=True))
    selection.serve(Claim(why=lambda _: "engaged", records=[us]))
    assert [pick.reasons for pick in selection.picks] == [("ours",)]


# --- telling -------------------------------------------------------------------------------------------------


def of_days(*days: int, peak_days: Sequence[int] = ()) -> Draft:
    counts = series(*[3] * 60)
    found = peaks(series(*[40 if n in peak_days else 3 for n in range(60)]))
    picks = [Pick(record=record(f"k{n}", day - 12), reasons=("",)) for n, day in enumerate(days)]
    return Draft(query="acme", total=180, days=counts, negative={}, ordinary=3, peaks=found, turns=(), picks=picks)


def test_days_are_joined_until_they_can_be_overlooked_but_for_those_that_stand_out():
    few = of_days(*range(12, 12 + CHAPTERS))
    assert [(one.first, one.last) for one in chapters(few)] == [(date(2026, 6, 1 + n),) * 2 for n in range(CHAPTERS)]
    many = chapters(of_days(*range(12, 42), peak_days=[20, 25]))
    assert len(many) == CHAPTERS
    assert sum(len(one.picks) for one in many) == 30
    for alone in (date(2026, 6, 9), date(2026, 6, 14)):
        assert [(one.first, one.last) for one in many if one.first <= alone <= one.last] == [(alone, alone)]


LINES = {
    "en": (
        "23 mentions on this day, about 5 times an ordinary day; 14 of them negative.",
        "1 mention on this day.",
        "Chosen from 230 mentions, 1 June 2026 – 20 June 2026.",
        "Sunday, 14 June 2026",
    ),
    "es": (
        "23 menciones este día, unas 5 veces lo de un día normal; 14 de ellas negativas.",
        "1 mención este día.",
        "Selección de 230 menciones, 1 de junio de 2026 – 20 de junio de 2026.",
        "Domingo, 14 de junio de 2026",
    ),
    "ro": (
        "23 de mențiuni în această zi, cam de 5 ori cât o zi obișnuită; 14 dintre ele negative.",
        "1 mențiune în această zi.",
        "Selecție din 230 de mențiuni, 1 iunie 2026 – 20 iunie 2026.",
        "Duminică, 14 iunie 2026",
    ),
    "el": (
        "23 αναφορές αυτή την ημέρα, περίπου 5 φορές όσες μια συνηθισμένη ημέρα· 14 από αυτές αρνητικές.",
        "1 αναφορά αυτή την ημέρα.",
        "Επιλογή από 230 αναφορές, 1 Ιουνίου 2026 – 20 Ιουνίου 2026.",
        "Κυριακή 14 Ιουνίου 2026",
    ),
    "fr": (
        "23 mentions ce jour-là, environ 5 fois un jour ordinaire ; 14 d’entre elles négatives.",
        "1 mention ce jour-là.",
        "Choix parmi 230 mentions, 1er juin 2026 – 20 juin 2026.",
        "Dimanche 14 juin 2026",
    ),
    "de": (
        "23 Erwähnungen an diesem Tag, rund 5-mal so viele wie an einem gewöhnlichen Tag; 14 davon negativ.",
        "1 Erwähnung an diesem Tag.",
        "Auswahl aus 230 Erwähnungen, 1. Juni 2026 – 20. Juni 2026.",
        "Sonntag, 14. Juni 2026",
    ),
}


@pytest.mark.parametrize("lang", LINES)
def test_the_lines_are_facts_in_the_language_of_the_story(lang: str):
    days = [(date(2026, 6, day), 23 if day == 14 else 1 if day == 20 else 5) for day in range(1, 21)]
    told = Draft(
        query="acme",
        total=230,
        days=days,
        negative={date(2026, 6, 14): 14, date(2026, 6, 20): 1},
        ordinary=ordinary_day(days),
        peaks=peaks(days),
        turns=(),
        picks=[Pick(record=record(str(day), day - 1), reasons=("it is there",)) for day in (14, 20)],
    )
    opening, heading, line, quote, _, last, _ = blocks_of(told, lang=lang, at=NOW, new_id=iter("abcdefg").__next__)
    assert (line.text, last.text, opening.text, heading.text) == LINES[lang]
    assert (quote.note, quote.copy and quote.copy.query) == ("it is there", "acme")


@pytest.mark.parametrize("lang", ["en", "es", "ro", "el", "fr", "de", "ar", "he"])
def test_every_language_has_all_that_a_draft_says(lang: str):
    judged = series(*[10] * 20)
    (turn,) = turns("negative", series(*[1] * 12, *[6] * 8), judged)
    rare = series(*[0] * 10, 9, *[0] * 10, 1)
    picks = [Pick(record=record(str(day), day - 12), reasons=("x",)) for day in (10, 12, 21)]
    told = Draft(
        query="",
        total=10,
        days=[*rare[:1], (FIRST + timedelta(days=12), 1), *rare[1:]],
        negative={},
        ordinary=0,
        peaks=peaks([(FIRST, 1), *rare]),
        turns=(turn,),
        picks=picks,
    )
    text = "\n".join(block.text for block in blocks_of(told, lang=lang, at=NOW, new_id=iter("abcdefghijk").__next__))
    assert "{" not in text
    assert phrases(lang)["draft rare"] in text
    for share in (10, 60):
        assert str(share) in text


# --- from an archive -----------------------------------------------------------------------------------------


class Told:
    """An archive with a known story: quiet weeks, a bad day, and what came of it."""

    def __init__(self, folder: Path) -> None:
        self.archive = open_archive(folder / "archive.db", now=lambda: NOW)
        self._said: list[Intent] = []
        engine = MemoryEngine()
        self.desk = Desk(
            name="told",
            archive=self.archive,
            indexer=Indexer(self.archive, lambda: engine, lambda: None),
            stories=lambda: StoryDesk(
                archive=self.archive,
                media=MediaStore(folder / "media", NoHttp()),  # type: ignore[arg-type]
                exporter=lambda name: NotImplemented,
                exporters=(),
                published=folder / "published",
                now=lambda: NOW,
            ),
            topics=(),
            sources=(),
            collect=lambda ids, progress: NotImplemented,
            now=lambda: NOW,
        )

    def say(
        self,
        key: str,
        day: int,
        text: str,
        *,
        hour: int = 12,
        feeling: str = "neutral",
        likes: int | None = None,
        followers: int | None = None,
        lang: str = "en",
        labels: Sequence[Label] = (),
        kind: str = "new",
        parent: str = "",
    ) -> str:
        at = datetime(2026, 5, 20, hour, tzinfo=UTC) + timedelta(days=day)
        said = Mention(
            platform="m",
            key=key,
            text=text,
            url=f"https://m.example/{key}",
            author=Author(platform="m", key=f"by-{key}", handle=f"by-{key}", followers=followers, at=at),
            published=at,
            lang=lang,
            parent=parent,
            engagement=Engagement(at=at, likes=likes) if likes is not None else None,
        )
        given = (Label(name="sentiment", value=feeling, by="sentiment"), *labels)
        intent = Intent(
            kind=kind,  # type: ignore[arg-type]
            ref=said.ref,
            mention=said,
            when=reliable_time(said.published, NOW),
            digest=content_digest(said),
            labels=given,
        )
        self._said.append(intent)
        return said.ref

    def save(self) -> None:
        """Archive what was said since the last time, and let search know."""
        self.archive.save("s", self._said, None, NOW)
        self._said = []
        self.desk.indexer.catch_up()


WORDS = (
    "harbour",
    "lantern",
    "violin",
    "cactus",
    "bridge",
    "ferry",
    "orchard",
    "marble",
    "walnut",
    "saddle",
    "copper",
    "willow",
)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    world = Told(tmp_path)
    world.say("first", 0, "Hoy llega la nueva bici de Acme a la tienda del puerto", hour=6, lang="es")
    for day in range(24):
        for n in range(2):
            word = WORDS[(day * 2 + n) % 12]
            feeling = "negative" if day >= 15 and n == 0 else "positive" if (day + n) % 2 else "neutral"
            world.say(f"q{day}-{n}", day, f"Acme and the {word} of day {day}, seen by {n}", feeling=feeling, likes=day % 5)
    world.say("loud", 4, "Το ποδήλατο της Acme είναι αθόρυβο, το δοκίμασα", followers=90_000, lang="el")
    world.say("gone", 6, "Acme owes me a saddle", likes=3)
    world.say("edited", 8, "Acme sells in Cluj", likes=2)
    world.save()
    world.say("edited", 8, "Acme sells in Cluj and in Iași", likes=2, kind="changed", lang="ro")
    for n in range(18):
        text = f"The Acme brake failed on hill {n}, {WORDS[n % 12]} {n * 37}"
        world.say(f"bad{n}", 15, text, feeling="negative", likes=n)
    top = world.say(
        "top", 15, "Acme brakes fail: three riders hurt on the coast road this morning", feeling="negative", likes=500
    )
    world.say(
        "copy",
        15,
        "Acme brakes fail: three riders hurt on the coast road this morning!",
        hour=14,
        feeling="negative",
        likes=450,
    )
    ours = (Label(name=VOICE, value=OURS, by="accounts"),)
    world.say("answer", 16, "We are stopping all sales today and call you back.", labels=ours, parent=top)
    world.say("recall", 18, "Acme recalls every bike of this spring", labels=ours, likes=80)
    hidden = (Label(name=MUTED, value="word:spam", by=BY_MUTES),)
    world.say("muted", 15, "Acme Acme win a bike", feeling="negative", likes=9_999, labels=hidden)
    secret = world.say("secret", 15, "The address of an Acme rider", feeling="negative", likes=8_888)
    world.save()
    world.archive.redact(secret, reason="asked by the author", at=NOW)
    world.archive.mark_deleted(["m:gone"], NOW)
    world.desk.indexer.catch_up()
    yield world
    world.archive.close()


def picked(found: Draft) -> dict[str, str]:
    return {pick.record.mention.key: pick.reasons[0] for pick in found.picks}


def test_the_story_that_is_there_is_found(told: Told):
    found = draft(told.desk, "acme", limit=12)
    assert [(peak.day, peak.count) for peak in found.peaks] == [(date(2026, 6, 4), 22)]
    assert [(turn.feeling, turn.day) for turn in found.turns] == [("negative", date(2026, 6, 4))]
    why = picked(found)
    assert why["first"] == "first mention that matches"
    assert why["top"] == "most engaged on 2026-06-04, which stands out: 22 mentions against 2 on an ordinary day"
    assert why["recall"] == "our own account @by-recall"
    assert why["answer"] == "our answer to m:top, which is quoted"
    assert why["gone"].startswith("deleted by its platform or author")
    assert why["edited"].startswith("edited since")
    assert why["loud"] == "90,000 followers, among the most from 2026-05-20 to 2026-05-25"
    assert why.keys() == {
        "first",
        "loud",
        "gone",
        "edited",
        "top",
        "answer",
        "recall",
        *("q4-0", "q4-1", "q9-0", "q9-1"),
        "bad17",
    }
    top = next(pick for pick in found.picks if pick.record.mention.key == "top")
    assert any("turning point: negative went from 0% to" in reason for reason in top.reasons)


def test_the_same_archive_gives_the_same_draft(told: Told):
    assert draft(told.desk, "acme") == draft(told.desk, "acme")


def test_a_period_can_be_named(told: Told):
    since, until = datetime(2026, 6, 4, tzinfo=UTC), datetime(2026, 6, 6, tzinfo=UTC)
    found = draft(told.desk, "acme", since=since, until=until, limit=5)
    assert {pick.record.when.date() for pick in found.picks} <= {date(2026, 6, 4), date(2026, 6, 5)}
    assert (found.total, found.ordinary, found.peaks) == (24, None, [])


def test_a_draft_becomes_a_story_that_is_undone_in_one_step(told: Told):
    found = draft(told.desk, "acme", limit=12)
    made = begin_draft(told.desk, found, lang="ro")
    story = made.story
    assert story.title == "acme · 20 mai 2026 – 12 iunie 2026"
    assert [block.ref for block in story.blocks if block.ref] == [pick.record.ref for pick in found.picks]
    assert all(block.note for block in story.blocks if block.kind is not BlockKind.HEADING)
    bad_day = next(block.text for block in story.blocks if block.text.startswith("22 de"))
    assert bad_day.startswith("22 de mențiuni în această zi, cam de 11 ori cât o zi obișnuită; 21 dintre ele negative.")
    assert "Ponderea mențiunilor negative între cele evaluate: 0\xa0% (20 mai 2026 – 3 iunie 2026), apoi" in bad_day
    assert "secret" not in bad_day
    undone = told.desk.stories.undo(story.slug)
    assert isinstance(undone, Revision)
    assert undone.story.blocks == ()


def test_nothing_to_tell_is_said_and_leaves_no_story(told: Told):
    for query in ("xylophone", "secret", "is:muted xylophone"):
        with pytest.raises(NotFound, match="can be quoted"):
            draft(told.desk, query)
    with pytest.raises(QueryError):
        draft(told.desk, "acme AND (")
    assert told.desk.stories.list() == []


def test_one_mention_is_a_story_too(told: Told):
    found = draft(told.desk, '"owes me a saddle"')
    assert picked(found) == {"gone": "first mention that matches"}
    (opening, heading, line, quote) = begin_draft(told.desk, found, title="One").story.blocks
    assert (opening.text, heading.text) == ("Chosen from 1 mention, 26 May 2026.", "Tuesday, 26 May 2026")
    assert (line.text, quote.ref) == ("1 mention on this day.", "m:gone")


def test_all_on_one_day_and_fifty_years_are_told(tmp_path: Path):
    world = Told(tmp_path)
    for n in range(40):
        world.say(f"d{n}", 0, f"zeta {WORDS[n % 12]} number {n * 91}", hour=n % 24, likes=n)
    for n in range(40):
        world.say(f"y{n}", -450 * n, f"omega {WORDS[n % 12]} number {n * 53}")
    world.save()
    one = draft(world.desk, "zeta", limit=10)
    assert (len(one.picks), one.ordinary, len(chapters(one))) == (10, None, 1)
    years = draft(world.desk, "omega", limit=30)
    told_years = {pick.record.when.year for pick in years.picks}
    assert (min(told_years), max(told_years)) == (1983, 2026) or max(told_years) - min(told_years) > 35
    assert len(chapters(years)) <= CHAPTERS
    world.archive.close()
