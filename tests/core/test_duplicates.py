"""Which mentions say almost the same."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.duplicates import ALIKE, BANDS, FEWEST, SIZE, buckets, signature, signatures, similarity

RELEASE = (
    "Acme presents the new phone in Cluj today: the battery lasts three days, the price is 399 euro, and shops in "
    "Romania, Greece and Spain will have it from the first of June, the company said at a press conference on Monday morning."
)


@pytest.mark.parametrize(
    "copy",
    [
        RELEASE.upper(),
        RELEASE.replace("ă", "a"),
        f"{RELEASE} https://short.example/x1",
        RELEASE.replace("on Monday morning", "on Monday"),
        "RT " + RELEASE,
        RELEASE.replace("Cluj", "București"),
    ],
)
def test_copies_are_alike_and_meet_in_a_bucket(copy: str) -> None:
    one, other = signature("", RELEASE), signature("", copy)
    assert similarity(one, other) >= ALIKE
    assert set(buckets(one)) & set(buckets(other))


@pytest.mark.parametrize(
    "text",
    [
        "The battery of my Acme phone lasts three days, which is more than the old one ever did, and I like the price, too.",
        "Η Acme παρουσιάζει σήμερα το νέο τηλέφωνο στην Αθήνα και η μπαταρία του κρατάει τρεις ημέρες χωρίς φόρτιση",
        "Globex presents the new tablet in Madrid tomorrow: the screen is brighter, and nobody knows the price, says a shop.",
    ],
)
def test_other_words_are_not_alike(text: str) -> None:
    assert similarity(signature("", RELEASE), signature("", text)) < ALIKE / 2


def test_the_title_counts_and_addresses_do_not() -> None:
    assert signature(RELEASE, "") == signature("", RELEASE)
    assert signature("", f"{RELEASE} https://a.example/1") == signature("", f"https://b.example/other {RELEASE}")


def test_short_mentions_are_not_compared() -> None:
    assert signature("", "Great phone! " * 20) == b""
    assert signature("", " ".join(f"w{n}" for n in range(FEWEST - 1))) == b""
    assert len(signature("", " ".join(f"w{n}" for n in range(FEWEST)))) == SIZE
    assert buckets(b"") == ()
    assert similarity(b"", b"") == 0.0


KEPT = "2ff62a6778dc237b3de12198e548508a553cb48daec47ddddd7942a7349c177d440415a436a32e58"


def test_signatures_never_change() -> None:
    """Those in archives are compared with those of today."""
    assert signature("", RELEASE).hex() == KEPT


def test_many_are_signed_as_one_by_one() -> None:
    said = [("", RELEASE), ("", "too short"), ("Acme", " ".join(f"w{n}" for n in range(1500)))] * 20 + [("", "")]
    assert signatures(said) == [signature(title, text) for title, text in said]
    assert signatures(said[:1])[0].hex() == KEPT
    assert signatures([]) == []


@given(st.integers(0, 100), st.integers(0, 10_000))
def test_the_estimate_is_near_the_truth(shared: int, seed: int) -> None:
    rng = random.Random(seed)
    alphabet = rng.sample(range(10**6), 300)
    one, other = alphabet[:150], alphabet[:shared] + alphabet[150 : 300 - shared]
    words_of = [" ".join(f"w{n}" for n in numbers) for numbers in (one, other)]
    pairs = [set(itertools.pairwise(numbers)) | {(n,) for n in numbers} for numbers in (one, other)]
    truth = len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])
    # Five standard errors of 40 draws.
    assert abs(similarity(signature("", words_of[0]), signature("", words_of[1])) - truth) <= 5 * (0.25 / SIZE) ** 0.5


@given(st.text(max_size=400))
def test_any_text_has_a_signature_or_none(text: str) -> None:
    found = signature("", text)
    assert len(found) in (0, SIZE)
    numbers = buckets(found)
    assert len(numbers) in (0, BANDS)
    assert all(0 <= number < 2**63 for number in numbers)
    assert found == signature("", text)


def test_a_signature_is_the_same_for_ever() -> None:
    """Archives have signatures of years ago: these bytes were worked out by the first version."""
    said = "Die neue Fabrik von Acme öffnet im Mai, sagt der Chef der Firma."
    told = "b027ae6b64724732886c0e5db9f52aa97d9afc1643c8c296e829deb7586f18f4747d337727e106f6"
    assert signature("Acme opens", said).hex() == told
    assert signature("Acme opens", said.replace(" Mai, ", " Mai, https://acme.example/a?b ")).hex() == told
