"""The shape of a query's text, checked before the grammar reads it: the grammar is lenient by nature, queries must not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

from .errors import QueryError, nearest
from .query import DATE_FIELDS, KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from .querywords import shown

MAX_LENGTH = 10_000
"""Code points of a query."""
MAX_DEPTH = 100
"""Levels of parentheses."""
MAX_SLOP = 50
"""Words that may stand between those of a phrase, in all."""

ALIASES = {
    "date": "published", "collected": "seen", "language": "lang", "feeling": "sentiment", "state": "status", "by": "author",
    "site": "domain", "reposts": "shares", "comments": "replies",
}  # fmt: skip
"""Other names of fields."""
FIELDS = frozenset((*TEXT_FIELDS, *KEYWORD_FIELDS, *NUMBER_FIELDS, *DATE_FIELDS))
VALUED = frozenset((*NUMBER_FIELDS, *DATE_FIELDS))
"""Fields that are compared, not searched by words."""
OPERATORS: dict[str, Literal["AND", "OR", "NOT"]] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r'[^\s()\[\]{}":<>~^]+')
_VALUE = re.compile(r'[^\s()\[\]{}"<>~*^]+')  # of a number or date field: a time of day has colons
_PHRASE = re.compile(r'"[^"]*"')
_COMPARISON = re.compile(r"<=|>=|=<|=>|<|>")
_BRACKETS = re.compile(r"[\[{][^\[\]{}]*[\]}]")
_END = re.compile(r"$|[\s)]")
_SLOP = re.compile(r"~([0-9]*)")
_EVERY = re.compile(r"\*(?::\*)?(?=$|[\s)])")
_WHOLE = re.compile(r'[^\s"]+')
_TAKEN_WHOLE = ("url", "domain")
"""Fields whose values are addresses: everything up to the next space belongs to them."""

Kind = Literal["operand", "field", "AND", "OR", "NOT", "(", ")"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the query's text that stands for one thing."""

    kind: Kind
    start: int


class Scanner:
    """Reads one query's text from left to right; raises ``QueryError`` at the first mistake."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.strange: list[tuple[int, int]] = []
        """Stretches of one word each whose signs are not the grammar's: addresses and wildcards."""

    def masked(self) -> str:
        """The text with a word of plain letters in place of each strange one, everything else where it was."""
        parts, at = [], 0
        for start, end in self.strange:
            parts += self.text[at:start], "x" * (end - start)
            at = end
        return "".join((*parts, self.text[at:]))

    def fail(self, message: str, position: int | None = None, proposal: str = "") -> NoReturn:
        """Refuse the query, with a mark under a place."""
        raise QueryError(message, text=self.text, position=self.at if position is None else position, proposal=proposal)

    def instead(self, start: int, end: int, new: str) -> str:
        """The query with a stretch of it replaced: what to try."""
        return f"{self.text[:start]}{new}{self.text[end:]}"

    def pieces(self) -> Iterator[Piece]:
        """All pieces, each checked by itself."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at >= len(self.text):
                return
            yield self._piece()

    def _piece(self) -> Piece:
        start, char = self.at, self.text[self.at]
        if char == "(":
            self.at += 1
            return Piece("(", start)
        if char == ")":
            self.at += 1
            if not _END.match(self.text, self.at):
                self._needs_space()
            return Piece(")", start)
        if char == '"':
            self._phrase()
        elif every := _EVERY.match(self.text, start):
            self.at = every.end()
        elif word := _WORD.match(self.text, self.at):
            operator = OPERATORS.get(word.group())
            if operator and _stands_alone(self.text, word.end()):
                self.at = word.end()
                return Piece(operator, start)
            self._word_or_field(word)
            if self.text.startswith("(", self.at):
                return Piece("field", start)  # the pieces of its group follow
        else:
            self._misplaced(char)
        return Piece("operand", start)

    def _phrase(self, *, slop: bool = True) -> None:
        start = self.at
        match = _PHRASE.match(self.text, start)
        if not match:
            self.fail('This quotation mark is never closed with another ".', start, self.text + '"')
        self.at = match.end()
        number = _SLOP.match(self.text, self.at)
        if number and not slop:
            self.fail("A ~ can stand after the words of a text field only.")
        if number and (not number[1] or int(number[1][:9]) > MAX_SLOP):
            self.fail(
                f"After a phrase, ~ needs a number from 0 to {MAX_SLOP}: how many other words may stand between its words."
            )
        self.at = number.end() if number else self.at
        if self.text.startswith("*", self.at):
            self.fail("A * is for words without quotation marks: acm*, ac*me.")
        if not _END.match(self.text, self.at):
            self._needs_space()

    def _word_or_field(self, word: re.Match[str]) -> None:
        if self.text.startswith(":", word.end()):
            self._field(word)
            return
        _check_other_languages(self, word)
        self.at = word.end()
        self._word_end(word.start(), TEXT_FIELDS[0])

    def _field(self, name: re.Match[str]) -> None:
        field, start = ALIASES.get(name.group().lower(), name.group().lower()), name.start()
        if field not in FIELDS:
            chunk = re.compile(r'[^\s"]+').match(self.text, start)
            end = chunk.end() if chunk else name.end()
            address = self.text.startswith("//", name.end() + 1)
            known = "" if address else nearest(name.group(), FIELDS)
            what = (
                "An address" if address else f"There is no field {shown(name.group())}.{known} Other words with a colon in them"
            )
            quoted = '"' + self.text[start:end].rstrip(")") + '"'
            verb = "needs" if address else "need"
            proposal = self.instead(start, start + len(quoted) - 2, quoted)
            self.fail(f"{what} {verb} quotation marks.", start, proposal)
        self.at = name.end() + 1
        if not self.text[self.at : self.at + 1].strip() or self.text[self.at] == ")":
            self.fail(f"Nothing follows {name.group()}: (the value must stand right after the colon).", start)
        if field in VALUED:
            self._compared(field)
        elif self.text[self.at] == "(":
            return
        elif self.text[self.at] == '"':
            self._phrase(slop=field in TEXT_FIELDS)
        elif field in _TAKEN_WHOLE and (whole := _WHOLE.match(self.text, self.at)):
            self._whole(whole)
        elif word := _WORD.match(self.text, self.at):
            self.at = word.end()
            self._word_end(word.start(), field)
        else:
            self._misplaced(self.text[self.at], field)

    def _whole(self, value: re.Match[str]) -> None:
        """The value of a field of addresses; a parenthesis that it does not open itself is the query's."""
        start, end = value.span()
        unopened = value.group().count(")") - value.group().count("(")
        while unopened > 0 and self.text[end - 1] == ")":
            end, unopened = end - 1, unopened - 1
        self.strange.append((start, end))
        self.at = end
        if not _END.match(self.text, end):
            self._needs_space()

    def _word_end(self, start: int, field: str) -> None:
        """What may follow a word directly: in text fields a distance. A star belongs to the word."""
        if self.text.startswith('"', self.at) and not self.text[start : self.at].strip("="):
            quoted = _PHRASE.match(self.text, self.at)
            alike = quoted is not None and self.at == start + 1
            self.fail(
                f"{self.text[start : self.at]} stands before a single word; words in quotation marks are never inflected.",
                start,
                self.instead(start, self.at, "") if alike else "",
            )
        if "*" in self.text[start : self.at]:
            self.strange.append((start, self.at))
            if self.text.startswith("~", self.at):
                self.fail("A word has either wildcards or a ~, not both.")
        elif self.text.startswith("~", self.at):
            number = _SLOP.match(self.text, self.at)
            if field not in TEXT_FIELDS:
                self.fail(f"A ~ cannot be used with {field}: which is searched by whole values.")
            if not number or number[1] not in ("1", "2"):
                proposal = self.instead(self.at, number.end() if number else self.at + 1, "~1")
                self.fail("After a word, ~ needs 1 or 2: how many characters may differ.", self.at, proposal)
            self.at = number.end()
        if self.text.startswith("^", self.at):
            self.fail("Words cannot be weighted with ^.", self.at, re.sub(r"\^[0-9.]*", "", self.text))
        if self.text.startswith(":", self.at):
            word = self.text[start : self.at]
            self.fail(f"A colon stands after the name of a field only; put {shown(f'{word}:…')} in quotation marks.", self.at)
        if self.at < len(self.text) and not _END.match(self.text, self.at):
            if self.text[self.at] in "<>":
                self.fail("< and > compare numbers and dates, right after a field: likes:>10, published:<2026-01-01.")
            self._needs_space()

    def _compared(self, field: str) -> None:
        """The value of a number or date field: a bracketed range, or a value after an optional comparison."""
        start = self.at
        if self.text[start] in "[{":
            match = _BRACKETS.match(self.text, start)
            if not match:
                self.fail("This bracket is never closed; a range looks like [10 to 20].", start)
            self.at = match.end()
        else:
            if comparison := _COMPARISON.match(self.text, start):
                self.at = comparison.end()
            if self.text.startswith('"', self.at):
                self._phrase(slop=False)
            elif value := _VALUE.match(self.text, self.at):
                self.at = value.end()
            elif self.at >= len(self.text) or _END.match(self.text, self.at):
                self.fail(f"A value must follow {self.text[start : self.at]} directly.", start)
        if self.at < len(self.text) and not _END.match(self.text, self.at):
            if self.text[self.at] in "~*^":
                self.fail(f"{self.text[self.at]} cannot be used with {field}.")
            self._misplaced(self.text[self.at], field)

    def _needs_space(self) -> NoReturn:
        self.fail("A space is missing here.", self.at, self.instead(self.at, self.at, " "))

    def _misplaced(self, char: str, field: str = "") -> NoReturn:
        match char:
            case "<" | ">":
                self.fail("< and > compare numbers and dates, right after a field: likes:>10, published:<2026-01-01.")
            case "[" | "{" | "]" | "}":
                self.fail("Brackets make a range of a number or date field: likes:[10 to 20].")
            case "(" if field:
                self.fail(f"A group cannot follow here; a range looks like {field}:[… to …].")
            case _:
                self.fail(f"Nothing can be read from {char} here; to search for it as text, put it in quotation marks.")


def _stands_alone(text: str, end: int) -> bool:
    return end >= len(text) or text[end].isspace() or text[end] in "()"


_FOREIGN = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR", "ANDNOT": "AND NOT", "!": "NOT"}


def _check_other_languages(scanner: Scanner, word: re.Match[str]) -> None:
    """Signs that other search languages use, and that would silently mean nothing here."""
    text, start, end = word.group(), word.start(), word.end()
    if text in _FOREIGN:
        new = _FOREIGN[text]
        scanner.fail(f"Write {new} for {text}.", start, scanner.instead(start, end, new))
    opens = scanner.text[end : end + 1] in ('"', "(")
    if text[0] in "-!" and (opens or text[1:2].isalnum() or text[1:2] in "#@") and (len(text) > 1 or opens):
        scanner.fail(f"Write NOT for a leading {text[0]}.", start, scanner.instead(start, start + 1, "NOT "))
    if text[0] == "+" and (opens or text[1:2].isalnum()):
        scanner.fail("A leading + is not needed: all words must be there.", start, scanner.instead(start, start + 1, ""))


def check_shape(text: str) -> tuple[int, str]:
    """Check a query's text; raises ``QueryError`` with the place of a mistake.

    Gives the number of its operands, and the text as the grammar may read it: see :meth:`Scanner.masked`.
    """
    scanner = Scanner(text)
    if len(text) > MAX_LENGTH:
        scanner.fail(f"A query has at most {MAX_LENGTH:,} characters; this one has {len(text):,}.", 0)
    if "\0" in text:
        scanner.fail("A query cannot contain null characters.", text.index("\0"))
    return _Sequence(scanner.fail).check(scanner.pieces()), scanner.masked()


class _Sequence:
    """Checks what may follow what: operators between operands, parentheses in pairs."""

    def __init__(self, fail: Callable[..., NoReturn]) -> None:
        self._fail = fail
        self._open: list[int] = []
        self._before = Piece("(", 0)  # the whole is a group, too
        self._operands = 0

    def check(self, pieces: Iterator[Piece]) -> int:
        for piece in pieces:
            self._step(piece)
            self._before = piece
        if self._before.kind in OPERATORS:
            self._fail(f"Something must follow {self._before.kind}.", self._before.start)
        if self._open:
            self._fail("This parenthesis is never closed.", self._open[-1])
        return self._operands

    def _step(self, piece: Piece) -> None:
        before = self._before
        waiting = before.kind in OPERATORS  # for an operand
        match piece.kind:
            case "AND" | "OR":
                if before.kind == "(":
                    self._fail(f"Something must stand before {piece.kind}.", piece.start)
                if waiting:
                    self._fail(f"{before.kind} {piece.kind}: leave one of them out.", piece.start)
            case "NOT":
                if waiting and before.kind == "NOT":
                    self._fail("NOT NOT: leave one or both of them out.", piece.start)
            case "(":
                self._open.append(piece.start)
                if len(self._open) > MAX_DEPTH:
                    self._fail(f"Parentheses can be nested {MAX_DEPTH} deep at most.", piece.start)
            case ")":
                if waiting:
                    self._fail(f"Something must follow {before.kind}.", before.start)
                if not self._open:
                    self._fail("This parenthesis was never opened.", piece.start)
                if before.kind == "(":
                    self._fail("There is nothing between these parentheses.", before.start)
                self._open.pop()
            case "operand":
                self._operands += 1
