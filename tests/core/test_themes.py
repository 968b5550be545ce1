"""Themes: what rose, told by measures with known answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hubbub.core.themes import FEW, Tally, log_likelihood, terms, written_form
from hubbub.core.values import Author, Label, Mention, Record

AT = datetime(2026, 6, 14, tzinfo=UTC)


def said(text: str, by: str = "", lang: str = "en", number: int = 0) -> Record:
    author = Author(platform="x", key=by) if by else None
    mention = Mention(platform="x", key=f"{by}-{number}-{lang}-{text}", text=text, author=author)
    labels = (Label(name="lang", value=lang, by="language"),)
    return Record(mention=mention, version=1, when=AT, first_seen=AT, last_seen=AT, labels=labels)


def crowd(text: str, count: int, lang: str = "en", people: int = 5) -> list[Record]:
    return [said(text, f"person-{n % people}", lang, n) for n in range(count)]


def told(window: Sequence[Record], usual: Sequence[Record]) -> dict[str, int]:
    tally = Tally()
    tally.add(window)
    tally.add_usual(usual)
    return {" ".join(theme.words): theme.mentions for theme in tally.themes(50)}


def test_the_log_likelihood_is_that_of_the_paper() -> None:
    # Expected 15 and 15: 2·(20·ln(20/15) + 10·ln(10/15)) = 3.398.
    assert log_likelihood(20, 1000, 10, 1000) == pytest.approx(3.398, abs=0.001)
    assert log_likelihood(10, 1000, 10, 1000) == pytest.approx(0.0)
    assert log_likelihood(0, 10, 0, 10) == 0.0


def test_what_rose_is_a_theme_and_what_is_usual_is_none() -> None:
    window = [*crowd("the acme battery swells", 8), *crowd("nice weather at acme", 4)]
    usual = [*crowd("nice weather at acme", 30), *crowd("acme phone review", 30)]
    tally = Tally()
    tally.add(window)
    tally.add_usual(usual)
    (theme,) = tally.themes(10)
    assert theme.words == ("acme", "battery", "swells")
    assert (theme.mentions, theme.usual, theme.expected, theme.languages) == (8, 0, 0.0, {"en": 8})
    assert theme.score == pytest.approx(log_likelihood(8, 12, 0, 60))
    assert theme.log_ratio == pytest.approx(6.322, abs=0.001)  # log2(8 / (0.5 · 12 / 60)): half a mention for none
    assert theme.examples[0] == window[0].ref


def test_what_one_person_repeats_is_no_theme() -> None:
    usual = crowd("hello acme", 40)
    assert told(crowd("buy cheap pills", 30, people=1), usual) == {}
    assert "buy cheap pills" in told(crowd("buy cheap pills", 30, people=2), usual)


def test_near_copies_are_one_mention() -> None:
    usual = crowd("hello acme", 40)
    first, *others = crowd("giveaway now", 20)
    assert told([first, *(replace(other, copy_of=first.ref) for other in others)], usual) == {}


def test_each_language_is_compared_with_itself() -> None:
    greek, english = "το κινητό ζεσταίνεται", "the phone is fine"
    window = [*crowd(greek, 20, "el"), *crowd(english, 5)]
    assert told(window, [*crowd(greek, 5, "el"), *crowd(english, 50)]) == {}
    assert told(window, crowd(english, 50)) == {}, "a language that nobody spoke before has nothing to rise against"


def test_one_theme_counts_over_languages() -> None:
    window = [*crowd("#acmegate", 4, "es"), *crowd("#acmegate", 5, "ro")]
    tally = Tally()
    tally.add(window)
    tally.add_usual([*crowd("hola", 20, "es"), *crowd("salut", 20, "ro")])
    (theme,) = tally.themes(10)
    assert (theme.words, theme.mentions, list(theme.languages.items())) == (("acmegate",), 9, [("ro", 5), ("es", 4)])


def test_small_words_of_a_language_without_a_list_are_told_by_being_everywhere() -> None:
    usual = [*crowd("zu berria", FEW, "eu"), *crowd("bestea", FEW, "eu")]
    window = crowd("zu", 40, "eu")
    assert told(window, usual) == {}


def test_terms_do_not_run_over_what_stands_between_and_do_not_end_in_small_words() -> None:
    record = said("The screen of the phone broke, twice. See https://press.example/a/b @acme 2026")
    assert terms(record) == {("screen",), ("phone",), ("broke",), ("phone", "broke"), ("twice",), ("see",)}
    assert ("screen", "of", "phone") in terms(said("screen of phone"))


def test_accents_and_case_do_not_matter_and_the_usual_writing_is_shown() -> None:
    assert terms(said("ΜΠΑΤΑΡΊΑ", lang="el")) == terms(said("μπαταρία", lang="el")) == {("μπαταρια",)}
    texts = ["η μπαταρία", "Μπαταρία!", "ΜΠΑΤΑΡΙΑ", "μπαταρία"]
    assert written_form(("μπαταρια",), texts) == "μπαταρία"
    assert written_form(("acmegate",), ["#AcmeGate again", "#AcmeGate", "acmegate"]) == "#AcmeGate"
    assert written_form(("nowhere",), texts) == "nowhere"


@pytest.mark.parametrize(
    "text", ["", "🔥", "\0\ud800", "https://press.example/", "a" * 100_000, "\u200d" * 50, "שלום שלום", "日本語"]
)
def test_any_text_has_terms(text: str) -> None:
    assert all(all(term) for term in terms(said(text, lang="unknown")))
