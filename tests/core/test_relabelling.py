"""What is archived is judged anew: only what is to be, in pieces, and what a person said stays."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core import relabelling
from hubbub.core.deciding import decide
from hubbub.core.processing import PATIENCE
from hubbub.core.relabelling import MANY, PIECE, Judge, Rejudged, Turn, all_of, outdated, rejudge, unjudged
from hubbub.core.values import BY_YOU, Label, Labels, Mention, Record

NOW = datetime(2026, 6, 14, tzinfo=UTC)
OLD = (Label(name="lang", value="es", by="language"), Label(name="mood", value="calm", by="mood", version="1"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqlArchive]:
    archive = open_archive(tmp_path / "archive.db", now=lambda: NOW)
    save(archive, {"1": "acme one", "2": "Καλημέρα", "3": "algo más"}, OLD)
    archive.set_label("x:3", "mood", Label(name="mood", value="mine", by=BY_YOU))
    archive.forget_changes([change.id for change in archive.changes()])
    yield archive
    archive.close()


def save(archive: SqlArchive, texts: dict[str, str], labels: Labels = ()) -> None:
    mentions = [Mention(platform="x", key=key, text=text) for key, text in texts.items()]
    archive.save("s", [decide(None, mention, seen=NOW, labels=labels) for mention in mentions], None, NOW)


def judge(say: Callable[[Mention, Labels], str], version: str = "2") -> Judge:
    """A processor that says one value of each mention; an empty one for no label."""

    def ask(mentions: Sequence[Mention], said: Sequence[Labels]) -> Future[list[Labels]]:
        future: Future[list[Labels]] = Future()
        try:
            values = [say(mention, labels) for mention, labels in zip(mentions, said, strict=True)]
            made = [(Label(name="mood", value=v, by="mood", version=version, score=0.5),) if v else () for v in values]
            future.set_result(made)
        except Exception as error:
            future.set_exception(error)
        return future

    return ask


def again(archive: SqlArchive, ask: Judge, *, version: str = "2", everything: bool = False, dry_run: bool = False) -> Rejudged:
    way = all_of(archive, "mood") if everything else unjudged(archive, "mood", version)
    return rejudge(archive, "mood", version, ask, way, over="all" if everything else "", earlier=["language"], dry_run=dry_run)


def moods(archive: SqlArchive) -> dict[str, set[tuple[str, str, str]]]:
    records = [record for piece in archive.walk() for record in piece]
    return {r.ref: {(x.value, x.by, x.version) for x in r.labels if x.name == "mood"} for r in records}


def test_another_version_judges_what_the_last_one_judged_and_what_has_no_label(archive: SqlArchive) -> None:
    save(archive, {"4": "știri"}, OLD[:1])
    told: list[tuple[str, Labels]] = []
    report = again(archive, judge(lambda m, said: told.append((m.lang, said)) or ("loud" if "acme" in m.text else "calm")))
    assert (report.judged, report.changed, report.corrected, report.unjudged) == (4, 2, 1, 0)
    assert report.turns == {
        Turn(label="mood", before="calm", after="loud"): 1,
        Turn(label="mood", before="", after="calm"): 1,
    }
    assert moods(archive) == {
        "x:1": {("loud", "mood", "2")},
        "x:2": {("calm", "mood", "2")},
        "x:3": {("calm", "mood", "2"), ("mine", BY_YOU, "")},
        "x:4": {("calm", "mood", "2")},
    }
    # It is told what those before it said and what a person said, and never what it said itself.
    assert [(lang, [(x.by, x.value) for x in said]) for lang, said in told] == [
        ("es", [("language", "es")]),
        ("es", [("language", "es")]),
        ("es", [(BY_YOU, "mine"), ("language", "es")]),
        ("es", [("language", "es")]),
    ]
    assert again(archive, judge(lambda m, said: "loud")).judged == 0


def test_what_searches_cannot_tell_is_no_change_for_the_index(archive: SqlArchive) -> None:
    report = again(archive, judge(lambda m, said: "calm"))
    assert (report.judged, report.changed) == (3, 0)
    assert archive.changes() == []
    assert archive.judged("mood") == {"2": 3}


def test_nothing_is_written_by_a_dry_run(archive: SqlArchive) -> None:
    before = moods(archive)
    report = again(archive, judge(lambda m, said: "loud"), dry_run=True)
    assert (report.judged, report.changed) == (3, 3)
    assert moods(archive) == before
    assert archive.judging("mood") is None


def test_who_has_nothing_to_say_of_a_mention_is_not_asked_of_it_again(archive: SqlArchive) -> None:
    asked: list[str] = []
    say = judge(lambda m, said: asked.append(m.key) or "")
    assert again(archive, say).changed == 3
    assert again(archive, say).judged == 0
    save(archive, {"5": "new"})
    again(archive, say)
    assert asked == ["1", "2", "3", "5"]
    again(archive, say, version="3")
    assert asked[4:] == ["1", "2", "3", "5"]


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def many(archive: SqlArchive) -> SqlArchive:
    save(archive, {str(n): f"acme {n}" for n in range(10, 2 * PIECE + 30)}, OLD)
    return archive


def test_one_that_was_stopped_is_gone_on_with(many: SqlArchive) -> None:
    def until(last: str) -> Judge:
        def say(mention: Mention, said: Labels) -> str:
            asked.append(mention.key)
            if mention.key == last:
                raise Killed
            return "loud"

        return judge(say)

    asked: list[str] = []
    total = many.count()
    for everything in (False, True):
        asked.clear()
        with pytest.raises(Killed):
            again(many, until(str(PIECE + 20)), everything=everything)
        assert again(many, until("nobody"), everything=everything).resumed is everything
        # Only the piece at which it was stopped was asked of twice.
        assert len(set(asked)) == total
        assert len(asked) < total + PIECE
    assert many.judged("mood") == {"2": total}
    assert again(many, until("nobody"), everything=True).judged == total


def test_pieces_on_their_way_at_once_change_nothing(many: SqlArchive) -> None:
    report = rejudge(many, "mood", "2", judge(lambda m, s: "loud"), all_of(many, "mood"), ahead=3)
    assert report.judged == report.changed == many.count()


def test_a_failure_costs_its_piece_and_is_asked_of_again(many: SqlArchive) -> None:
    def say(mention: Mention, said: Labels) -> str:
        if mention.key == "3" and not mended:
            raise ValueError("δεν μπορώ")
        return ""

    mended = False
    report = again(many, judge(say))
    assert (report.unjudged, report.failures, report.given_up) == (PIECE, ("δεν μπορώ",), False)
    assert again(many, judge(say)).unjudged == PIECE
    mended = True
    assert again(many, judge(say)).judged >= PIECE
    assert again(many, judge(say)).judged == 0


def test_who_fails_of_every_piece_is_given_up(many: SqlArchive) -> None:
    save(many, {str(n): "more" for n in range(10_000, 10_000 + 2 * PIECE)})
    asked: list[int] = []

    def ask(mentions: Sequence[Mention], said: Sequence[Labels]) -> Future[list[Labels]]:
        asked.append(len(mentions))
        raise_it: Future[list[Labels]] = Future()
        raise_it.set_exception(RuntimeError("no"))
        return raise_it

    report = again(many, ask)
    assert (report.given_up, report.judged, len(asked)) == (True, 0, PATIENCE)


def test_what_was_edited_meanwhile_is_left_to_whoever_judges_the_new_wording(archive: SqlArchive) -> None:
    def say(mention: Mention, said: Labels) -> str:
        if mention.key == "1":
            changed = Mention(platform="x", key="1", text="acme two")
            known = archive.known([changed])["x:1"]
            labels = (Label(name="mood", value="new", by="mood", version="1"),)
            archive.save("s", [decide(known, changed, seen=NOW, labels=labels)], None, NOW)
        return "loud"

    again(archive, judge(say))
    assert moods(archive)["x:1"] == {("new", "mood", "1")}
    assert moods(archive)["x:2"] == {("loud", "mood", "2")}


def test_labels_stay_where_they_stood(archive: SqlArchive) -> None:
    archive.relabel({"x:1": (Label(name="mood", value="other", by="rival"),)}, "rival")
    again(archive, judge(lambda m, said: "loud"))
    found = archive.get("x:1")
    assert isinstance(found, Record)
    assert [label.by for label in found.labels] == ["language", "mood", "rival"]


def test_an_installed_version_that_others_came_before_is_offered(archive: SqlArchive) -> None:
    assert outdated(archive, "mood", "1") is None
    offer = outdated(archive, "mood", "2")
    assert offer is not None
    assert (offer.versions, offer.mentions) == ({"1": 3}, 3)
    again(archive, judge(lambda m, said: "loud"))
    assert outdated(archive, "mood", "2") is None


def test_a_processor_that_is_new_is_offered_where_it_has_much_to_judge(archive: SqlArchive) -> None:
    save(archive, {f"n{n}": "text" for n in range(MANY)})
    assert outdated(archive, "purpose", "1", count=True) == relabelling.Outdated(
        name="purpose", version="1", versions={}, mentions=MANY + 3
    )
    said = (Label(name="purpose", value="praise", by="purpose", version="1"),)
    save(archive, {"last": "thanks"}, said)
    assert outdated(archive, "purpose", "1", count=True) is not None


def test_silence_of_a_processor_that_was_there_from_the_beginning_is_no_offer(archive: SqlArchive) -> None:
    """As of names, where no model for them is installed."""
    assert outdated(archive, "entities", "1") is None
    save(archive, {f"n{n}": "text" for n in range(MANY)})
    assert outdated(archive, "entities", "1") is None
    assert outdated(archive, "entities", "1", count=True) is None


def test_a_label_that_feigns_another_processors_words_deceives_nobody(archive: SqlArchive) -> None:
    save(
        archive,
        {"9": "x"},
        (Label(name='","by":"mood","version":"1', value='"by":"mood"', by='evil"', version='7","by":"mood'),),
    )
    assert archive.judged("mood") == {"1": 3}
    assert list(archive.judged('evil"').values()) == [1]
