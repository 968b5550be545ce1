"""What one word of a query asks for: which of its forms, with which accents, of which shape; or which value of a field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn, get_args

from .accounts import OURS, VOICE
from .documents import DELETED, EDITED, REDACTED, domains
from .docwords import SIGNS
from .errors import QueryError, nearest
from .folding import fold
from .proximity import MAX_WAYS, ways
from .query import (
    KEYWORD_FIELDS,
    STEMMED_FIELDS,
    And,
    Fuzzy,
    Inflected,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Wildcard,
    Written,
)
from .query import wildcard_pattern as pattern_of
from .scripts import is_cjk
from .stemming import can_inflect
from .text import query_words, signed, signed_tokens, tokens, written
from .values import MUTED, MediaKind, MentionKind, TriageState

IS = "is"
"""A keyword field of which some values are short ways to ask for what another field says."""
ASPECTS: Mapping[str, Node] = {
    "ours": Term("label", f"{VOICE}={OURS}"),
    "others": Not(Term("label", f"{VOICE}={OURS}")),
    DELETED: Term(IS, DELETED),
    EDITED: Term(IS, EDITED),
    MUTED: Term(IS, MUTED),
    REDACTED: Term(IS, REDACTED),
}
"""What ``is:`` asks of a mention."""

CLOSED = {
    "status": [state.value for state in TriageState],
    "kind": [kind.value for kind in MentionKind],
    "has": ["media", *get_args(MediaKind), "link"],
    IS: [*ASPECTS],
}
"""Keyword fields of which all values are known."""

MAX_WILDCARDS = 10
"""Wildcards of one word: with more of them an engine's automaton could grow beyond bounds."""

_ANY, _ONE = "\U0001039c", "\U0001039d"
# Two letters of Ugaritic stand for * and ? while a pattern is taken apart as a word.
_TO_LETTERS, _FROM_LETTERS = str.maketrans("*?", _ANY + _ONE), str.maketrans(_ANY + _ONE, "*?")
_WILD = re.compile(r"[*?]")
_WILD_RUN = re.compile(r"[*?]{2,}")
_SHAPE = re.compile(r"[\w*?]+")
_TO_LAST_LETTER = re.compile(r".*[\w*]", re.DOTALL)


class WordReader:
    """Reads the words of one query."""

    def __init__(self, text: str) -> None:
        self.text = text

    def fail(self, message: str, place: int, proposal: str = "") -> NoReturn:
        """Refuse the query."""
        raise QueryError(message, text=self.text, position=place, proposal=proposal)

    def _instead(self, place: int, old: str, new: str) -> str:
        """The query with another word in the place of one."""
        return f"{self.text[:place]}{new}{self.text[place + len(old) :]}"

    def _words_instead(self, place: int, old: str, new: list[str]) -> str:
        """The query with several words in the place of one; in parentheses after a field's name, to which all belong."""
        several = len(new) > 1 and self.text[place - 1 : place] == ":"
        return self._instead(place, old, f"({' '.join(new)})" if several else " ".join(new))

    # --- words -----------------------------------------------------------------------------------------------

    def word(self, field: str, text: str, place: int) -> Node:
        """A word as it stands in the query: with signs, with wildcards, in a comma list of values."""
        if field in KEYWORD_FIELDS:
            return self._values(field, text, place)
        if field == "url" and not _SHAPE.fullmatch(text):
            return self._address(text, place)
        if text.startswith("="):
            return self._exact(field, self._without_question(text, place), place)
        text = self._without_question(text, place)
        return self._wildcard(field, text, place) if _WILD.search(text) else self._plain(field, text, place, inflect=True)

    def phrase(self, field: str, text: str, slop: int, place: int) -> Node:
        """Words in quotation marks, which are never inflected; of a keyword field, a value as it is."""
        if field in KEYWORD_FIELDS:
            return self._value(field, text, place)
        return self._in_a_row(field, _with_scheme(text) if field == "url" else text, slop, place)

    def fuzzy(self, field: str, text: str, distance: int, place: int) -> Node:
        """A word of which some characters may differ."""
        words = query_words(text)
        if len(words) != 1 or _whole_signs(text) or is_cjk(words[0][0]) or text.startswith("=") or "?" in text:
            self.fail("A ~ can stand after one plain word only, as in acme~1.", place)
        return Fuzzy(field, words[0], distance)

    def _plain(self, field: str, text: str, place: int, *, inflect: bool) -> Node:
        signs: list[Node] = [Term(field, sign) for sign in _whole_signs(text)]
        if len(signs) == 1 and _is_one_sign(text):
            return signs[0]
        row = self._in_a_row(field, text, 0, place, inflect=inflect)
        return And((*signs, row)) if signs else row

    def _in_a_row(self, field: str, text: str, slop: int, place: int, *, inflect: bool = False) -> Node:
        """The bare words of a text in a row."""
        words = query_words(text)
        if not words:
            self.fail(f"There is no word in {shown(text)} to search for; leave it out.", place)
        if ways(len(words), slop) > MAX_WAYS:
            self.fail("So many words so far apart are too many possibilities; lower the number, or ask for fewer words.", place)
        if len(words) > 1:
            return Phrase(field, tuple(words), slop)
        if is_cjk(words[0][0]) and len(words[0]) == 1:
            return Prefix(field, words[0])  # in longer runs the character begins a pair
        if inflect and field in STEMMED_FIELDS and can_inflect(words[0]):
            return Inflected(field, words[0])
        return Term(field, words[0])

    def _exact(self, field: str, text: str, place: int) -> Node:
        """``=word``, a word without its inflected forms; ``==word``, with just these accents as well."""
        sign = "==" if text.startswith("==") else "="
        word = text[len(sign) :]
        if _WILD.search(word):
            self.fail(
                f"{sign} asks for a word as it is; leave {sign} out to use wildcards.", place, self._instead(place, sign, "")
            )
        if sign == "=" or (word and is_cjk(word[0])):
            return self._plain(field, word, place + len(sign), inflect=False)
        if field not in STEMMED_FIELDS:
            self.fail(f"== compares accents in {' and '.join(STEMMED_FIELDS)} only.", place, self._instead(place, "==", "="))
        words = written(word)
        if not words:
            self.fail(f"There is no word in {shown(text)} to search for; leave it out.", place)
        if len(words) > 1 or _whole_signs(word):
            each = [f"=={word[token.start : token.end]}" for token in tokens(word)]
            self.fail("== stands before a single plain word.", place, self._words_instead(place, text, each))
        return Written(field, words[0])

    def _address(self, text: str, place: int) -> Node:
        """Words of an address in a row; what follows its path counts no more than in a text."""
        if "*" in text:
            words = [word.translate(_FROM_LETTERS) for word in query_words(_with_scheme(text.translate(_TO_LETTERS)))]
            self._refuse_several("url", text, words, place)
        return self._in_a_row("url", _with_scheme(text), 0, place)

    # --- wildcards -------------------------------------------------------------------------------------------

    def _without_question(self, text: str, place: int) -> str:
        """A word without the question mark at its end: where it ends a query of several words, it ends a question."""
        letters = _TO_LAST_LETTER.match(text)
        tail = text[letters.end() :] if letters else ""
        if "?" not in tail:
            return text
        bare = text[: len(text) - len(tail) + tail.index("?")]
        ends = not self.text[place + len(text) :].strip()
        if not (ends and any(map(str.isspace, self.text[:place].lstrip()))):
            self.fail(
                "A ? stands for one character within a word, as in a?me; at its end, leave it out, or write * for any ending.",
                place + len(bare),
                self._instead(place, text, bare),
            )
        return bare

    def _wildcard(self, field: str, text: str, place: int) -> Node:
        """A word of this shape."""
        beginning = text.rstrip("*")
        if not _WILD.search(beginning) and beginning:
            return self._prefix(field, text, beginning, place)
        if _ANY in text or _ONE in text:
            self.fail("Wildcards cannot be used in words with these letters.", place)
        marked = text.translate(_TO_LETTERS)
        signs = _whole_signs(marked)
        words = signs[-1:] if signs and _is_one_sign(marked) else query_words(marked)
        shapes = [word.translate(_FROM_LETTERS) for word in words]
        if any(map(is_cjk, text)):
            bare = _WILD.sub("", text)
            self.fail(
                "Chinese, Japanese and Korean are found wherever they stand in a longer run; leave the wildcards out.",
                place,
                self._instead(place, text, bare),
            )
        if len(shapes) != 1 or not _has_letter(shapes[0]):
            self._refuse_several(field, text, shapes, place)
        return Wildcard(field, self._shape(shapes[0], place))

    def _prefix(self, field: str, text: str, beginning: str, place: int) -> Node:
        """A word that begins so."""
        signs = _whole_signs(beginning)
        if signs and _is_one_sign(beginning):
            return Prefix(field, signs[-1])
        words = query_words(beginning)
        if words and not signs and is_cjk(beginning[-1]):
            return self._plain(field, beginning, place, inflect=False)  # a run of characters is found wherever it goes on
        if len(words) != 1 or signs:
            self._refuse_several(field, text, [*words[:-1], f"{words[-1]}*"] if words else [], place)
        return Prefix(field, words[0])

    def _refuse_several(self, field: str, text: str, shapes: list[str], place: int) -> NoReturn:
        """A pattern that is no single word is refused."""
        shapes = [shape.rstrip("?") for shape in shapes if _has_letter(shape)]
        if not shapes:
            self.fail("A * or ? needs at least one letter or digit beside it, as in acm* or a?me.", place)
        if len(shapes) == 1:
            self.fail(f"A * or ? stands in a word; this is more: {shown(text)}.", place, self._instead(place, text, shapes[0]))
        self.fail(
            f"A * can stand in a single word only; these are {len(shapes)}: {shown(' '.join(shapes))}.",
            place,
            self._words_instead(place, text, shapes),
        )

    def _shape(self, pattern: str, place: int) -> str:
        """A pattern in its one form: of neighbouring wildcards each ``?`` first, then one ``*``."""
        pattern = _WILD_RUN.sub(lambda run: "?" * run[0].count("?") + "*" * ("*" in run[0]), pattern)
        if len(_WILD.findall(pattern)) > MAX_WILDCARDS:
            self.fail(f"A word can have at most {MAX_WILDCARDS} wildcards.", place)
        return pattern

    # --- values ----------------------------------------------------------------------------------------------

    def _values(self, field: str, text: str, place: int) -> Node:
        """One value, or several between commas of which any will do."""
        found: list[Node] = []
        for part in (parts := text.split(",")):
            if not part.strip():
                self.fail("Between commas, and before and after them, a value is missing.", place - bool(found))
            shape = _WILD.search(part) and field != IS
            found.append(self._pattern(field, part, place) if shape else self._value(field, part, place))
            place += len(part) + 1
        return found[0] if len(parts) == 1 else Or(tuple(found))

    def _pattern(self, field: str, text: str, place: int) -> Node:
        """Values of this shape."""
        value = fold(text)
        beginning = value.rstrip("*")
        if beginning.endswith("?") and beginning == value:
            self.fail(
                "A ? stands for one character within a value; with a question mark at its end, it needs quotation marks.",
                place,
                self._instead(place, text, f'"{text}"'),
            )
        if not _has_letter(value):
            self.fail(f"A * or ? needs at least one letter or digit beside it, as in {field}:acm*.", place)
        node = Wildcard(field, self._shape(value, place)) if _WILD.search(beginning) else Prefix(field, beginning)
        known = CLOSED.get(field, ())
        if known and not any(map(pattern_of(value).fullmatch, known)):
            self.fail(f"{field}: has no value like {shown(text)}; it has {', '.join(known)}.", place)
        return node

    def _value(self, field: str, text: str, place: int) -> Node:
        value = fold(text)
        if not value:
            self.fail(f"Nothing follows {field}: that it could be compared with.", place)
        if text.startswith("=") and self.text.startswith(text, place):
            self.fail(
                f"{field}: is compared by whole value without =; a value that begins so needs quotation marks.",
                place,
                self._instead(place, text, text.lstrip("=") or f'"{text}"'),
            )
        if field in CLOSED and value not in CLOSED[field]:
            self.fail(f"{field}: has no value {shown(text)}.{nearest(value, CLOSED[field])}", place)
        if field == "domain" and not _DOMAIN.fullmatch(value):
            host = next(iter(domains(_with_scheme(text))), "")
            self.fail(
                f"{shown(text)} is no domain; for the words of an address there is url:.",
                place,
                self._instead(place, text, host) if _DOMAIN.fullmatch(host) else "",
            )
        return ASPECTS[value] if field == IS else Term(field, value)


_DOMAIN = re.compile(r"[\w.-]+|\[[0-9a-f:.]+\]|[0-9a-f:.]+")


def shown(text: str) -> str:
    """A part of a query as a message quotes it."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _with_scheme(address: str) -> str:
    """An address as one that is read like those of mentions, whose query and fragment are no words."""
    return address if "://" in address else f"https://{address}"


def _has_letter(pattern: str) -> bool:
    return any(map(str.isalnum, pattern))


def _whole_signs(text: str) -> list[str]:
    """The tags and handles of a query's word: of a handle with several parts, the whole."""
    found: list[str] = []
    for sign in signed(text):
        if found and sign.startswith(found[-1]) and sign[0] in SIGNS[1]:
            found.pop()
        found.append(sign)
    return found


def _is_one_sign(text: str) -> bool:
    """Whether a word is one tag or handle and nothing else that could be searched for."""
    last = signed_tokens(text)[-1]
    return last.start == 0 and not query_words(text[last.end :])
