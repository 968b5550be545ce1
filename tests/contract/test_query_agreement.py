"""A query means the same to live matching, to every engine and to SQL: generated mentions and queries hold them together."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from query_samples import (
    ADDRESSES,
    KEYWORDS,
    SIGNED,
    START,
    TAGS,
    WORDS,
    documents,
    facet_fields,
    said,
    with_words,
    without_words,
)

from hubbub.archive import open_archive
from hubbub.core.archives import Archive
from hubbub.core.contracts import SearchEngine
from hubbub.core.deciding import decide
from hubbub.core.documents import RANK_ORDERS, SearchDoc, document, rank
from hubbub.core.docwords import facet_values
from hubbub.core.errors import QueryError
from hubbub.core.parsing import parse
from hubbub.core.query import And, Fuzzy, Inflected, Node, Not, Or, Phrase, Prefix, Query, Range, Term, Wildcard, Written, nodes
from hubbub.core.values import (
    Author,
    Engagement,
    FacetField,
    Facets,
    Hits,
    Label,
    Media,
    Mention,
    MentionKind,
    Order,
    TriageState,
)
from hubbub.plugins.search.tantivy_engine import TantivyEngine
from hubbub.plugins.search.whoosh_engine import WhooshEngine
from hubbub.testing.engines import MemoryEngine

ORDERS: tuple[Order, ...] = get_args(Order)
ENGINES = ["memory", "whoosh", "tantivy", pytest.param("postgres", marks=pytest.mark.server)]

moderate = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@contextmanager
def opened(name: str, schema: str = "") -> Iterator[SearchEngine]:
    """An engine over a folder, or tables, of its own."""
    with TemporaryDirectory() as folder:
        engine = _open(name, Path(folder), schema)
        yield engine
        engine.close()


def _open(name: str, folder: Path, schema: str) -> SearchEngine:
    match name:
        case "whoosh":
            return WhooshEngine(folder)
        case "tantivy":
            return TantivyEngine(folder)
        case "postgres":
            from hubbub.plugins.search.postgres_index import PostgresEngine

            return PostgresEngine(schema, f"agree_{uuid4().hex[:8]}")
    return MemoryEngine()


def schema_for(name: str, request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL's tables go; skips the test where there is no server."""
    return request.getfixturevalue("shared_schema") if name == "postgres" else ""


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[SearchEngine]:
    with opened(request.param, schema_for(request.param, request)) as engine:
        yield engine


# --- what is found, and what the definition says -----------------------------------------------------------------


def answer(find: Callable[..., Hits], node: Node, order: Order, limit: int = 7) -> list[str]:
    """All that an engine's ``search`` or an archive's ``find`` gives, page by page."""
    after, found, query = None, [], Query("", node)
    while True:
        page = find(query, order=order, limit=limit, after=after)
        found += [hit.ref for hit in page.hits]
        if page.next is None:
            assert page.total == len(found)
            return found
        after = page.next


def matching(docs: dict[str, SearchDoc], node: Node) -> list[SearchDoc]:
    """What a query means, by ref."""
    return sorted((doc for doc in docs.values() if Query("", node).matches(doc)), key=lambda doc: doc.ref)


def in_order(found: list[SearchDoc], order: Order) -> list[str]:
    """The refs of documents, given by ref, in an order; of one place they stay in the order of refs."""
    if order in RANK_ORDERS:
        return [doc.ref for doc in sorted(found, key=lambda doc: -rank(doc, order))]
    return [doc.ref for doc in sorted(found, key=lambda doc: doc.when, reverse=order == "newest")]


def counted(found: list[SearchDoc], fields: list[FacetField], limit: int) -> Facets:
    """What facets are to say of documents."""
    values = {field: Counter(value for doc in found for value in set(facet_values(doc, field))) for field in fields}
    return Facets(
        total=len(found),
        days=tuple(sorted(Counter(doc.when.date() for doc in found).items())),
        fields={field: tuple(sorted(n.items(), key=lambda i: (-i[1], i[0]))[:limit]) for field, n in values.items()},
    )


def check(engine: SearchEngine, docs: dict[str, SearchDoc], node: Node, order: Order, limit: int = 7) -> None:
    """An engine's pages in one order are those of the definition."""
    found = matching(docs, node)
    if order == "relevance":
        assert sorted(answer(engine.search, node, order, limit)) == [doc.ref for doc in found]
    else:
        assert answer(engine.search, node, order, limit) == in_order(found, order)


# --- each engine by itself, while documents come and go -----------------------------------------------------------

steps = st.tuples(st.lists(documents, max_size=8), st.sets(st.integers(0, 40), max_size=4), st.booleans())
"""Documents to put, numbers of those to drop after, and whether a build is complete then."""


@settings(moderate, max_examples=12)
@given(
    rounds=st.lists(steps, min_size=1, max_size=3),
    asked=st.lists(with_words | without_words, min_size=1, max_size=10),
    fields=facet_fields,
)
def test_engines_find_what_the_definition_says(
    engine: SearchEngine, rounds: list, asked: list[Node], fields: list[FacetField]
) -> None:
    engine.clear()
    docs: dict[str, SearchDoc] = {}
    for put, dropped, complete in rounds:
        engine.put(put)
        docs |= {doc.ref: doc for doc in put}
        engine.drop([f"test:{number}" for number in dropped])
        docs = {ref: doc for ref, doc in docs.items() if int(ref.removeprefix("test:")) not in dropped}
        if complete:
            engine.set_stamp("build")
    assert engine.count() == len(docs)
    for number, node in enumerate(asked):
        check(engine, docs, node, "newest")
        check(engine, docs, node, ORDERS[number % len(ORDERS)])
        assert engine.facets(Query("", node), fields=fields, limit=3) == counted(matching(docs, node), fields, 3)


# --- with SQL: one archive for all examples, many queries ---------------------------------------------------------


def a_mention(number: int, dice: Random) -> tuple[Mention, tuple[Label, ...]]:
    """A mention with labels, by chance."""
    pick = lambda field: dice.choice(KEYWORDS[field])  # noqa: E731
    maybe = lambda low, high: dice.randint(low, high) if dice.random() < 0.6 else None  # noqa: E731
    address = dice.choice(ADDRESSES)
    image = Media(kind="image", url="https://acme.example/a.png")
    mention = Mention(
        platform=pick("platform"),
        key=str(number),
        kind=MentionKind(pick("kind")),
        url=f"{address}/{number}" if address else "",
        title=" ".join(dice.choices(WORDS, k=dice.randint(0, 2))),
        text=" ".join(dice.choices(WORDS + SIGNED, k=dice.randint(0, 6))),
        author=Author(
            platform="rss",
            key=str(number % 7),
            handle=dice.choice(["acme", ""]),
            name=dice.choice(WORDS),
            followers=number % 7 or None,
        ),
        published=START + timedelta(days=dice.randint(0, 20)),
        lang=dice.choice(["en", ""]),
        media=(image,) if dice.random() < 0.3 else (),
        engagement=Engagement(
            at=START, likes=maybe(-1, 5), shares=maybe(0, 5), replies=maybe(0, 5), views=maybe(0, 5), score=maybe(-1, 5)
        )
        if dice.random() < 0.7
        else None,
    )
    labels = [Label(name="tone", value="angry", by="x")] if dice.random() < 0.3 else []
    labels += [Label(name="voice", value="ours", by="topics")] if dice.random() < 0.3 else []
    labels += [Label(name=name, value=pick(name), by="x") for name in ("topic", "lang", "sentiment") if dice.random() < 0.6]
    return mention, tuple(labels)


def fill(archive: Archive, dice: Random) -> None:
    """Sixty mentions on several days, some through two sources, some tagged, some kept."""
    seen = START + timedelta(days=25)
    made = [a_mention(number, dice) for number in range(60)]
    intents = [decide(None, mention, seen=seen, labels=labels) for mention, labels in made]
    archive.save("press", intents[:45], None, seen)
    again = archive.known([mention for mention, _ in made[30:45]])
    same = [decide(again[mention.ref], mention, seen=seen) for mention, _ in made[30:45]]
    late = seen + timedelta(days=2)
    rest = [decide(None, mention, seen=late, labels=labels) for mention, labels in made[45:]]
    archive.save("blog", [*same, *rest], None, late)
    refs = [mention.ref for mention, _ in made]
    archive.set_tags({ref: dice.sample(TAGS, dice.randint(0, 2)) for ref in refs[::2]})
    archive.set_state(dict.fromkeys(refs[::3], TriageState.KEPT))
    edited = [replace(mention, text=f"{mention.text} acme") for mention, _ in made[::4]]
    known = archive.known(edited)
    gone = [ref for ref in refs if dice.random() < 0.3]
    archive.save_refreshed([decide(known[mention.ref], mention, seen=late) for mention in edited], gone, {}, late)


@dataclass(repr=False)
class World:
    """One archive, and an engine that holds what it holds."""

    archive: Archive
    docs: dict[str, SearchDoc]
    engine: SearchEngine


@pytest.fixture(params=ENGINES[1:], scope="module")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """PostgreSQL is both: archive and engine, as a team has it."""
    schema = schema_for(request.param, request)
    with ExitStack() as stack:
        archive = open_archive(schema or tmp_path_factory.mktemp("agreement") / "archive.db")
        stack.callback(archive.close)
        fill(archive, Random(4))
        docs = {record.ref: document(record) for records in archive.walk() for record in records}
        engine = stack.enter_context(opened(request.param, schema))
        engine.put(list(docs.values()))
        engine.set_stamp("build")
        yield World(archive, docs, engine)


@settings(moderate, max_examples=40)
@given(node=without_words, order=st.sampled_from(ORDERS))
@example(node=Not(Range("likes", 0, None)), order="newest")
@example(node=And(()), order="oldest")
@example(node=Or(()), order="newest")
@example(node=Or((Term("source", "blog"), Prefix("source", "b"))), order="newest")
def test_sql_engines_and_live_matching_agree_without_words(world: World, node: Node, order: Order) -> None:
    found = matching(world.docs, node)
    check(world.engine, world.docs, node, order, 25)
    if order == "newest" or order == "oldest":
        assert answer(world.archive.find, node, order, 25) == in_order(found, order)


@settings(moderate, max_examples=50)
@given(node=with_words, order=st.sampled_from(ORDERS), fields=facet_fields)
def test_engines_and_live_matching_agree_on_archived_mentions(
    world: World, node: Node, order: Order, fields: list[FacetField]
) -> None:
    check(world.engine, world.docs, node, order, 25)
    wanted = counted(matching(world.docs, node), fields, 4)
    assert world.engine.facets(Query("", node), fields=fields, limit=4) == wanted


@settings(moderate, max_examples=40)
@given(pair=said)
def test_a_text_finds_what_its_words_and_signs_mean(world: World, pair: tuple[str, Node]) -> None:
    text, node = pair
    read = parse(text, now=START)
    assert matching(world.docs, read.root) == matching(world.docs, node)
    check(world.engine, world.docs, read.root, "newest", 25)
    if not read.has_text:
        assert answer(world.archive.find, read.root, "newest", 25) == in_order(matching(world.docs, node), "newest")


# --- any text ----------------------------------------------------------------------------------------------------

PIECES = [
    *WORDS, *SIGNED, "AND", "OR", "NOT", "(", ")", '"', "~1", "~2", "*", "acm*", "phon~1", '"acme phone"', '"acme phone"~3',
    "title:acme", "author:@acme", "lang:en,ro", "tag:spater", "status:kept", "likes:>2", "likes:[1 to 3]", "=phones", "==año",
    "*phone", "ph?nes", "ph*s", "?", "=", "has:media", "has:link", "domain:acme.example", "url:acme.example/phones", "views:<3",
    "seen:>2026-01-25", "title:(acme OR phone)", "author:*me", "tag:*room", "is:ours", "is:others,ours", "is:edited,deleted",
    "published:>2026-01-05", "published:2026-01", ":", "[", "]", "-", "&", "\\", "'", "“", "\0", "\ud800", "\u202e", "١",
]  # fmt: skip

queries = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | st.lists(st.sampled_from(PIECES), max_size=6).map(
    "".join
)


def understood(text: str) -> Query | QueryError:
    """The query, or what is wrong with it."""
    try:
        return parse(text, now=START)
    except QueryError as error:
        return error


@settings(max_examples=300, deadline=timedelta(seconds=2))
@given(text=queries | st.text(max_size=40))
def test_every_text_is_understood_or_refused_with_a_place(text: str) -> None:
    read = understood(text)
    if isinstance(read, QueryError):
        assert read.message
        assert 0 <= read.position <= len(text)
        assert str(read).endswith(f"Try: {read.proposal}" if read.proposal else "^")
        return
    for node in nodes(read.root):
        assert not isinstance(node, Phrase) or len(node.words) > 1
        assert not isinstance(node, And | Or) or len(node.items) > 1
        assert not isinstance(node, Term | Prefix | Wildcard | Fuzzy) or node.text


@settings(moderate, max_examples=40)
@given(text=queries)
def test_engines_find_what_understood_texts_say(world: World, text: str) -> None:
    read = understood(text)
    if isinstance(read, Query):
        check(world.engine, world.docs, read.root, "newest", 25)


REACHING = [
    Term("url", "acme"),
    Inflected("text", "canciones"),
    Written("text", "año"),
    Phrase("text", ("acme", "phone"), 4),
    Prefix("text", "tele"),
    Wildcard("text", "*h?ne*"),
    Fuzzy("text", "phonex", 1),
    Term("has", "link"),
    Term("domain", "acme.example"),
    Term("label", "voice=ours"),
    Term("is", "deleted"),
    Term("is", "edited"),
    Range("views", 1, None),
    Range("seen", START + timedelta(days=26), None),
]


@pytest.mark.parametrize("node", REACHING, ids=repr)
def test_the_samples_have_answers_and_others(world: World, node: Node) -> None:
    """Were the words of queries and of mentions strangers to each other, all would agree on nothing."""
    assert 0 < len(matching(world.docs, node)) < len(world.docs)
    check(world.engine, world.docs, node, "engaged")
