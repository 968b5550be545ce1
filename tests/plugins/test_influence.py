"""The ranker ``influence`` over archives: what counts, who is compared, what is unknown, and that nothing is read twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hubbub.archive import open_archive
from hubbub.core.archives import Archive
from hubbub.core.deciding import decide
from hubbub.core.interactions import Edges, Voices
from hubbub.core.values import Author, AuthorRank, Engagement, Label, Mention, MentionKind, Topic, Window
from hubbub.plugins.rankers.influence import InfluenceOptions, InfluenceRanker
from hubbub.testing.ranker_contract import RankerContract

NOW = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
ACME = Topic(name="Acme", query="acme", accounts=("forum:acme_team",))
MONTH = Window(start=NOW - timedelta(days=30), end=NOW)
SAID = {
    "ana": "The Acme phone lasts two days.",
    "ion": "Telefonul Acme ține două zile.",
    "νίκος": "Το τηλέφωνο της Acme αντέχει.",
    "eva": "El teléfono de Acme dura dos días.",
    "kai": "Das Acme-Telefon hält zwei Tage.",
}


class TestInfluence(RankerContract):
    plugin = "influence"


def person(handle: str, **more: Any) -> Author:
    return Author(**{"platform": "forum", "key": f"id-{handle}", "handle": handle, **more})


def post(handle: str | Author, key: str, *, days: float = 3, text: str = "", **more: Any) -> Mention:
    author = person(handle) if isinstance(handle, str) else handle
    words = text or f"{SAID.get(author.handle, 'About acme.')} {key}"
    more = {"platform": author.platform, "published": NOW - timedelta(days=days), **more}
    return Mention(key=key, text=words, author=author, **more)


def keep(archive: Archive, *mentions: Mention, topics: tuple[str, ...] = ("Acme",), labels: tuple[Label, ...] = ()) -> None:
    said = (*(Label(name="topic", value=name, by="topics") for name in topics), *labels)
    known = archive.known(mentions)
    archive.save("s", [decide(known.get(m.ref), m, seen=NOW, labels=said) for m in mentions], None, NOW)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(open_archive(tmp_path / "archive.db")) as opened:
        yield opened


def ranker(folder: Path, **options: Any) -> InfluenceRanker:
    return InfluenceRanker(InfluenceOptions(**options), (ACME,), folder)


@pytest.fixture
def ranks(archive: Archive, tmp_path: Path) -> Any:
    """Ranks by handle."""

    def ask(window: Window = MONTH, **options: Any) -> dict[str, AuthorRank]:
        found = ranker(tmp_path / "kept", **options).rank(archive, ACME, window)
        return {rank.author.handle: rank for rank in found}

    return ask


def conversation(archive: Archive) -> None:
    """Ana is answered, shared, quoted and named; Ion is answered once; the others only speak."""
    keep(archive, post("ana", "a1"), post("ana", "a2"), post("ion", "i1"))
    keep(
        archive,
        post("ion", "i2", parent="forum:a1", kind=MentionKind.COMMENT),
        post("eva", "e1", shared="forum:a1", kind=MentionKind.SHARE),
        post("νίκος", "n1", shared="forum:a2", text="Ακριβώς έτσι για την Acme"),
        post("kai", "k1", text="Frag @Ana, sie hat das Acme-Telefon"),
        post("kai", "k2", parent="forum:i1"),
    )


def test_who_is_heard_comes_first_and_each_part_is_shown(archive: Archive, ranks: Any) -> None:
    conversation(archive)
    found = ranks()
    assert list(found)[:2] == ["ana", "ion"]
    ana = found["ana"]
    # Ion answers Ana (0.5 of 3), Eva shares her, Nikos quotes her (1 of 3 each), Kai names her (0.5 of 3); and Kai answers Ion.
    direct = (0.5 + 1 + 1 + 0.5) / 3
    assert ana.figures["reach"] == pytest.approx(direct + 0.5 * (0.5 / 3 * 0.5 / 3))
    assert ana.parts["reach"] == ana.parts["pagerank"] == 100.0
    assert (ana.figures["received"], ana.figures["amplifiers"], ana.figures["mentions"]) == (3.0, 4, 2)
    assert "audience" not in ana.parts
    assert found["kai"].parts["reach"] == 0.0
    assert all(0 <= value <= 100 for rank in found.values() for value in (rank.score, *rank.parts.values()))


def test_a_word_about_an_answer(archive: Archive, ranks: Any) -> None:
    """An answer to what is on the topic counts, although it does not name the topic; what is said elsewhere does not."""
    keep(archive, post("ana", "a1"), post("ion", "i1"))
    keep(archive, post("ana", "a2"), topics=("Other",))
    keep(archive, post("eva", "e1", parent="forum:a1", text="Sí, así es"), post("eva", "e2", parent="forum:a2"), topics=())
    found = ranks()
    assert found["ana"].figures["received"] == 0.5
    assert "eva" not in found
    assert found["ana"].figures["topic"] == 0.5
    assert found["ion"].figures["topic"] == 1.0


def test_bots_and_our_own_accounts_are_marked_and_move_nobody(archive: Archive, ranks: Any) -> None:
    conversation(archive)
    alone = {handle: rank.score for handle, rank in ranks().items()}
    bot, own = person("bot", bot=True), person("Acme_Team")
    keep(archive, *(post(bot, f"b{n}", parent="forum:i1") for n in range(5)), post(own, "o1", parent="forum:k1"))
    keep(archive, post(person("intern"), "o2"), labels=(Label(name="voice", value="ours", by="topics"),))
    found = ranks()
    assert {handle: rank.marks for handle, rank in found.items() if rank.marks} == {
        "bot": ("bot",),
        "Acme_Team": ("ours",),
        "intern": ("ours",),
    }
    assert {handle: found[handle].score for handle in alone} == alone
    compared = ranks(rank_bots=True, rank_ours=True)
    assert compared["ion"].figures["received"] == 0.5 + 5 * 0.5


def test_audiences_are_compared_within_a_platform_and_may_be_unknown(archive: Archive, ranks: Any) -> None:
    keep(
        archive,
        *(post(person(f"m{n}", platform="mastodon", followers=10**n), f"m{n}") for n in range(4)),
        *(post(person(f"x{n}", platform="x", followers=10 ** (n + 4)), f"x{n}") for n in range(3)),
        post(person("quiet", platform="x"), "q"),
        post("ana", "a1"),
    )
    found = ranks(weights={"audience": 1, "reach": 0, "engagement": 0, "topic": 0, "frequency": 0, "recency": 0})
    assert [found[f"m{n}"].score for n in range(4)] == pytest.approx([0.0, 33.33, 66.67, 100.0])
    assert [found[f"x{n}"].score for n in range(3)] == [0.0, 50.0, 100.0]
    assert (found["quiet"].score, found["ana"].score) == (0.0, 0.0)
    assert "audience" not in found["quiet"].parts
    assert "audience" not in found["ana"].parts


def test_counts_of_the_platform_are_the_engagement_where_it_tells_them(archive: Archive, ranks: Any) -> None:
    counts = Engagement(at=NOW, likes=4, replies=2, shares=1)
    keep(archive, post("ana", "a1", engagement=counts), post("ana", "a2"))
    keep(archive, post("ion", "i1", engagement=replace(counts, likes=None, shares=None, replies=None, score=-3)))
    found = ranks()
    assert found["ana"].figures["engagement"] == 4 + 2 * 2 + 3 * 1
    assert found["ion"].figures["engagement"] == 0
    assert "reach" not in found["ana"].parts  # nobody was seen to engage with anybody


def test_who_renames_keeps_what_was_said_to_the_old_name(archive: Archive, ranks: Any) -> None:
    keep(archive, post("ana", "a1"), post("kai", "k1", text="@ana hat recht, Acme!"))
    keep(archive, post(person("anna_neu", key="id-ana"), "a2"), post("eva", "e1", text="gracias @Anna_Neu, Acme"))
    found = ranks()
    assert found["anna_neu"].figures["received"] == 1.0
    # Another one takes the old name: from now on it means them.
    keep(archive, post(person("ana", key="id-other"), "o1"))
    found = ranks()
    assert (found["ana"].figures["received"], found["anna_neu"].figures["received"]) == (0.5, 0.5)


def test_near_copies_count_once(archive: Archive, ranks: Any) -> None:
    text = "Every Acme phone of the spring series gets a new battery free of charge from Monday on, says @ana in her report"
    from hubbub.core.duplicates import signature

    keep(archive, post("ana", "a1"), post("kai", "k0"))
    said = [post("kai", f"k{n}", text=text, days=2 - n / 10) for n in range(1, 6)]
    labels = (Label(name="topic", value="Acme", by="topics"),)
    intents = [replace(decide(None, m, seen=NOW, labels=labels), signature=signature("", m.text)) for m in said]
    archive.save("s", intents, None, NOW)
    found = ranks()
    assert found["kai"].figures["mentions"] == 6
    assert found["kai"].figures["frequency"] == pytest.approx(2 / (30 / 7), abs=1e-4)
    assert found["ana"].figures["received"] == 0.5


def test_one_author_alone_stands_in_the_middle(archive: Archive, ranks: Any) -> None:
    keep(archive, post("ana", "a1"), post("ana", "a2", parent="forum:a1"))
    found = ranks()
    assert found["ana"].score == 50.0
    assert found["ana"].figures["amplifiers"] == 0


def test_a_window_without_length_has_nobody(archive: Archive, ranks: Any) -> None:
    conversation(archive)
    assert ranks(Window(start=NOW, end=NOW)) == {}
    assert ranks(Window(start=NOW, end=NOW - timedelta(days=3))) == {}


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"reach": -1}, "greater than or equal to 0"),
        ({"reach": float("nan")}, "greater than or equal to 0|finite"),
        (
            dict.fromkeys(("reach", "engagement", "pagerank", "topic", "frequency", "recency", "audience"), 0),
            "all weights are 0",
        ),
        ({"charm": 1}, "not permitted"),
    ],
)
def test_weights_that_make_no_sense(weights: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        InfluenceOptions(weights=weights)  # pyright: ignore[reportArgumentType]


# --- only what changed is read again -------------------------------------------------------------------------


class Watched:
    """An archive that notes for how many days it was asked for edges and voices."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self.days = archive, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)

    def edges(self, window: Window, topic: str = "", platform: str = "") -> Edges:
        self.days += (window.end - window.start) / timedelta(days=1)
        return self._archive.edges(window, topic, platform)

    def voices(self, window: Window, topic: str = "", platform: str = "") -> Voices:
        return self._archive.voices(window, topic, platform)


def told(rank: InfluenceRanker, archive: Any, window: Window) -> list[AuthorRank]:
    return list(rank.rank(archive, ACME, window))


def test_what_is_kept_gives_the_same_as_reading_everything(archive: Archive, tmp_path: Path) -> None:
    """After each of many changes of every kind, ranks from kept days equal those of a ranker that keeps nothing."""
    chance = random.Random(7)
    handles = ["ana", "ion", "eva", "kai", "νίκος"]
    keeps = ranker(tmp_path / "kept")
    refs: list[str] = []

    def speak(number: int) -> None:
        more: dict[str, Any] = {}
        if refs and chance.random() < 0.7:
            more = {chance.choice(("parent", "shared")): chance.choice([*refs, "forum:later"])}
        text = f"Acme {number} @{chance.choice(handles)}" if chance.random() < 0.5 else ""
        counts = Engagement(at=NOW, likes=chance.randrange(9))
        said = post(chance.choice(handles), f"m{number}", days=chance.uniform(0.1, 40), text=text, engagement=counts, **more)
        keep(archive, said, topics=("Acme",) if chance.random() < 0.8 else ())
        refs.append(said.ref)

    def change(number: int) -> None:
        ref = chance.choice(refs)
        record = archive.get(ref)
        assert record
        label = Label(name="topic", value="Acme", by="topics")
        more_likes = Engagement(at=NOW + timedelta(hours=number), likes=99)
        steps = [
            lambda: archive.relabel({ref: ()}, "topics"),
            lambda: archive.relabel({ref: (label,)}, "topics"),
            lambda: archive.purge([ref]),
            lambda: keep(archive, replace(record.mention, engagement=more_likes)),
            lambda: keep(archive, replace(record.mention, text=f"Edited, @{chance.choice(handles)} on Acme")),
            lambda: keep(archive, post(person(f"new{number}", key="id-eva"), f"renamed{number}")),
            lambda: keep(archive, post("kai", "later", days=20)),
        ]
        chance.choice(steps)()
        if archive.get(ref) is None:
            refs.remove(ref)

    for number in range(40):
        speak(number)
        if number % 2:
            change(number)
        length = timedelta(days=chance.choice((3, 7, 30)), hours=chance.randrange(24))
        window = Window(start=NOW - length, end=NOW - timedelta(hours=chance.randrange(30)))
        assert told(keeps, archive, window) == told(ranker(tmp_path / f"new{number}"), archive, window)


def test_a_day_with_news_is_read_and_no_other(archive: Archive, tmp_path: Path) -> None:
    conversation(archive)
    keep(archive, *(post("ana", f"d{day}", days=day) for day in range(1, 29)))
    window = Window(start=NOW - timedelta(days=30), end=NOW)
    watched = Watched(archive)
    first = told(ranker(tmp_path), watched, window)
    assert watched.days > 28
    watched.days = 0.0
    assert told(ranker(tmp_path), watched, window) == first
    assert watched.days == 1.0  # the two days that lie in the window only in part
    watched.days = 0.0
    keep(archive, post("ion", "news", days=10.0, parent="forum:d11"))
    assert told(ranker(tmp_path), watched, window) != first
    assert watched.days == 2.0


def test_kept_days_that_are_damaged_are_made_anew(archive: Archive, tmp_path: Path) -> None:
    conversation(archive)
    right = told(ranker(tmp_path / "kept"), archive, MONTH)
    (file,) = (tmp_path / "kept").iterdir()
    whole = file.read_bytes()
    for broken in (b"", b"no numbers", whole[: len(whole) // 2]):
        file.write_bytes(broken)
        assert told(ranker(tmp_path / "kept"), archive, MONTH) == right
    np.savez(file, format=np.array(1))
    assert told(ranker(tmp_path / "kept"), archive, MONTH) == right
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [file.name]


# --- why -----------------------------------------------------------------------------------------------------


def test_every_part_is_explained_with_its_numbers(archive: Archive, tmp_path: Path) -> None:
    conversation(archive)
    ana = archive.find_authors("@Ana")[0]
    answer = ranker(tmp_path).explain(archive, ACME, MONTH, ana)
    assert answer
    rank, reasons = answer
    assert rank.author == ana
    words = {reason.part: reason.words for reason in reasons}
    assert "4 accounts engaged; most of all eva (1), νίκος (1), " in words["reach"]
    assert words["topic"] == "2 of 2 mentions are on the topic (100%); above 50 % of the others on forum"
    assert words["audience"] == "unknown: forum does not tell how many followers"
    assert sum(reason.weight for reason in reasons) == pytest.approx(1.0)
    assert next(reason for reason in reasons if reason.part == "audience").weight == 0.0
    score = sum(reason.weight * reason.value for reason in reasons if reason.value is not None)
    assert score == pytest.approx(rank.score, abs=0.02)


def test_who_said_nothing_has_no_reasons(archive: Archive, tmp_path: Path) -> None:
    conversation(archive)
    asked = ranker(tmp_path)
    assert asked.explain(archive, ACME, MONTH, person("nobody")) is None
    assert asked.explain(archive, replace(ACME, name="Else"), MONTH, person("ana")) is None
