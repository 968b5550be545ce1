"""Names for addresses and folders, made from titles in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LONGEST = 60
"""Characters of a slug before a number is added."""

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What a slug may be: it is a folder's name, a part of an address and an argument of commands."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
"""What no folder can be called on Windows, where a pushed story may be checked out."""

_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "γχ": "nch", "γξ": "nx"}
_LETTERS = str.maketrans("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo")
_LETTERS |= str.maketrans("абвгґдезиклмнопрстуфыэіє", "abvggdeziklmnoprstufyeie")
_LETTERS |= str.maketrans({"θ": "th", "χ": "ch", "ψ": "ps"})
_LETTERS |= str.maketrans({"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"})
_LETTERS |= str.maketrans({"ъ": "", "ь": ""})
_LETTERS |= str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def slugify(title: str, fallback: str = "story") -> str:
    """A slug in ASCII: Greek (after ELOT 743) and Cyrillic are transliterated, accents and other scripts fall away."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    for pair, latin in _PAIRS.items():
        bare = bare.replace(pair, latin)
    slug = re.sub(r"[^a-z0-9]+", "-", bare.translate(_LETTERS)).strip("-")
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    if not slug:
        return fallback
    return slug if slug[0].isalpha() and slug not in _DEVICES else f"{fallback}-{slug}"


def unique(slug: str, taken: Container[str]) -> str:
    """The slug, or with the first free number behind it."""
    number, candidate = 1, slug
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
