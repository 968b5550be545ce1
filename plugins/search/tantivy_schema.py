"""How documents are kept in a Tantivy index: words with their places, stems, keys, and columns to count and to sort by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from json.encoder import encode_basestring
from operator import attrgetter

from tantivy import Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ...core.documents import RANK_ORDERS, SearchDoc, rank_of, rank_of_priority
from ...core.docwords import PLURAL
from ...core.query import NUMBER_FIELDS, STEMMED_FIELDS, TEXT_FIELDS
from ...core.queryscan import MAX_SLOP
from ...core.stemming import language_of, stems
from ...core.values import FACET_FIELDS, FacetField
from .fields import accent_keys, key, keys, numbers, text_parts
from .tantivy_rungs import DAY, rung_keys

_GAP = "|"
_HOLE = f" {f'{_GAP} ' * (MAX_SLOP + 1)}"
"""Stands between title and text: not words, and left out by the analyzer, which leaves a hole wider than any slop."""

_SPACE = "\x1f"
"""Stands for a space within a key and is never part of one: all keys of a document are one text with spaces between."""

SECOND = 1_000_000

STEMMED_BY = "stems"
"""The key that says through which language's stemmer a document's words went."""


def stems_of(field: str) -> str:
    """The field in which the stem keys of a text field's words are."""
    return f"{field}_stems"


def column_of(field: FacetField) -> str:
    """The column of what a facet counts."""
    return f"{field}_facet"


def one_word(key: str) -> str:
    """A key as one word of the field of keys."""
    return key.replace(" ", _SPACE)


def schema() -> Schema:
    """The schema of every index that we write."""
    builder = SchemaBuilder()
    builder.add_text_field("ref", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for field in TEXT_FIELDS:
        builder.add_text_field(field, tokenizer_name="tokens", index_option="position")
    for field in STEMMED_FIELDS:
        builder.add_text_field(stems_of(field), tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("keys", tokenizer_name="whitespace", index_option="basic")
    for facet in FACET_FIELDS:
        builder.add_text_field(column_of(facet), fast=True, tokenizer_name="raw", index_option="basic")
    for number in ("when", "seen", "day", *NUMBER_FIELDS, *RANK_ORDERS):
        builder.add_integer_field(number, fast=True)
    return builder.build()


def register(index: Index) -> None:
    """Tell an index how its fields are taken apart. Whatever is a word was decided by :mod:`hubbub.core.text`."""
    index.register_tokenizer("tokens", _at_spaces(Filter.custom_stopword([_GAP])))
    index.register_tokenizer("whitespace", _at_spaces())


def _at_spaces(*filters: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.whitespace())
    for each in filters:
        builder = builder.filter(each)
    return builder.build()


_quoted = encode_basestring


def packed(doc: SearchDoc) -> str:
    """A document as :func:`schema` wants it, as JSON: Tantivy takes that apart by itself, in less time than field after field
    is handed over, and other threads can run meanwhile."""
    parts = text_parts(doc)
    language = language_of(doc.lang)
    found = [f'"ref":{_quoted(doc.ref)}']
    for field, (sequences, _) in parts.items():
        if sequences:
            # No word has a character that JSON would want escaped.
            found.append(f'"{field}":"{_HOLE.join(map(" ".join, sequences))}"')
            if field in STEMMED_FIELDS:
                bag = sequences[0] if len(sequences) == 1 else chain(*sequences)
                found.append(f'"{stems_of(field)}":"{" ".join(stems(doc.lang, bag))}"')
    found += filter(None, map(_facet, _SHARED, _counted(doc)))
    if doc.account:
        found.append(f'"{column_of("author")}":{_quoted(_encodable(doc.account))}')
    columns = numbers(doc)
    when = columns["when"]
    columns["day"] = when // DAY
    columns["engaged"] = rank_of(doc.engagement, when // SECOND)
    columns["influential"] = rank_of(doc.followers, when // SECOND)
    columns["priority"] = rank_of_priority(doc.priority, when)
    found += [f'"{column}":{number}' for column, number in columns.items()]
    marks = [key(STEMMED_BY, language), *keys(doc, parts), *accent_keys(doc, parts), *rung_keys(columns)]
    joined = one_word("\n".join(marks))  # a line's end, too, is a space between words, and in no value
    return f'{{"keys":{_quoted(joined)},{",".join(found)}}}'


def packed_all(docs: Iterable[SearchDoc]) -> list[str]:
    """Documents as :func:`packed` makes them, in any process."""
    return [packed(doc) for doc in docs]


_SHARED: tuple[FacetField, ...] = tuple(facet for facet in FACET_FIELDS if facet != "author")
_counted = attrgetter(*(PLURAL.get(facet, facet) for facet in _SHARED))


@lru_cache(maxsize=1 << 12)
def _facet(facet: FacetField, told: str | tuple[str, ...]) -> str:
    """The column of what a facet counts, within JSON; empty where there is nothing. Remembered, since many mentions have the
    same."""
    values = dict.fromkeys(told if isinstance(told, tuple) else (told,))
    quoted = [_quoted(_encodable(value)) for value in values]
    return f'"{column_of(facet)}":[{",".join(quoted)}]' if quoted else ""


def _encodable(value: str) -> str:
    """A value without lone surrogates, which are no text that could be kept."""
    return value.encode("utf-8", "replace").decode("utf-8")
