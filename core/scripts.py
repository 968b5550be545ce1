"""Regular expressions that know the scripts: letters with their marks, CJK runs, emoji, addresses, tags and handles."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\uffa0-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Han, kana, bopomofo and hangul, half-width forms included, without their punctuation."""

_VOICING = "\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""What belongs to the CJK character before it: marks of voiced kana, variation selectors."""

_EMOJI = "\u203c\u2049\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff"
_EMOJI_TAIL = "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
"""Variation selectors, key caps, skin tones, tags of regional flags."""

_INVISIBLE = "\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Characters that nobody sees within a word; U+200B is not among them, since it separates words of Khmer and Thai."""

_PLAIN_CJK = "\u3005\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
"""Those of them that are whole characters and fold to themselves."""

_ADDRESS_END = "\\s<>\"'。、，！？；：（）「」『』【】《》\u200b"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled expressions that need the combining marks of this Python's Unicode."""

    word: re.Pattern[str]
    """One word, in a stretch without what :attr:`special` finds."""
    special: re.Pattern[str]
    """What is not plain words, in named groups: ``address`` (its host and path), ``cjk`` (a run), ``emoji``."""
    signed: re.Pattern[str]
    """Tags and handles, in named groups; addresses, without."""
    cjk_character: re.Pattern[str]
    """One character of a CJK run with what belongs to it: a syllable of single jamo, a kana with its voicing."""
    plain_cjk: re.Pattern[str]
    """A run in which every code point is a character that folds to itself."""
    emoji_extras: re.Pattern[str]
    """What makes no other emoji of one: skin tone, variant."""


def is_cjk(char: str) -> bool:
    """Whether a character belongs to a script that is read in pairs."""
    return char >= _CJK[0] and (match := patterns().special.match(char)) is not None and match.lastgroup == "cjk"


def _marks() -> str:
    """All combining marks as the inside of a character class. Blocks that have none are not looked through."""
    blocks = ((0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0x20000))
    marks = [i for low, high in blocks for i in range(low, high) if unicodedata.category(chr(i)).startswith("M")]
    starts = [i for i, before in zip(marks, [0, *marks], strict=False) if i != before + 1]
    ends = [i for i, after in zip(marks, [*marks[1:], 0], strict=True) if i + 1 != after]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True)) + "\U000e0100-\U000e01ef"


@cache
def patterns() -> Patterns:
    """The expressions, made once a process: about 20 ms."""
    joined = f"{_marks()}{_INVISIBLE}"
    emoji = f"[{_EMOJI}][{_EMOJI_TAIL}]*"
    host_and_path = f"[^?#{_ADDRESS_END}]*"
    address = f"[hH][tT][tT][pP][sS]?://(%s{host_and_path})(?:[?#][^{_ADDRESS_END}]*)?"
    special = (
        address % "?P<address>",
        f"(?P<cjk>[{_CJK}][{_CJK}{_VOICING}]*)",
        f"(?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}|{emoji}(?:\u200d{emoji})*)",
    )
    name = f"_*[^\\W_](?:\\w+|[{joined}]+)*"
    signs = (
        address % "?:",
        f"(?<!\\w)[#＃](?P<tag>{name})",
        f"(?<!\\w)[@＠](?P<handle>{name}(?:[.@-]{name}){{0,7}})",
    )
    return Patterns(
        # The look-ahead spares the long list of marks where a word ends at a space or at common punctuation.
        word=re.compile(f"[^\\W_]+(?:(?=[^\0-\u00ac\u2010-\u2027])[{joined}]+[^\\W_]*)*"),
        # The look-ahead lets the search run over plain words at full speed.
        special=re.compile(f"(?=[hH{_CJK}{_EMOJI}])(?:{'|'.join(special)})"),
        signed=re.compile("|".join(signs)),
        cjk_character=re.compile(
            f"[\u1100-\u115f\ua960-\ua97f][\u1160-\u11a7]*[\u11a8-\u11ff]*[{_VOICING}]*|.[{_VOICING}]*", re.DOTALL
        ),
        plain_cjk=re.compile(f"[{_PLAIN_CJK}]+"),
        emoji_extras=re.compile(f"[{_EMOJI_TAIL}]"),
    )
