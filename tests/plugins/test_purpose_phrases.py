"""Phrases of cues: what each sign of their grammar means, and that many found at once are what each alone would find."""

import random
import re

import pytest

from hubbub.plugins.processors._purpose_folding import fold
from hubbub.plugins.processors._purpose_phrases import BadPhrase, Phrases

WRITTEN = (
    "a b", "a/b c", "a/c b? c", "a .. c", "b .. d? .. c", "^ a", "^ b/c d", "a $", "^ c $", "abcd*", "abcd*/abc e", "a abcd*",
    "N a", "a N/b", "N/a N b", "a'b", "a/a'b c", "a-b/ab c", "'a b/c", "b/'a c", "c 'a", "^ 'a c", "a'bcd*", "^ b $",
    "a a .. a", "a N? b", "a .. N", "d .. a'b/a c", "a b? c? d", "a b/c? d",
)  # fmt: skip


def expression(written: str) -> str:
    """The same phrase as a regular expression over folded texts; group 1 is what it finds."""
    gap, word = "[ ,|?;]", "[^ ,|?;]"

    def alternatives(part: str) -> str:
        found = []
        for one in part.split("/"):
            stem = re.sub("['-]", " ?", one.removesuffix("*")) + (f"{word}*+" if one.endswith("*") else "")
            found.append(rf"[$€£+]?\d{word}*+(?: [%€$£])?+" if one == "N" else stem)
        return f"(?:{'|'.join(found)})(?={gap})"

    parts = [part for part in written.split() if part not in "^$"]
    body = "".join(
        f"(?:{word}++[ ,]++){{0,3}}"
        if part == ".."
        else f"(?:{alternatives(part[:-1])}[ ,]++)?"
        if part.endswith("?")
        else alternatives(part) + ("[ ,]++" if place < len(parts) - 1 else "")
        for place, part in enumerate(parts)
    )
    begins, ends = "[|?;,] *+" if written[0] == "^" else gap, " *+(?=[|?;])" if written[-1] == "$" else f"(?={gap})"
    return f"{begins}({body}){ends}"


def test_what_is_found_is_what_an_expression_of_each_phrase_finds() -> None:
    chance = random.Random(7)
    phrases = Phrases[str]()
    for written in WRITTEN:
        phrases.add(written, written)
    expressions = {written: re.compile(expression(written)) for written in WRITTEN}
    words = ["a", "b", "c", "d", "e", "ab", "abc", "abcd", "abcde", "7", "$7", "%", "€", "%a", "8x", "bcde", "abcdf"]
    gaps = [" ", " ", " ", " ", " ", "  ", ", ", ",", ". ", "? ", "; ", "'"]
    hits = set[str]()
    for _ in range(3000):
        text = fold("".join(chance.choice(words) + chance.choice(gaps) for _ in range(chance.randint(0, 9)))).text
        expected = {written: found.span(1) for written, one in expressions.items() if (found := one.search(text))}
        assert {written: (start, end) for written, start, end in phrases.find(text)} == expected, text
        hits.update(expected)
    assert hits == set(WRITTEN)


def test_the_longest_gap_and_the_first_place_count() -> None:
    phrases = Phrases[str]()
    phrases.add("no .. use", "x")
    assert phrases.find("|no use of no use, no use|") == [("x", 1, 17)]


@pytest.mark.parametrize("written", ["..", "a ..", "word? other", "ab*", "what!", "N", "", "a/b?", "^", "a ^ b", "ab'c* $"])
def test_a_bad_phrase_is_refused(written: str) -> None:
    with pytest.raises(BadPhrase):
        Phrases[str]().add(written, written)
