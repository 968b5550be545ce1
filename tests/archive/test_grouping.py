"""Near-copies in the archive: one group, whichever way its mentions come, change and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.deciding import Intent, decide
from hubbub.core.duplicates import WINDOW, signature
from hubbub.core.values import Mention, MentionKind

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
RELEASE = "Acme presents the new phone in Cluj today: the battery lasts three days, and the price is 399 euro in all shops"
OTHER = "Ο καιρός στην Αθήνα είναι καλός σήμερα και όλοι πάνε βόλτα στη θάλασσα με τα παιδιά και τους φίλους τους"


def intent(archive: SqlArchive, key: str, text: str, when: datetime = AT) -> Intent:
    mention = Mention(platform="rss", key=key, text=text, published=when)
    decided = decide(archive.known([mention]).get(mention.ref), mention, seen=AT)
    return replace(decided, signature=signature("", text))


def save(archive: SqlArchive, *said: tuple[str, str], when: datetime = AT) -> None:
    archive.save("press", [intent(archive, key, text, when) for key, text in said], None, AT)


def groups(archive: SqlArchive) -> list[list[str]]:
    """All groups of more than one, as the records tell them; they must agree with what ``group`` says."""
    found: dict[str, list[str]] = {}
    records = [record for page in archive.walk() for record in page]
    for record in records:
        found.setdefault(record.copy_of or record.ref, []).append(record.ref)
    for record in records:
        assert [other.ref for other in archive.group(record.ref)] == found[record.copy_of or record.ref]
        assert record.copies == (0 if record.copy_of else len(found[record.ref]) - 1)
    return [[ref.removeprefix("rss:") for ref in members] for members in found.values() if len(members) > 1]


def test_copies_join_the_first_within_a_batch_and_in_later_ones(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE), ("x", OTHER), ("b", RELEASE.upper()))
    save(archive, ("c", f"RT {RELEASE} https://short.example/1"), ("y", "short"), ("z", "short"))
    assert groups(archive) == [["a", "b", "c"]]


def test_who_says_something_comes_before_who_passed_it_on_and_was_collected_sooner(archive: SqlArchive) -> None:
    first, second, post = (intent(archive, key, RELEASE) for key in ("first", "second", "post"))
    shares = [replace(one, mention=replace(one.mention, kind=MentionKind.SHARE)) for one in (first, second)]
    archive.save("boosts", shares, None, AT)
    archive.save("press", [post, intent(archive, "late", RELEASE)], None, AT)
    whose = {record.ref: record.copy_of for page in archive.walk() for record in page}
    assert whose == {"rss:first": "rss:post", "rss:second": "rss:post", "rss:post": "", "rss:late": "rss:post"}
    assert len(groups(archive)) == 1


def test_the_same_words_long_after_are_another_event(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE))
    for days in range(-40, 0):
        save(archive, (f"d{days}", RELEASE), when=AT + timedelta(days=days))
    near = [f"d{days}" for days in range(-WINDOW.days, 0)]
    assert next(members for members in groups(archive) if "a" in members) == ["a", *near]


def test_an_edit_that_says_something_else_leaves_the_group(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE), ("b", RELEASE), ("c", RELEASE))
    save(archive, ("b", OTHER))
    assert groups(archive) == [["a", "c"]]
    save(archive, ("d", OTHER))
    assert groups(archive) == [["a", "c"], ["b", "d"]]
    save(archive, ("d", f"{RELEASE} and so on"))
    assert groups(archive) == [["a", "c", "d"]]


def test_a_first_that_says_something_else_hands_its_group_over(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE), ("b", RELEASE), ("c", RELEASE), ("x", OTHER))
    save(archive, ("a", OTHER))
    assert sorted(map(sorted, groups(archive))) == [["a", "x"], ["b", "c"]]
    save(archive, ("d", RELEASE))
    assert ["b", "c", "d"] in groups(archive)


def test_a_correction_of_a_few_words_stays(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE), ("b", RELEASE))
    save(archive, ("b", RELEASE.replace("399", "389")))
    save(archive, ("a", RELEASE.replace("399", "389")))
    assert groups(archive) == [["a", "b"]]


def test_the_next_oldest_follows_where_the_first_is_removed(archive: SqlArchive) -> None:
    save(archive, ("a", RELEASE), ("b", RELEASE), ("c", RELEASE), ("x", OTHER), ("y", OTHER))
    archive.purge(["rss:a", "rss:y"])
    assert groups(archive) == [["b", "c"]]
    save(archive, ("d", RELEASE), ("z", OTHER))
    assert groups(archive) == [["b", "c", "d"], ["x", "z"]]
    archive.purge(["rss:b", "rss:c", "rss:d"])
    assert groups(archive) == [["x", "z"]]
    save(archive, ("e", RELEASE))
    assert groups(archive) == [["x", "z"]]


def test_mentions_that_nobody_signed_are_in_no_group(archive: SqlArchive) -> None:
    plain = [replace(intent(archive, key, RELEASE), signature=None) for key in "ab"]
    archive.save("press", plain, None, AT)
    assert groups(archive) == []
    save(archive, ("a", f"{RELEASE} indeed"), ("c", RELEASE))
    assert groups(archive) == [["a", "c"]]


TEXTS = (RELEASE, f"{RELEASE} indeed", OTHER, f"{OTHER} σήμερα", "short")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(TEXTS)), max_size=4)),
        st.tuples(st.just("purge"), st.lists(st.sampled_from("abcdef"), max_size=3)),
    ),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_groups_and_counts_agree(archive: SqlArchive, steps: list[tuple[str, list]]) -> None:
    archive.purge([f"rss:{key}" for key in "abcdef"])
    for kind, what in steps:
        if kind == "save":
            save(archive, *dict(what).items())
        else:
            archive.purge([f"rss:{key}" for key in what])
        for members in groups(archive):
            texts = {archive.records([f"rss:{key}"])[0].mention.text[:4] for key in members}
            assert len(texts) == 1, "two different texts are one group"
