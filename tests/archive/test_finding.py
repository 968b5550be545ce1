from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_samples import NOW, mention, person, save, topic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.archive import open_archive
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.documents import document
from hubbub.core.parsing import parse
from hubbub.core.query import (
    DATE_FIELDS,
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    And,
    Every,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
)
from hubbub.core.values import Label, Labels, Media, Mention, Order, TriageState
from hubbub.testing.engines import MemoryEngine


def query(root: Node) -> Query:
    return Query(text="", root=root)


def refs(archive: SqlArchive, text: str, **options: str) -> list[str]:
    return [hit.ref for hit in archive.find(parse(text, now=NOW), **options).hits]  # pyright: ignore[reportArgumentType]


# --- the same as the definition ------------------------------------------------------------------------------

VALUES = ("acme", "Acmé", "rival", "Ștefan Știri", "στόχος", "a")
FOLDED = ("acme", "rival", "stefan stiri", "στοχος", "a", "missing", "new", "kept", "en", "unknown", "press", "rss", "post")
ADDRESSES = (
    "",
    "https://acme.example/1",
    "https://Blog.Acme.example/2",
    "https://bücher.example",
    "https://10.0.0.1/",
    "https://[x/",
)
PICTURE = Media(kind="image", url="https://acme.example/1.png")
COUNTED = ("likes", "shares", "replies", "views", "score")
TIMES = [NOW - timedelta(hours=hours) for hours in (0, 0, 1, 2, 30)]

labels = st.lists(
    st.builds(
        Label,
        name=st.sampled_from(("topic", "lang", "sentiment", "mood")),
        value=st.sampled_from(VALUES),
        by=st.sampled_from(("one", "you")),
    ),
    max_size=4,
    unique_by=lambda label: (label.by, label.name, label.value),
).map(tuple)


@st.composite
def mentions(draw: st.DrawFn, key: int) -> tuple[Mention, Labels, str, TriageState, list[str]]:
    said = mention(
        str(key),
        platform=draw(st.sampled_from(("rss", "Forum"))),
        published=draw(st.sampled_from(TIMES)),
        lang=draw(st.sampled_from(("", "en", "ro"))),
        likes=draw(st.none() | st.integers(0, 3)),
        url=draw(st.sampled_from(ADDRESSES)),
        text=draw(st.sampled_from(("", "See https://acme.example"))),
        media=draw(st.sampled_from(((), (PICTURE,)))),
        author=draw(st.none() | st.builds(person, followers=st.none() | st.integers(0, 3))),
    )
    counts = draw(st.fixed_dictionaries({name: st.none() | st.integers(0, 3) | st.just(10**12) for name in COUNTED}))
    if said.engagement:
        said = replace(said, engagement=replace(said.engagement, **counts))
    source = draw(st.sampled_from(("press", "Étoile")))
    return said, draw(labels), source, draw(st.sampled_from(TriageState)), draw(st.lists(st.sampled_from(VALUES), max_size=2))


keyword_fields = st.sampled_from(KEYWORD_FIELDS)
words = st.sampled_from(
    (*FOLDED, "mood=acme", "etoile", "media", "link", "deleted", "edited", "acme.example", "bucher.example", "10.0.0.1")
)
shapes = st.sampled_from(("*", "?", "a*e", "*.example", "acm?", "st*", "?", "*i*", "[a]*", "%*", "*=*", "a*?"))
ends = st.none() | st.integers(0, 7) | st.just(2**63)
times = st.none() | st.sampled_from(TIMES)
flags = st.booleans()
leaves = (
    st.just(Every())
    | st.builds(Term, keyword_fields, words)
    | st.builds(Prefix, keyword_fields, st.sampled_from(("", "a", "st", "στ", "mood=", "p", "%", "_")))
    | st.builds(Wildcard, keyword_fields, shapes)
    | st.builds(Fuzzy, keyword_fields, words, st.sampled_from((1, 2)))
    | st.builds(Range, st.sampled_from(NUMBER_FIELDS), ends, ends, flags, flags)
    | st.builds(Range, st.sampled_from(DATE_FIELDS), times, times, flags, flags)
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(And, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=6,
)
orders = st.sampled_from(("newest", "oldest"))
worlds = st.integers(1, 12).flatmap(lambda size: st.tuples(*(mentions(key) for key in range(size))))


def fill(archive: SqlArchive, world: tuple[tuple[Mention, Labels, str, TriageState, list[str]], ...]) -> MemoryEngine:
    for said, given_labels, source, state, tags in world:
        save(archive, said, source=source, labels=[given_labels], at=said.published or NOW)
        archive.set_state({said.ref: state})
        archive.set_tags({said.ref: tags})
    heard = [said for said, *_ in world]
    save(archive, *(replace(said, text="Acme, editado") for said in heard[::3]))
    archive.mark_deleted([said.ref for said in heard[::2]], NOW)
    engine = MemoryEngine()
    for records in archive.walk():
        engine.put([document(record) for record in records])
    return engine


def pages(searcher: SqlArchive | MemoryEngine, asked: Query, order: str, limit: int) -> tuple[int, list[str]]:
    total, found, after = -1, [], None
    while True:
        hits = (
            searcher.search(asked, order=order, limit=limit, after=after)  # pyright: ignore[reportArgumentType]
            if isinstance(searcher, MemoryEngine)
            else searcher.find(asked, order=order, limit=limit, after=after)  # pyright: ignore[reportArgumentType]
        )
        assert total in (-1, hits.total)
        total, after = hits.total, hits.next
        found += [hit.ref for hit in hits.hits]
        if after is None:
            return total, found


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    world=worlds,
    roots=st.lists(trees, min_size=8, max_size=8),
    order=st.sampled_from(("newest", "oldest")),
    limit=st.integers(1, 5),
)
def test_sql_finds_exactly_what_the_query_means(
    tmp_path_factory: pytest.TempPathFactory,
    world: tuple[tuple[Mention, Labels, str, TriageState, list[str]], ...],
    roots: list[Node],
    order: str,
    limit: int,
) -> None:
    archive = open_archive(tmp_path_factory.mktemp("agreement") / "archive.db")
    engine = fill(archive, world)
    for root in roots:
        assert pages(archive, query(root), order, limit) == pages(engine, query(root), order, limit), root
    assert archive.check() == []
    archive.close()


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds, roots=st.lists(trees, min_size=20, max_size=20))
@pytest.mark.server
def test_so_does_postgresql(
    schema: str, world: tuple[tuple[Mention, Labels, str, TriageState, list[str]], ...], roots: list[Node]
) -> None:
    archive = open_archive(schema)
    engine = fill(archive, world)
    for root in roots:
        assert pages(archive, query(root), "newest", 3) == pages(engine, query(root), "newest", 3), root
    archive.close()


# --- by example ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["engaged", "influential"])
def test_orders_by_numbers_are_the_indexs(archive: SqlArchive, order: Order) -> None:
    save(archive, mention("1"))
    for text in ("", "status:new"):
        with pytest.raises(ValueError, match="index"):
            archive.find(parse(text, now=NOW), order=order)


def test_an_empty_archive(archive: SqlArchive) -> None:
    hits = archive.find(query(Every()))
    assert (hits.total, hits.hits, hits.next) == (0, (), None)


def test_newest_and_oldest_first_with_ties_by_ref(archive: SqlArchive) -> None:
    old = NOW - timedelta(days=2)
    save(archive, mention("b"), mention("a"), mention("c", published=old))
    assert refs(archive, "") == ["rss:a", "rss:b", "rss:c"]
    assert refs(archive, "", order="oldest") == ["rss:c", "rss:a", "rss:b"]
    assert refs(archive, "", order="relevance") == refs(archive, "")


def test_filters_as_users_write_them(archive: SqlArchive) -> None:
    save(archive, mention("1", lang="ro"), labels=(topic("Telefoane Ștefan"),))
    save(archive, mention("2", lang="el", published=NOW - timedelta(days=40)), source="forum")
    archive.set_state({"rss:1": TriageState.KEPT})
    archive.set_tags({"rss:2": ["de citit"]})
    assert refs(archive, 'topic:"telefoane stefan"') == ["rss:1"]
    assert refs(archive, "status:kept OR source:forum") == ["rss:1", "rss:2"]
    assert refs(archive, "NOT lang:ro") == ["rss:2"]
    assert refs(archive, 'tag:"de citit" platform:rss') == ["rss:2"]
    assert refs(archive, "topic:nothing") == []


def test_a_number_beside_a_keyword(archive: SqlArchive) -> None:
    save(archive, *[mention(str(n), likes=n) for n in range(4)], mention("uncounted"), labels=(topic("acme"),))
    assert refs(archive, "topic:acme likes:>1") == ["rss:2", "rss:3"]
    assert refs(archive, "topic:acme NOT likes:>1") == ["rss:0", "rss:1", "rss:uncounted"]
    assert refs(archive, "likes:<2 OR topic:none") == ["rss:0", "rss:1"]


def test_a_mention_of_two_keywords_that_are_one_when_folded_is_one_hit(archive: SqlArchive) -> None:
    save(archive, mention("1"), labels=(topic("Acme"), topic("acmé")))
    hits = archive.find(query(Term("topic", "acme")))
    assert (hits.total, [hit.ref for hit in hits.hits]) == (1, ["rss:1"])
    assert archive.counts("topic") == {"Acme": 1, "acmé": 1}


@pytest.mark.parametrize("root", [Term("text", "acme"), Phrase("title", ("a", "b")), And((Every(), Prefix("author", "a")))])
def test_words_are_not_for_sql(archive: SqlArchive, root: Node) -> None:
    with pytest.raises(ValueError, match="index"):
        archive.find(query(root))


@pytest.mark.parametrize("cursor", ["", "x", "12", "99999999999999999999999 rss:1"])
def test_a_cursor_that_is_none(archive: SqlArchive, cursor: str) -> None:
    if cursor == "12":
        assert archive.find(query(Every()), after=cursor).hits == ()
        return
    with pytest.raises(ValueError, match="place"):
        archive.find(query(Every()), after=cursor)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_has_a_sensible_size(archive: SqlArchive, limit: int) -> None:
    with pytest.raises(ValueError, match="page"):
        archive.find(query(Every()), limit=limit)


def test_a_page_goes_on_where_the_last_one_ended_whatever_comes_meanwhile(archive: SqlArchive) -> None:
    save(archive, *[mention(str(n), published=NOW - timedelta(hours=n)) for n in range(6)])
    first = archive.find(query(Every()), limit=3)
    save(archive, mention("fresh", published=NOW))
    second = archive.find(query(Every()), limit=3, after=first.next)
    assert [hit.ref for hit in (*first.hits, *second.hits)] == [f"rss:{n}" for n in range(6)]


def test_filters_follow_every_edit(archive: SqlArchive) -> None:
    said = mention("1", lang="en")
    save(archive, said, labels=(topic("acme"),))
    archive.set_label(said.ref, "lang", Label(name="lang", value="es", by="you"))
    assert refs(archive, "lang:es") == [said.ref]
    archive.set_label(said.ref, "lang", None)
    archive.relabel({said.ref: (topic("rival"),)}, "topics")
    assert (refs(archive, "lang:es"), refs(archive, "topic:acme"), refs(archive, "topic:rival")) == ([], [], [said.ref])
    moved = replace(said, text="Edited", published=NOW - timedelta(days=9), lang="ro")
    save(archive, moved, labels=(topic("acme"),))
    assert refs(archive, "topic:acme lang:ro published:[2026-06-01 TO 2026-06-06]") == [said.ref]


def test_what_its_platform_deleted_and_what_was_edited(archive: SqlArchive) -> None:
    said = [mention(str(n)) for n in range(4)]
    save(archive, *said, labels=(topic("acme"),))
    save(archive, *(replace(each, text="Acme, επεξεργασμένο") for each in said[1:3]))
    archive.mark_deleted(["rss:2", "rss:3", "rss:unknown"], NOW)
    assert refs(archive, "is:deleted") == ["rss:2", "rss:3"]
    assert refs(archive, "is:edited") == ["rss:1", "rss:2"]
    assert refs(archive, "is:edited NOT is:deleted") == ["rss:1"]
    assert refs(archive, "topic:acme NOT is:deleted,edited") == ["rss:0"]
    assert archive.check() == []


def test_numbers_beyond_64_bits_are_asked_for_without_harm(archive: SqlArchive) -> None:
    save(archive, mention("1", likes=5))
    assert archive.find(query(Range("likes", None, 10**30))).total == 1
    assert archive.find(query(Range("likes", 10**30, None))).total == 0
    assert (
        archive.find(query(Range("published", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))).total == 1
    )


def test_counts_that_are_as_large_as_a_column_takes_are_added_up(archive: SqlArchive) -> None:
    most = 2**63 - 1
    said = mention("1", likes=most)
    assert said.engagement
    save(archive, replace(said, engagement=replace(said.engagement, shares=most, replies=most)), mention("2", likes=3))
    assert refs(archive, "engagement:>5") == ["rss:1"]
    assert refs(archive, "engagement:<=5") == ["rss:2"]


def test_a_wide_query(archive: SqlArchive) -> None:
    save(archive, mention("1"), labels=(topic("t5"),))
    assert archive.find(query(Or(tuple(Term("topic", f"t{n}") for n in range(300))))).total == 1


def test_finding_needs_no_index_of_words(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    save(archive, mention("1"))
    assert archive.index_stamp() == ""
    assert archive.find(query(Every())).total == 1
    archive.close()


def test_a_prefix_of_more_keywords_than_a_statement_takes_parameters(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    many = tuple(Label(name="entity", value=f"e{n}", by="ner") for n in range(17_000))  # each is two keywords
    save(archive, mention("1"), mention("2"), labels=[many, (topic("acme"),)])
    assert [hit.ref for hit in archive.find(query(Prefix("label", "e"))).hits] == ["rss:1"]
    assert [hit.ref for hit in archive.find(query(Not(Prefix("label", "e")))).hits] == ["rss:2"]
    archive.close()


def test_every_pair_of_keywords(tmp_path: Path) -> None:
    """Totals that are reckoned from kept numbers, not counted, where one keyword is nearly everywhere."""
    archive = open_archive(tmp_path / "archive.db")
    for n in range(40):
        said = mention(str(n), lang=("en", "en", "en", "ro", "")[n % 5], published=NOW - timedelta(hours=n % 7))
        topics = tuple(topic(name) for name, every in (("acme", 2), ("Acmé", 4), ("rival", 3), ("rare", 20)) if n % every == 0)
        save(archive, said, labels=topics)
    archive.set_state({"rss:1": TriageState.KEPT, "rss:20": TriageState.KEPT, "rss:3": TriageState.DONE})
    engine = MemoryEngine()
    for records in archive.walk():
        engine.put([document(record) for record in records])
    terms = [Term("topic", name) for name in ("acme", "rival", "rare", "none")]
    terms += [
        Term("lang", "en"),
        Term("lang", "unknown"),
        Term("status", "new"),
        Term("status", "kept"),
        Term("source", "press"),
    ]
    lists: list[Node] = [
        Or((terms[0], terms[1])),
        Or((terms[4], terms[5])),
        Or((terms[6], terms[6])),
        Prefix("status", "k"),
        Every(),
    ]
    parts = [*terms, *lists, *(Not(term) for term in terms), *(Not(item) for item in lists)]
    for one in parts:
        for other in parts:
            asked = query(And((one, other)))
            assert pages(archive, asked, "newest", 100) == pages(engine, asked, "newest", 100), asked.root
    archive.close()
