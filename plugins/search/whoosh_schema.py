"""How documents are kept in a Whoosh index: our words with their places, our keys, and columns to sort by and to count."""

from __future__ import annotations

import json
from collections.abc import Generator
from functools import lru_cache
from typing import Any

from whoosh import columns, fields, formats

from ...core.documents import RANK_ORDERS, SearchDoc, rank
from ...core.docwords import facet_values
from ...core.proximity import places
from ...core.query import NUMBER_FIELDS, STEMMED_FIELDS, TEXT_FIELDS
from ...core.queryscan import MAX_SLOP
from ...core.stemming import PLAIN, language_of, stem_key
from ...core.values import FACET_FIELDS
from .fields import LARGEST, TextParts, accent_keys, keys, numbers, text_parts

MISSING = -LARGEST - 1
"""Stands in a column for a number that a mention has not: smaller than every number."""

MOST_DOCUMENTS = 50_000
"""Documents of one segment at most, since a column of facets has room for 65,535 different values of a segment."""

_Posting = tuple[bytes, int, float, bytes]
"""A term in a document: how often, with which weight, and its places as Whoosh encodes them."""

_PLACES = formats.Positions()


def stems_of(field: str) -> str:
    """The field in which the stem keys of a text field's words are."""
    return f"{field}_stems"


def column_of(facet: str) -> str:
    """The column of what a facet counts."""
    return f"{facet}_facet"


class Words(fields.FieldType):
    """Takes the sequences of words of one text field and keeps each word's places; nothing is analysed."""

    def __init__(self) -> None:
        super().__init__(format=_PLACES, analyzer=None, scorable=True)

    def index(self, value: Any, **_: Any) -> Generator[_Posting, Any, None]:
        row: list[str] = []
        for sequence in value:
            # Empty words keep the sequences further apart than any slop reaches.
            row += [""] * (MAX_SLOP + 1) * bool(row) + sequence
        for word, at in places(row).items():
            if word:
                yield word.encode(), len(at), float(len(at)), _PLACES.encode(at)


class Keys(fields.FieldType):
    """Takes terms and keeps each as it is."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(self, value: Any, **_: Any) -> Generator[_Posting, Any, None]:
        for term in sorted(set(value)):
            yield term.encode(), 1, 1.0, b""


def schema() -> fields.Schema:
    """The schema of every index that we write."""
    number = fields.COLUMN(columns.NumericColumn("q", default=MISSING))
    values = fields.COLUMN(columns.RefBytesColumn())
    return fields.Schema(
        ref=fields.ID(stored=True),
        keys=Keys(),
        **{field: Words() for field in TEXT_FIELDS},
        **{stems_of(field): Keys() for field in STEMMED_FIELDS},
        **dict.fromkeys(("when", "seen", *NUMBER_FIELDS, *RANK_ORDERS), number),
        **{column_of(facet): values for facet in FACET_FIELDS},
    )


def document(doc: SearchDoc) -> dict[str, Any]:
    """A document as :func:`schema` takes it. Every column has a value, since Whoosh merges them without telling gaps."""
    parts = text_parts(doc)
    return {
        "ref": doc.ref,
        "keys": keys(doc, parts) + accent_keys(doc, parts),
        **{field: part.sequences for field, part in parts.items() if part.sequences},
        **_stems(doc, parts),
        **dict.fromkeys(NUMBER_FIELDS, MISSING),
        **numbers(doc),
        **{order: rank(doc, order) for order in RANK_ORDERS},
        **{column_of(facet): written_values(tuple(facet_values(doc, facet))) for facet in FACET_FIELDS},
    }


def _stems(doc: SearchDoc, parts: dict[str, TextParts]) -> dict[str, set[str]]:
    """The stem keys by field; none in a language without stemmer, whose words are found as they are."""
    language = language_of(doc.lang)
    if language == PLAIN:
        return {}
    bags = {field: {word for sequence in parts[field].sequences for word in sequence} for field in STEMMED_FIELDS}
    return {stems_of(field): {stem_key(language, word) for word in bag} for field, bag in bags.items() if bag}


@lru_cache(maxsize=4096)
def written_values(values: tuple[str, ...]) -> bytes:
    """Different values as one of a column, whatever characters are in them."""
    return json.dumps(sorted(set(values))).encode() if values else b""


@lru_cache(maxsize=4096)
def read_values(written: bytes) -> tuple[str, ...]:
    """Such values again."""
    return tuple(json.loads(written)) if written else ()
