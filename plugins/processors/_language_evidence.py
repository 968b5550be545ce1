"""What speaks for a language beside the statistics of its letters: the script, letters that few languages write, small words.

On short texts it says more than any statistics: no English is written in Greek letters, and only Romanian writes ``ț``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from ...core.functionwords import FUNCTION_WORDS, IN_LATIN
from ...core.text import words

_CYRILLIC = "ru uk bg sr mk be kk ky mn tg"
_BLOCKS = (
    (0x0370, 0x03FF, "el"), (0x0400, 0x052F, _CYRILLIC), (0x0531, 0x058F, "hy"), (0x0591, 0x05F4, "he yi"),
    (0x0600, 0x06FF, "ar fa ur ps ug ku"), (0x0750, 0x077F, "ar fa ur ps ug ku"), (0x0900, 0x097F, "hi mr ne"),
    (0x0980, 0x09FF, "bn as"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B00, 0x0B7F, "or"), (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"), (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"), (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"), (0x1F00, 0x1FFF, "el"), (0x3040, 0x30FF, "ja"), (0x3130, 0x318F, "ko"), (0x3400, 0x4DBF, "zh ja"),
    (0x4E00, 0x9FFF, "zh ja"), (0xAC00, 0xD7A3, "ko"), (0xFB50, 0xFEFC, "ar fa ur ps ug ku"), (0xFF66, 0xFF9D, "ja"),
)  # fmt: skip
_STARTS = [start for start, _, _ in _BLOCKS]
_SCRIPTS = [(end, tuple(languages.split())) for _, end, languages in _BLOCKS]
_OTHER_WORD = re.compile("[^\\W\\d_\0-\u036f\u1e00-\u1eff\u2000-\u2bff\ufb00-\ufb06\uff00-\uff65]+")
"""Letters outside of the Latin script."""
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(128)}

_QUOTED, _MIXED = 0.15, 0.3
"""Share of letters from which on another script than Latin tells the language, of several words and of a single one: names of
brands stay in Latin letters everywhere, while who writes English puts in a word of other letters at most."""

_LETTERS = {
    "ß": "de", "ñ": "es gl eu", "¿": "es gl ca", "¡": "es gl ca", "ă": "ro vi", "ț": "ro", "ţ": "ro", "ș": "ro",
    "ş": "ro tr az ku", "ã": "pt vi", "õ": "pt et vi", "œ": "fr", "ç": "fr pt ca tr sq az eu", "ä": "de sv fi et sk",
    "ö": "de sv fi tr hu et is", "ü": "de tr hu et es", "à": "fr it pt ca vi", "è": "fr it ca vi", "ù": "fr it vi",
    "ì": "it vi", "ò": "it ca vi", "ê": "fr pt vi", "â": "fr ro pt tr vi", "î": "fr ro", "û": "fr", "ô": "fr pt sk vi",
    "ë": "fr nl sq", "á": "es pt hu cs sk is gl vi ga", "í": "es pt hu cs sk is gl ca vi ga",
    "ó": "es pt hu pl cs sk is gl ca vi ga", "ú": "es pt hu cs sk is gl ca vi ga",
    "é": "es fr pt it hu cs sk is ca gl vi ga nl", "å": "sv no nb nn da fi", "ø": "no nb nn da", "æ": "no nb nn da is",
    "ł": "pl", "ż": "pl", "ź": "pl", "ą": "pl lt", "ę": "pl lt", "ő": "hu", "ű": "hu", "ğ": "tr az", "ı": "tr az",
    "ě": "cs", "ř": "cs", "ů": "cs", "č": "cs sk hr sl sr lt lv bs", "š": "cs sk hr sl sr lt lv et bs",
    "ž": "cs sk hr sl sr lt lv et bs", "đ": "hr sr bs vi", "ć": "hr sr bs pl", "ā": "lv", "ē": "lv", "ģ": "lv", "ė": "lt",
    "і": "uk be kk", "ї": "uk", "є": "uk", "ґ": "uk", "ы": "ru be kk ky mn", "э": "ru be kk ky mn",
    "ё": "ru be kk ky mn tg", "ў": "be", "ј": "sr mk", "љ": "sr mk", "њ": "sr mk", "џ": "sr mk", "ђ": "sr", "ћ": "sr",
    "ѓ": "mk", "ќ": "mk", "پ": "fa ur ps ug ku", "چ": "fa ur ps ug ku", "گ": "fa ur ug ku", "ی": "fa ur ps ku",
    "ک": "fa ur ku ps", "ٹ": "ur", "ڈ": "ur", "ے": "ur", "ں": "ur",
}  # fmt: skip
RIVALS = tuple(FUNCTION_WORDS)
"""The languages of which there is more evidence than py3langid's: one that the workspace does not listen in is among these."""
_LANGUAGES_OF = {
    word: tuple(language for language in RIVALS if word in FUNCTION_WORDS[language])
    for word in frozenset().union(*FUNCTION_WORDS.values())
}
_ALL_WORDS = frozenset(_LANGUAGES_OF)
_STRANGERS = {
    letter: tuple(language for language in RIVALS if language not in languages.split())
    for letter, languages in _LETTERS.items()
}
"""The languages that do not write a letter."""
_MARKED = frozenset(_STRANGERS)


def letters_of(text: str) -> int:
    """How many letters a text has."""
    if text.isascii():
        return len(text) - text.translate(_ASCII_LETTERS).count(" ")
    return len("".join(_LETTERS_ONLY.findall(text)))


def script_languages(text: str, letters: int) -> tuple[str, ...]:
    """The languages that are written as this text of so many letters is; none where that is the Latin script."""
    if text.isascii():
        return ()
    runs = _OTHER_WORD.findall(text)
    others = "".join(runs)
    if not others or len(others) < (_QUOTED if len(runs) > 1 else _MIXED) * letters:
        return ()
    found: Counter[tuple[str, ...]] = Counter()
    for char, count in Counter(others).items():
        block = bisect_right(_STARTS, ord(char)) - 1
        if block >= 0 and ord(char) <= _SCRIPTS[block][0]:
            found[_SCRIPTS[block][1]] += count
    if ("ja",) in found:  # kana stand among Han characters, and in no other language
        return ("ja",)
    return found.most_common(1)[0][0] if found else ()


def latin_of(text: str) -> str:
    """A text without its letters of other scripts than the Latin."""
    return text if text.isascii() else _OTHER_WORD.sub(" ", text)


def bag(text: str) -> frozenset[str]:
    """The different words of a text, as the lists of function words have them."""
    return frozenset(words(text))


def leanings(text: str, said: frozenset[str]) -> dict[str, int]:
    """For each language how many of its function words the text has, less the letters that it does not write."""
    found = dict.fromkeys(RIVALS, 0)
    for word in said & _ALL_WORDS:
        for language in _LANGUAGES_OF[word]:
            found[language] += 1
    if not text.isascii():
        for letter in _MARKED.intersection(text.lower()):
            for language in _STRANGERS[letter]:
                found[language] -= 1
    return found


def typed_in_latin(said: frozenset[str], languages: Iterable[str], rivals: Iterable[str]) -> tuple[str, float]:
    """Which of these languages of other scripts a text in Latin letters is in, and how sure that is; empty for none.

    ``rivals`` are languages that it may be in instead.
    """
    ours = {language: len(said & IN_LATIN[language]) for language in languages if language in IN_LATIN}
    best = max(ours, key=ours.__getitem__, default="")
    hits = ours.get(best, 0)
    if hits < 2 or hits < len(said) / 4:
        return "", 0.0
    rival = max((len(said & FUNCTION_WORDS[other]) for other in rivals if other in FUNCTION_WORDS), default=0)
    return (best, hits / (hits + rival)) if hits > rival else ("", 0.0)
