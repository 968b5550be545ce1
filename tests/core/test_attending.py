"""Mutes, rules and priorities at work: in a run, on what is archived, and at the desk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hubbub.archive import open_archive
from hubbub.core.attending import Attention
from hubbub.core.desk import Desk
from hubbub.core.documents import SearchDoc
from hubbub.core.errors import NotFound
from hubbub.core.indexing import Indexer
from hubbub.core.pipeline import INDEX_EVERY, Pipeline
from hubbub.core.prioritising import Priorities
from hubbub.core.priority import USUAL
from hubbub.core.rules import Rule, Then
from hubbub.core.rulework import apply_rules, try_rule
from hubbub.core.values import (
    Author,
    Batch,
    Engagement,
    Label,
    Labels,
    Mention,
    MuteKind,
    Record,
    RunReport,
    Source,
    Topic,
    TriageState,
)
from hubbub.testing.engines import MemoryEngine
from hubbub.testing.fakes import FakeClock, FakeFetcher, FakeProcessor

RELEASE = "Acme announces that the Acme Phone now lasts two whole days on a single charge, says the company in Madrid"


def judged(mention: Mention) -> Labels:
    """What processors would say, told by the words of the mention."""
    text = mention.text.casefold()
    labels = [Label(name="topic", value="acme", by="topics")]
    labels += [Label(name="purpose", value="complaint", by="purpose", score=0.9)] if "se apaga" in text else []
    labels += [Label(name="purpose", value="question", by="purpose", score=0.9)] if "?" in text else []
    labels += [Label(name="sentiment", value="negative", by="sentiment", score=0.8)] if "se apaga" in text else []
    author = mention.author.handle if mention.author else ""
    return (*labels, Label(name="voice", value="ours", by="topics")) if author == "acme" else tuple(labels)


class World:
    """A pipeline and a desk over one archive."""

    def __init__(
        self,
        folder: Path,
        rules: Sequence[Rule] = (),
        *,
        engine: MemoryEngine | None = None,
        index_every: float = INDEX_EVERY,
    ) -> None:
        self.clock = FakeClock()
        self.archive = open_archive(folder / "archive.db", now=self.clock)
        self.engine = engine or MemoryEngine()
        self.fetcher = FakeFetcher()
        self.meanwhile: Callable[[], object] = lambda: None
        """Done while the processors are asked."""
        indexer = Indexer(self.archive, lambda: self.engine, lambda: None)
        priorities = Priorities(self.archive, weights=USUAL, now=self.clock)
        self.source = Source(id="forum", plugin="fake")
        self.pipeline = Pipeline(
            archive=self.archive,
            indexer=indexer,
            build=lambda source, traffic: self.fetcher,
            topics=[Topic(name="acme", query="acme")],
            processors={"topics": FakeProcessor(self._judged)},
            now=self.clock,
            log=logging.getLogger("test"),
            attention=Attention(self.archive, rules=rules, priorities=priorities, now=self.clock),
            index_every=index_every,
        )

        def no_stories() -> object:
            raise AssertionError("no stories here")

        self.desk = Desk(
            name="Acme",
            archive=self.archive,
            indexer=indexer,
            stories=no_stories,  # pyright: ignore[reportArgumentType]
            topics=(),
            sources=(),
            collect=lambda ids, progress: self.collect(),
            now=self.clock,
            priorities=priorities,
        )

    def _judged(self, mention: Mention) -> Labels:
        self.meanwhile()
        return judged(mention)

    def collect(self, *mentions: Mention) -> RunReport:
        self.fetcher.enqueue(Batch(mentions=mentions))
        return self.pipeline.collect([self.source])

    def say(self, key: str, text: str, who: str = "marta", *, hours: float = 1, **more: object) -> Mention:
        """A post, some hours old."""
        author = Author(platform="forum", key=who, handle=who, followers=len(who) * 10)
        told: dict[str, object] = {"url": f"https://{who}.example/{key}", "published": self.clock() - timedelta(hours=hours)}
        return Mention(platform="forum", key=key, text=text, author=author, **(told | more))  # pyright: ignore[reportArgumentType]

    def record(self, key: str) -> Record:
        found = self.archive.get(f"forum:{key}")
        assert found
        return found

    def found(self, query: str = "", order: str = "newest") -> list[str]:
        return [row.record.mention.key for row in self.desk.search(query, order=order).rows]  # pyright: ignore[reportArgumentType]

    def all(self) -> dict[str, Record]:
        return {record.ref: record for records in self.archive.walk() for record in records}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    assert world.archive.check() == []
    world.archive.close()


# --- mutes ---------------------------------------------------------------------------------------------------


def some(world: World) -> None:
    world.collect(
        world.say("a", "Acme giveaway: win a phone", "spam", hours=1),
        world.say("b", "Mi Acme se apaga", "marta", hours=2),
        world.say("c", "re: acme", "kostas", hours=1.5, parent="forum:b", thread="forum:b"),
        world.say("d", "acme γράφει", "ionut", hours=3, url="https://blog.spam.example/x"),
    )


@pytest.mark.parametrize(
    ("kind", "what", "hidden"),
    [
        ("author", "forum:spam", {"a"}),
        ("author", "forum:b", {"b"}),
        ("site", "spam.example", {"a", "d"}),
        ("thread", "forum:c", {"b", "c"}),
        ("thread", "forum:b", {"b", "c"}),
        ("word", "ΓΡΆΦΕΙ", {"d"}),
        ("word", "win a phone", {"a"}),
        ("copies", "forum:d", {"d"}),
    ],
)
def test_what_is_muted_is_hidden_and_comes_back_as_it_was(world: World, kind: MuteKind, what: str, hidden: set[str]) -> None:
    some(world)
    before = world.all()
    preview = world.desk.preview_mute(kind, what)
    assert (preview.total, {record.mention.key for record in preview.examples}) == (len(hidden), hidden)
    assert world.all() == before
    undo = world.desk.mute(kind, what, note="enough\x07 of it")
    assert set(world.found()) == {"a", "b", "c", "d"} - hidden
    assert set(world.found("acme")) == {"a", "b", "c", "d"} - hidden
    assert set(world.found("is:muted")) == hidden
    for query in ("", "acme"):
        results = world.desk.search(query)
        assert (results.total, results.hidden) == (4 - len(hidden), len(hidden))
        assert world.desk.facets(query).total == 4 - len(hidden)
    assert all(world.record(key).priority == 0 for key in hidden)
    ((mute, total),) = [(hides.mute, hides.total) for hides in world.desk.mutes()]
    assert (mute.kind, total, mute.note) == (kind, len(hidden), "enough of it")
    world.desk.undo(undo)
    assert world.all() == before
    assert world.desk.mutes() == []


def test_unmuting_can_be_undone(world: World) -> None:
    some(world)
    world.desk.mute("thread", "forum:c")
    undo = world.desk.unmute(1)
    assert len(world.found()) == 4
    world.desk.undo(undo)
    assert set(world.found()) == {"a", "d"}
    with pytest.raises(NotFound, match="mute"):
        world.desk.unmute(9)


def test_a_mention_that_two_mutes_hide_needs_both_gone(world: World) -> None:
    some(world)
    world.desk.mute("author", "forum:spam")
    world.desk.mute("word", "giveaway")
    world.desk.unmute(1)
    assert "a" not in world.found()
    world.desk.unmute(2)
    assert "a" in world.found()


def test_what_comes_later_is_muted_as_it_comes(world: World) -> None:
    some(world)
    for kind, what in (("author", "forum:spam"), ("site", "spam.example"), ("thread", "forum:b"), ("word", "giveaway")):
        world.desk.mute(kind, what)  # pyright: ignore[reportArgumentType]
    world.collect(
        world.say("e", "acme again", "spam", url="https://other.example/1"),
        world.say("f", "acme", "ana", url="https://www.spam.example/2"),
        world.say("g", "acme", "ana", thread="forum:b"),
        world.say("h", "acme GIVEAWAY", "ana"),
        world.say("i", "acme", "ana", parent="forum:c"),
        world.say("j", "acme", "ana", parent="forum:i"),
        world.say("k", "acme is fine", "ana"),
    )
    assert world.found() == ["k"]
    assert world.desk.search("acme").hidden == 10
    # An edit is judged anew.
    world.collect(world.say("h", "acme, edited", "ana"), world.say("k", "acme giveaway", "ana"))
    assert world.found() == ["h"]


def test_near_copies_that_come_later_are_muted(world: World) -> None:
    world.collect(world.say("a", RELEASE, "press"))
    world.desk.mute("copies", "forum:a")
    world.collect(world.say("b", f"{RELEASE} !", "wire"), world.say("c", "acme says something else entirely", "wire"))
    assert world.record("b").copy_of == "forum:a"
    assert world.found() == ["c"]


def test_what_is_muted_while_a_run_is_under_way(world: World) -> None:
    some(world)
    world.meanwhile = lambda: world.desk.mute("word", "late")
    world.collect(world.say("l", "acme is late", "ana"))
    assert "l" not in world.found()


def test_saved_searches_count_what_is_shown(world: World) -> None:
    some(world)
    world.desk.save_search("All", "acme")
    world.desk.save_search("Noise", "is:muted")
    world.desk.mute("word", "giveaway")
    assert {saved.search.name: saved.total for saved in world.desk.saved_searches()} == {"All": 3, "Noise": 1}


def test_a_person_may_show_one_of_them(world: World) -> None:
    some(world)
    world.desk.mute("site", "spam.example")
    world.desk.correct("forum:d", "muted", "no")
    assert set(world.found()) == {"b", "c", "d"}
    assert set(world.found("NOT is:muted")) == {"b", "c", "d"}


@pytest.mark.parametrize(("kind", "what"), [("thread", "forum:none"), ("copies", "forum:none")])
def test_mentions_that_there_are_not(world: World, kind: MuteKind, what: str) -> None:
    with pytest.raises(NotFound, match="forum:none"):
        world.desk.mute(kind, what)
    assert world.archive.mutes() == []


# --- rules ---------------------------------------------------------------------------------------------------


def rule(name: str, query: str, **then: object) -> Rule:
    return Rule(name=name, query=query, then=Then(**then))  # pyright: ignore[reportArgumentType]


RULES = (
    rule("Angry", "sentiment:negative", tags=("angry",), priority="+20", route="care"),
    rule("Support", "tag:angry label:complaint status:new", state=TriageState.SEEN, labels={"team": "support"}),
    rule("Noise", 'giveaway OR domain:"spam.example"', mute=True),
    rule("Quiet", "is:muted source:forum", state=TriageState.IGNORED),
    rule("Later", 'label:"rule=Support" status:seen', tags=("seen by rule",)),
    rule("Own", "is:ours", state=TriageState.DONE),
    rule("Old", 'published:<"2 hours ago" NOT is:ours', tags=("old",)),
)


def judgements(record: Record) -> tuple[object, ...]:
    return record.labels, record.state, record.tags


def test_rules_mean_the_same_live_and_archived(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "later").mkdir()
    live, later = World(tmp_path / "live", RULES), World(tmp_path / "later")
    for world in (live, later):
        some(world)
        world.collect(world.say("o", "acme: yes", "acme", parent="forum:b"))
        world.collect(replace(world.say("b", "Mi Acme Phone se apaga", "marta", hours=2)))
    assert apply_rules(later.archive, RULES, later.clock()) == 4
    assert {ref: judgements(record) for ref, record in live.all().items()} == {
        ref: judgements(record) for ref, record in later.all().items()
    }
    assert live.record("b").tags == ("angry", "seen by rule")
    assert live.record("d").tags == ("old",)
    assert (live.record("b").state, live.record("a").state) == (TriageState.SEEN, TriageState.IGNORED)
    for world in (live, later):
        assert apply_rules(world.archive, RULES, world.clock()) == 0
        world.archive.close()


def test_a_trial_says_what_would_change_and_changes_nothing(world: World) -> None:
    some(world)
    before = world.all()
    trial = try_rule(world.archive, RULES, RULES[1], world.clock(), examples=3)
    assert (trial.matched, trial.fresh, trial.left) == (1, 1, 0)
    assert dict(trial.effects) == {"label team=support": 1, "state seen": 1}
    assert [record.mention.key for record in trial.examples] == ["b"]
    assert world.all() == before
    apply_rules(world.archive, RULES, world.clock())
    again = try_rule(world.archive, RULES, RULES[1], world.clock(), examples=3)
    assert (again.matched, again.fresh, again.effects) == (1, 0, {})
    other = replace(RULES[1], query="tag:angry label:nothing")
    gone = try_rule(world.archive, [RULES[0], other], other, world.clock(), examples=3)
    assert (gone.matched, gone.left) == (0, 1)


def test_rules_that_are_gone_take_their_labels_along(world: World) -> None:
    some(world)
    plain = {ref: record.labels for ref, record in world.all().items()}
    apply_rules(world.archive, RULES, world.clock())
    done: list[int] = []
    assert apply_rules(world.archive, (), world.clock(), progress=done.append) == 3
    assert {ref: record.labels for ref, record in world.all().items()} == plain
    assert done == [4]
    assert world.record("b").tags == ("angry", "seen by rule")


# --- priorities ----------------------------------------------------------------------------------------------


def test_after_a_run_everything_has_its_priority_and_can_be_read_in_that_order(world: World) -> None:
    some(world)
    assert all(record.priority is not None for record in world.all().values())
    assert world.found(order="priority")[0] == "b"
    assert world.found("acme", order="priority") == world.found(order="priority")
    told = world.desk.why_priority("forum:b")
    assert told.score == world.record("b").priority
    assert [part.words for part in told.parts][:2] == ["complaint (0.90)", "negative 0.80"]
    with pytest.raises(NotFound):
        world.desk.why_priority("forum:none")


def test_the_index_reads_what_is_new_once_with_its_priority_while_the_run_goes_on(tmp_path: Path) -> None:
    read: list[tuple[str, int | None]] = []

    class Told(MemoryEngine):
        def put(self, docs: Sequence[SearchDoc]) -> None:
            read.extend((doc.ref, doc.priority) for doc in docs)
            super().put(docs)

    world = World(tmp_path, engine=Told(), index_every=0)
    first, second = world.say("a", "Mi Acme se apaga"), world.say("b", "re: acme", "kostas", parent="forum:a", thread="forum:a")
    world.fetcher.enqueue(Batch(mentions=(first,)), Batch(mentions=(second,)))
    report = world.pipeline.collect([world.source])
    saved = world.all()
    assert read == [(ref, saved[ref].priority) for ref in ("forum:a", "forum:b")]
    assert None not in dict(read).values()
    assert report.indexed == 2
    world.archive.close()


def test_an_answer_is_muted_though_it_came_before_the_thread_that_is(tmp_path: Path) -> None:
    world = World(tmp_path, index_every=0)
    some(world)
    world.desk.mute("thread", "forum:b")
    root = world.say("e", "acme again", parent="forum:b", thread="forum:b")
    below = world.say("f", "re: acme again", "kostas", parent="forum:e", thread="forum:e")
    world.fetcher.enqueue(Batch(mentions=(below,)), Batch(mentions=(root,)))
    world.pipeline.collect([world.source])
    assert [world.record(key).priority for key in "ef"] == [0, 0]
    assert {"e", "f"} <= set(world.found("is:muted"))
    world.archive.close()


def test_our_answer_lowers_it_at_the_next_run(world: World) -> None:
    world.collect(world.say("q", "Cum resetez Acme?", hours=5))
    asked = world.record("q").priority
    world.collect(world.say("o", "așa", "acme", hours=0, parent="forum:q"))
    assert asked is not None
    world.clock.advance(timedelta(minutes=6))
    world.collect()
    answered = world.record("q").priority
    assert answered is not None
    assert answered < asked
    assert "answered by us" in [part.words for part in world.desk.why_priority("forum:q").parts]
    assert world.record("o").priority == 0


def test_speed_and_age_and_triage_change_it_though_nothing_was_touched(world: World) -> None:
    at = world.clock()
    world.collect(world.say("q", "Cum resetez Acme?", engagement=Engagement(at=at, likes=0)))
    world.clock.advance(timedelta(hours=1))
    world.collect(world.say("q", "Cum resetez Acme?", hours=2, engagement=Engagement(at=world.clock(), likes=500)))
    fast = world.record("q").priority
    world.clock.advance(timedelta(days=6))
    world.collect()
    old = world.record("q").priority
    assert fast is not None
    assert old is not None
    assert fast > old > 0
    world.desk.triage(["forum:q"], TriageState.DONE)
    world.clock.advance(timedelta(hours=1))
    world.collect()
    assert world.record("q").priority == 0


def test_a_change_of_a_point_is_not_worth_a_write(world: World) -> None:
    world.collect(world.say("q", "acme", hours=30))
    before = world.record("q").priority
    world.clock.advance(timedelta(hours=6))
    world.collect()
    assert world.record("q").priority == before
    assert world.desk.why_priority("forum:q").score != before
