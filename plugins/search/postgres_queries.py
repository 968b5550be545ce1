"""Our query tree as conditions of SQL, exactly: what :meth:`Query.matches` says, no more and no less.

Whatever asks for words alone becomes one ``tsquery``, which the GIN index answers without looking at a document. What an index
of words cannot tell, phrases and the wildest patterns, is checked on the documents that come into question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from psycopg import Connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from ...core.proximity import has_phrase, within
from ...core.query import And, Every, Fuzzy, Inflected, Node, Not, Or, Phrase, Prefix, Range, Term, Wildcard, Written
from ...core.stemming import PLAIN, language_of
from .fields import LARGEST, is_key, whole
from .postgres_server import Row
from .postgres_tables import ROWS, State, Tables
from .postgres_terms import SEPARATOR, as_written, forms, lexeme, row, space, storable, term, words_of


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents with one of these terms."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnyOfMany:
    """The same of so many terms that it is quicker to go through the terms of the documents."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """Documents with a term that begins so."""

    term: str


@dataclass(frozen=True, slots=True)
class Like:
    """Documents with a term of this shape, as ``LIKE`` takes it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Documents in which these characters stand somewhere in a text field: a quick first look."""

    field: str
    part: str


@dataclass(frozen=True, slots=True)
class InRow:
    """Documents with these words in a row, or with so many others between them in all."""

    field: str
    words: tuple[str, ...]
    slop: int


@dataclass(frozen=True, slots=True)
class Among:
    """Documents with these refs."""

    refs: tuple[str, ...]


Leaf: TypeAlias = AnyOf | AnyOfMany | Beginning | Like | Holding | InRow | Among | Range | Every
Tree: TypeAlias = "Leaf | All | Any | Without"


@dataclass(frozen=True, slots=True)
class All:
    """All of these; of nothing, it is true."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Any of these; of nothing, it is false."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Everything but this."""

    item: Tree


class Translator:
    """Translates for one state of the index, whose vocabulary it asks."""

    def __init__(self, tables: Tables, connection: Connection[Row], state: State) -> None:
        self._tables = tables
        self._connection = connection
        self._state = state
        self._spoken: set[str] | None = None

    def tree(self, node: Node) -> Tree:
        """What a query asks for, in terms of the index."""
        match node:
            case Every() | Range():
                return node
            case And(items):
                return All(tuple(map(self.tree, items)))
            case Or(items):
                return Any(tuple(map(self.tree, items)))
            case Not(item):
                return Without(self.tree(item))
            case Term():
                return AnyOf((term(node),))
            case Inflected(field, text):
                return AnyOf(tuple(forms(field, text, self._languages())))
            case Written(field, text):
                accented, plain, plainless = (AnyOf((each,)) for each in as_written(field, text))
                return Any((accented, All((plain, Without(plainless)))))
            case Prefix():
                return Beginning(term(node))
            case Wildcard():
                return self._wildcard(node)
            case Fuzzy():
                found = tuple(self._fuzzy(node))
                return AnyOf(found) if len(found) <= self._tables.bounds.terms else AnyOfMany(found)
            case Phrase(field, words, slop):
                return self._phrase(field, words, slop)

    def where(self, tree: Tree) -> Composable:
        """The condition that is true of just those documents, and never unknown."""
        if not self._state.wide:
            return _where(tree, wide=False)
        narrow, wide = _where(tree, wide=False), _where(tree, wide=True)
        return SQL("(wide IS NULL AND {} OR wide IS NOT NULL AND {})").format(narrow, wide)

    def _languages(self) -> set[str]:
        """The languages with a stemmer in which there is any document, or was."""
        if self._spoken is None:
            kept = self._connection.execute(self._tables(SQL("SELECT value FROM {values} WHERE field = 'lang'")))
            self._spoken = {language_of(lang) for (lang,) in kept} - {PLAIN}
        return self._spoken

    def _phrase(self, field: str, words: tuple[str, ...], slop: int) -> Tree:
        if not words:
            return Any(())
        having = [AnyOf((term(Term(field, word)),)) for word in dict.fromkeys(words)]
        if len(words) == 1:
            return having[0]
        found = All((*having, InRow(field, words, slop)))
        # A regular expression cannot add up what lies in several gaps, so longer phrases are read.
        return Among(tuple(self._near(found, field, words, slop))) if slop and len(words) > 2 else found

    def _near(self, likely: Tree, field: str, words: Sequence[str], slop: int) -> Iterable[str]:
        rows = SQL(", ").join(map(Identifier, ROWS[field]))
        statement = self._tables(SQL("SELECT ref, {rows} FROM {docs} WHERE {where}"), rows=rows, where=self.where(likely))
        with self._connection.cursor() as cursor:
            for ref, *found in cursor.stream(statement):
                if any(has_phrase(words_of(each), words, slop) for each in found):
                    yield ref

    def _wildcard(self, node: Wildcard) -> Tree:
        """The words of the vocabulary of this shape; where there are too many, the shape itself."""
        most = self._tables.bounds.terms
        beginning = re.split(r"[*?]", node.text, maxsplit=1)[0]
        shape = [{"*": "%", "?": "_"}.get(char) or _like(char) for char in storable(node.text)]
        like = _like(space(node)) + "".join(shape)
        found = self._vocabulary(SQL("term LIKE {} LIMIT {}").format(Literal(like), Literal(most + 1)))
        if len(found) <= most:
            return AnyOf(tuple(found))
        part = max(re.split(r"[*?]", node.text), key=len)
        likely = () if is_key(node) else (Holding(node.field, storable(part)),)
        begun = (Beginning(term(Prefix(node.field, beginning))),) if beginning else ()
        return All((*begun, *likely, Like(like)))

    def _fuzzy(self, node: Fuzzy) -> list[str]:
        start = space(node)
        found = self._vocabulary(near(start, node.text, node.distance))
        return [each for each in found if within(node.text, each.removeprefix(start), node.distance)]

    def _vocabulary(self, condition: Composable) -> list[str]:
        statement = self._tables(
            SQL("SELECT term FROM {listed} AS listed WHERE {condition}"),
            listed=self._tables.vocabulary(self._state.settled),
            condition=condition,
        )
        return [found for (found,) in self._connection.execute(statement)]


def near(start: str, word: str, distance: int) -> Composable:
    """What is true of every term that begins with ``start`` and else differs from a word by at most so much, and of few others.

    A word cut into more parts than it has differences keeps one of them whole (the pigeonhole principle).
    """
    length = len(start) + len(word)
    lengths = SQL("term LIKE {} AND char_length(term) BETWEEN {} AND {}").format(
        Literal(f"{_like(start)}%"), Literal(length - distance), Literal(length + distance)
    )
    size, more = divmod(len(word), distance + 1)
    if not size:
        return lengths
    ends = [size * n + min(n, more) for n in range(distance + 2)]
    parts = [f"%{_like(word[begin:end])}%" for begin, end in pairwise(ends)]
    return SQL("{} AND term LIKE ANY({})").format(lengths, Literal(parts))


# --- conditions ----------------------------------------------------------------------------------------------


def _where(tree: Tree, *, wide: bool) -> Composable:
    query = None if wide else tsquery(tree)
    if query is not None:
        return SQL("terms @@ {}::tsquery").format(Literal(query))
    match tree:
        case Every():
            return SQL("TRUE")
        case All(items):
            return _joined(items, All, " AND ", "TRUE", wide=wide)
        case Any(items):
            return _joined(items, Any, " OR ", "FALSE", wide=wide)
        case Without(item):
            return SQL("NOT {}").format(_where(item, wide=wide))
        case Range():
            return _range(tree)
        case Among(refs):
            return SQL("ref = ANY({}::text[])").format(Literal(list(refs)))
        case InRow():
            return _row(tree)
        case Holding(field, part):
            return _or(SQL("strpos({}, {}) > 0").format(Identifier(column), Literal(part)) for column in ROWS[field])
        case AnyOf(terms) if not terms:
            return SQL("FALSE")
        case AnyOf((single,)):
            return SQL("strpos(wide, {}) > 0").format(Literal(SEPARATOR + single + SEPARATOR))
        case AnyOf(terms) | AnyOfMany(terms):
            return _some_term(SQL("term = ANY({}::text[])").format(Literal(list(terms))), wide=wide)
        case Beginning(beginning):
            return SQL("strpos(wide, {}) > 0").format(Literal(SEPARATOR + beginning))
        case Like(pattern):
            return _some_term(SQL("term LIKE {}").format(Literal(pattern)), wide=wide)


def _joined(items: Sequence[Tree], kind: type[All | Any], sign: str, nothing: str, *, wide: bool) -> Composable:
    """Several conditions as one. What the index can tell of them is asked of it together."""
    told: list[Tree] = []
    rest: list[Tree] = []
    for item in items:
        (rest if wide or tsquery(item) is None else told).append(item)
    parts = [_where(kind(tuple(told)), wide=wide)] if told else []
    parts += [_where(item, wide=wide) for item in rest]
    return SQL("({})").format(SQL(sign).join(parts)) if parts else SQL(nothing)  # pyright: ignore[reportArgumentType]


def tsquery(tree: Tree) -> str | None:
    """The ``tsquery`` that finds just those documents; ``None`` where there is no such."""
    match tree:
        case AnyOf(terms) if terms:
            return _balanced([lexeme(term) for term in terms], " | ")
        case Beginning(beginning):
            return f"{lexeme(beginning)}:*"
        case All(items) | Any(items) if items:
            parts = [tsquery(item) for item in items]
            told = [part for part in parts if part is not None]
            return _balanced(told, " & " if isinstance(tree, All) else " | ") if len(told) == len(parts) else None
        case Without(item):
            inner = tsquery(item)
            return None if inner is None else f"!({inner})"
    return None


def _balanced(parts: Sequence[str], sign: str) -> str:
    """Parts joined in pairs of pairs: PostgreSQL goes as deep into an expression as it is long, and not deep without end."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_balanced(parts[:half], sign)}{sign}{_balanced(parts[half:], sign)})"


def _some_term(condition: Composable, *, wide: bool) -> Composable:
    """Whether a condition holds for a term of the document."""
    split = SQL("string_to_array(btrim(wide, {0}), {0})").format(Literal(SEPARATOR))
    terms = split if wide else SQL("tsvector_to_array(terms)")
    return SQL("EXISTS (SELECT FROM unnest({}) AS term WHERE {})").format(terms, condition)


def _range(node: Range) -> Composable:
    """A range of whole numbers with both ends in it."""
    low = -LARGEST if node.low is None else whole(node.low) + node.low_open
    high = LARGEST if node.high is None else whole(node.high) - node.high_open
    if low > high:
        return SQL("FALSE")
    column = Identifier("when" if node.field == "published" else node.field)
    return SQL("({0} IS NOT NULL AND {0} BETWEEN {1} AND {2})").format(column, Literal(low), Literal(high))


def _row(node: InRow) -> Composable:
    """Whether words stand in one of the rows of a field; of more than two with gaps, whether that may be."""
    if node.slop:
        words = [re.sub(r"(\W)", r"\\\1", word) for word in node.words]
        pattern = f" {f' (?: [^ ]+ ){{0,{node.slop}}} '.join(words)} "
        found = SQL("{} ~ {}")
        return _or(found.format(Identifier(column), Literal(pattern)) for column in ROWS[node.field])
    return _or(SQL("strpos({}, {}) > 0").format(Identifier(column), Literal(row(node.words))) for column in ROWS[node.field])


def _or(parts: Iterable[Composable]) -> Composable:
    return SQL("({})").format(SQL(" OR ").join(parts))


def _like(text: str) -> str:
    """A text for ``LIKE``, as it stands."""
    return re.sub(r"([\\%_])", r"\\\1", text)
