"""Mutes and rules: what becomes of a mention, live or archived, once or twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.attentionarchive import Verdict, is_given
from hubbub.core.documents import document
from hubbub.core.docwords import DocWords
from hubbub.core.muting import Mutes, checked_value, value_for
from hubbub.core.rules import Rule, Then
from hubbub.core.ruling import Judge, is_change
from hubbub.core.values import Author, Label, Mention, Mute, MuteKind, Record, TriageState

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)


def record(
    text: str = "acme phone", *labels: Label, tags: tuple[str, ...] = (), state: TriageState = TriageState.NEW
) -> Record:
    author = Author(platform="mastodon", key="77", handle="Kostas", url="https://social.example/@kostas")
    mention = Mention(
        platform="mastodon", key="1", text=text, url="https://www.blog.example/1", author=author, parent="mastodon:0"
    )
    return Record(mention=mention, version=1, when=NOW, first_seen=NOW, last_seen=NOW, labels=labels, tags=tags, state=state)


def rule(name: str, query: str, **then: object) -> Rule:
    return Rule(name=name, query=query, then=Then(**then))  # pyright: ignore[reportArgumentType]


def mute(kind: MuteKind, value: str) -> Mute:
    return Mute(id=1, kind=kind, value=value, created=NOW)


def after(record: Record, verdict: Verdict) -> Record:
    """What the archive has of a mention once a verdict is written."""
    others = tuple(label for label in record.labels if not is_given(label))
    moved = verdict.state if verdict.state and record.state is TriageState.NEW else record.state
    return replace(record, labels=(*others, *verdict.labels), state=moved, tags=tuple(sorted({*record.tags, *verdict.tags})))


def said(found: Record | Verdict) -> set[str]:
    return {f"{label.name}={label.value}" for label in found.labels}


# --- mutes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("author", "mastodon:kostas"),
        ("author", "mastodon:kostas@social.example"),
        ("author", "mastodon:77"),
        ("site", "blog.example"),
        ("thread", "mastodon:0"),
        ("thread", "mastodon:1"),
        ("word", "phone"),
        ("word", "ACME phone"),
        ("copies", "mastodon:1"),
    ],
)
def test_what_a_mute_hides(kind: MuteKind, value: str) -> None:
    verdict = Judge([mute(kind, value)], [], NOW).verdict(record())
    assert said(verdict) == {f"muted={kind}:{value}"}
    assert after(record(), verdict).muted


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("author", "reddit:kostas"),
        ("author", "mastodon:kostas@other.example"),
        ("site", "example"),
        ("site", "log.example"),
        ("thread", "mastodon:2"),
        ("word", "phones"),
        ("word", "phone acme"),
        ("copies", "mastodon:2"),
    ],
)
def test_what_it_does_not(kind: MuteKind, value: str) -> None:
    assert Judge([mute(kind, value)], [], NOW).verdict(record()) == Verdict()


def test_who_joined_a_thread_or_a_group_stays_until_that_is_muted_no_more() -> None:
    far = record("acme", Label(name="muted", value="thread:rss:1", by="mutes"))
    assert said(Judge([mute("thread", "rss:1")], [], NOW).verdict(far)) == {"muted=thread:rss:1"}
    assert Judge([], [], NOW).verdict(far) == Verdict()
    assert is_change(far, Verdict())


def test_words_are_folded_and_greek_too() -> None:
    greek = record("Νέος διαγωνισμός!")
    assert Mutes([mute("word", "ΔΙΑΓΩΝΙΣΜΌΣ")]).labels(greek, DocWords(document(greek)))


def test_a_persons_no_shows_it() -> None:
    muted = record("acme", Label(name="muted", value="word:acme", by="mutes"))
    assert muted.muted
    assert not replace(muted, labels=(*muted.labels, Label(name="muted", value="no", by="you"))).muted


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("author", " Mastodon:@Kostas@Social.Example ", "mastodon:kostas@social.example"),
        ("site", "https://www.Spam.example/a?b", "spam.example"),
        ("site", "spam.example/page", "spam.example"),
        ("word", " win  a\tphone ", "win a phone"),
        ("thread", "rss:1", "rss:1"),
    ],
)
def test_values_are_kept_in_one_form(kind: MuteKind, text: str, kept: str) -> None:
    assert checked_value(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("author", "kostas"),
        ("author", "mastodon:"),
        ("site", ""),
        ("site", "a b"),
        ("word", "!?"),
        ("word", '"'),
        ("word", "x" * 301),
        ("copies", "nothing"),
    ],
)
def test_values_that_are_none_are_refused_in_words(kind: MuteKind, text: str) -> None:
    with pytest.raises(ValueError, match=r"mute|write|has|nobody|say"):
        checked_value(kind, text)


def test_values_from_a_mention() -> None:
    assert [value_for(kind, record()) for kind in ("author", "site", "thread", "copies")] == [
        "mastodon:77", "blog.example", "mastodon:1", "mastodon:1",
    ]  # fmt: skip
    nobody = replace(record(), mention=Mention(platform="rss", key="1"))
    for kind in ("author", "site", "word"):
        with pytest.raises(ValueError, match=r"mute|write|has|nobody|say"):
            value_for(kind, nobody)


# --- rules ---------------------------------------------------------------------------------------------------


def test_a_rule_does_all_that_it_says() -> None:
    does = rule(
        "Press",
        "acme",
        tags=("press",),
        labels={"urgency": "high"},
        state=TriageState.DONE,
        priority="+20",
        mute=True,
        route="desk",
    )
    verdict = Judge([], [does], NOW).verdict(record())
    assert said(verdict) == {"rule=Press", "urgency=high", "priority=+20", "muted=rule:Press", "route=desk"}
    assert {label.by for label in verdict.labels} == {"rule:Press"}
    assert (verdict.state, verdict.tags) == (TriageState.DONE, ("press",))
    assert Judge([], [does], NOW).verdict(record("other")) == Verdict()


def test_a_later_rule_sees_what_earlier_ones_did_and_none_sees_itself_or_later_ones() -> None:
    rules = [
        rule("Late", "tag:press", tags=("too early",)),
        rule("First", "acme", tags=("press",), state=TriageState.SEEN),
        rule("Then", "tag:press status:seen label:First", mute=True),
        rule("Hidden", "is:muted", labels={"hidden": "yes"}),
        rule("Self", "NOT label:Self", labels={"self": "once"}),
    ]
    first = after(record(), Judge([], rules, NOW).verdict(record()))
    assert {label.value for label in first.labels if label.name == "rule"} == {"First", "Then", "Hidden", "Self"}
    assert first.tags == ("press",)
    assert not is_change(first, Judge([], rules, NOW).verdict(first))


def test_rules_see_mutes() -> None:
    verdict = Judge([mute("word", "phone")], [rule("Muted", "is:muted", tags=("noise",))], NOW).verdict(record())
    assert verdict.tags == ("noise",)


def test_states_only_go_out_of_new() -> None:
    judge = Judge([], [rule("Done", "acme", state=TriageState.DONE)], NOW)
    for state in TriageState:
        verdict = judge.verdict(record(state=state))
        assert verdict.state == (TriageState.DONE if state is TriageState.NEW else None)
        assert "rule=Done" in said(verdict)


def test_what_a_person_did_afterwards_stays() -> None:
    judge = Judge([], [rule("Press", "acme", tags=("press",), state=TriageState.DONE)], NOW)
    done = after(record(), judge.verdict(record()))
    assert (done.state, done.tags) == (TriageState.DONE, ("press",))
    again = replace(done, state=TriageState.NEW, tags=("mine",))
    verdict = judge.verdict(again)
    assert (verdict.state, verdict.tags) == (None, ())
    assert not is_change(again, verdict)


def test_a_rule_that_does_something_else_now_does_so() -> None:
    before = after(record(), Judge([], [rule("Press", "acme", tags=("press",))], NOW).verdict(record()))
    changed = Judge([], [rule("Press", "acme", tags=("media",))], NOW).verdict(before)
    assert changed.tags == ("media",)


def test_labels_follow_the_rule_and_those_of_rules_that_are_gone_go() -> None:
    judge = Judge([], [rule("Press", "acme", tags=("press",), labels={"urgency": "high"})], NOW)
    matched = after(record(), judge.verdict(record()))
    edited = replace(matched, mention=replace(matched.mention, text="nothing of it"))
    gone = after(edited, judge.verdict(edited))
    assert gone.labels == ()
    assert gone.tags == ("press",)
    assert after(matched, Judge([], [], NOW).verdict(matched)).labels == ()


def test_a_rules_label_wins_over_a_processors_and_a_persons_over_both() -> None:
    said_by = (Label(name="sentiment", value="positive", by="sentiment"),)
    judge = Judge(
        [],
        [rule("Irony", "acme", labels={"sentiment": "negative"}), rule("Last", "acme", labels={"sentiment": "neutral"})],
        NOW,
    )
    found = after(record("acme", *said_by), judge.verdict(record("acme", *said_by)))
    assert found.sentiment == "neutral"
    assert replace(found, labels=(*found.labels, Label(name="sentiment", value="uncertain", by="you"))).sentiment == "uncertain"


words = st.sampled_from(["acme", "phone", "η μπαταρία", "fără", "other", "acme phone"])
tags = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True).map(tuple)
QUERIES = """acme | phone | tag:a | NOT tag:a | tag:b OR acme | status:new | NOT status:new | status:done
| is:muted | NOT is:muted | label:x | NOT label:x | label:A | sentiment:negative | topic:t | NOT label:"rule=A"
| acme status:new NOT tag:c"""
queries = st.sampled_from([query.strip() for query in QUERIES.split("|")])
thens = st.builds(
    Then,
    tags=tags,
    labels=st.dictionaries(st.sampled_from(["x", "sentiment", "topic"]), st.sampled_from(["x", "negative", "t"]), max_size=2),
    state=st.none() | st.sampled_from([TriageState.SEEN, TriageState.DONE]),
    priority=st.sampled_from(["", "+20"]),
    mute=st.booleans(),
)
rules = st.lists(st.tuples(queries, thens), max_size=5).map(
    lambda pairs: [Rule(name="ABCDE"[n], query=query, then=then) for n, (query, then) in enumerate(pairs)]
)
mutes = st.lists(
    st.sampled_from([mute("word", "phone"), mute("word", "μπαταρια"), mute("author", "mastodon:77")]), max_size=2, unique=True
)


@given(words, tags, st.sampled_from(list(TriageState)), rules, mutes)
def test_judging_again_changes_nothing(
    text: str, own: tuple[str, ...], state: TriageState, rules: list[Rule], mutes: list[Mute]
) -> None:
    judge = Judge(mutes, rules, NOW)
    once = after(fresh := record(text, tags=own, state=state), judge.verdict(fresh))
    assert not is_change(once, judge.verdict(once))
    assert set(own) <= set(once.tags)
    # Without mutes and rules all labels are again those of before.
    assert after(once, Judge([], [], NOW).verdict(once)).labels == fresh.labels


@given(words, tags, rules, rules)
def test_new_rules_settle_in_one_go(text: str, own: tuple[str, ...], before: list[Rule], now: list[Rule]) -> None:
    old = after(fresh := record(text, tags=own), Judge([], before, NOW).verdict(fresh))
    once = after(old, Judge([], now, NOW).verdict(old))
    assert not is_change(once, Judge([], now, NOW).verdict(once))
