"""Durations and languages as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.config.languages import parse_language
from hubbub.core.durations import LONGEST, SHORTEST, parse_age, parse_duration, show_duration


@given(st.timedeltas(min_value=SHORTEST, max_value=LONGEST))
def test_a_duration_reads_back_as_it_was_shown(span: timedelta) -> None:
    whole = timedelta(seconds=int(span.total_seconds()))
    assert parse_duration(show_duration(whole)) == whole


@pytest.mark.parametrize(
    ("text", "minutes"), [("15m", 15), ("2h", 120), ("1d", 1440), ("90s", 1.5), (" 1H 30M ", 90), ("1w", 10080)]
)
def test_durations_are_read_as_people_write_them(text: str, minutes: float) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "15", "m", "15 minutes", "-5m", "1.5h", "30s", "0m", "400d", "99999999h", "٣m x"])
def test_other_durations_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='"15m"'):
        parse_duration(text)


@pytest.mark.parametrize(("text", "code"), [("en", "en"), (" RO ", "ro"), ("el", "el")])
def test_language_codes_are_read(text: str, code: str) -> None:
    assert parse_language(text) == code


@pytest.mark.parametrize(
    ("text", "meant"), [("gr", "'el'"), ("español", "'es'"), ("en-GB", "'en'"), ("pt_BR", "'pt'"), ("xx", "'ro'"), ("", "'ro'")]
)
def test_other_languages_are_refused_with_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match=meant):
        parse_language(text)


@pytest.mark.parametrize(("text", "days"), [("90d", 90), (" 26W ", 182), ("2y", 730), ("1 d", 1), ("100y", 36_500)])
def test_ages_are_read_as_people_write_them(text: str, days: int) -> None:
    assert parse_age(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "90", "y", "2 years", "-5d", "1.5y", "0d", "101y", "15m", "99999999d"])
def test_other_ages_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='"90d"'):
        parse_age(text)
