"""How the sentiment model reads: folded, in place, each text by itself; and how it finds fingerprints."""

import numpy as np
import pytest

from hubbub.plugins.processors._sentiment_irony import marks, suspects
from hubbub.plugins.processors._sentiment_model import Features, Model, classes, features_of, listed, packed, softmax, unpacked
from hubbub.plugins.processors._sentiment_table import Table
from hubbub.plugins.processors._sentiment_text import Reading


def read(text: str) -> str:
    return "".join(map(chr, Reading([text]).codes)).strip()


def plain(reading: Reading) -> Features:
    return features_of(reading, np.zeros(len(reading.tokens.row), np.bool_))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Déçu ȘI dezamăgită", "decu si dezamagita"),
        ("De\u0301c\u0327u", "decu"),
        ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
        ("I don't, I can’t", "i dont, i cant"),
        ("sooooooo   good\n\n!!!!!!", "sooo good !!!"),
        ("see https://a.example/x?y=1 and www.b.example", "see \u2197 and \u2197"),
        ("@ana@social.example hi, mail a@b.example", "@ hi, mail a@b.example"),
        ("👍🏽 ❤️ 👩‍👧", "👍 ❤ 👩👧"),
        ("pho\u200dne \u202ereversed\u202c", "phone reversed"),
        ("ＦＵＬＬ 𝐛𝐨𝐥𝐝", "full bold"),
        ("\x00\x1b[31m\ud83d", "[31m"),
        ("نعمْ أنا", "نعم انا"),
    ],
)
def test_texts_are_folded(text: str, seen: str) -> None:
    assert read(text) == seen


def test_every_code_point_knows_its_place() -> None:
    texts = ["Été  e\u0301te\u0301", "", "👍🏽 ok https://x.example fin"]
    reading = Reading(texts)
    tokens = reading.tokens
    found: list[list[str]] = [[] for _ in texts]
    for start, end, row in zip(tokens.start, tokens.end, tokens.row, strict=True):
        at = reading.offsets[row]
        found[row].append(texts[row][reading.places[start] - at : reading.places[end - 1] + 1 - at])
    assert found == [["Été", "e\u0301te"], [], ["👍", "ok", "h", "fin"]]


def test_a_stretch_hashes_the_same_wherever_it_stands() -> None:
    reading = Reading(["love", "I love it", "glove", "Iove"])
    tokens = reading.tokens
    word = {
        (int(row), "".join(map(chr, reading.codes[a:b]))): int(reading.hashes(np.array([a]), np.array([b]), 5)[0])
        for a, b, row in zip(tokens.start, tokens.end, tokens.row, strict=True)
    }
    assert word[0, "love"] == word[1, "love"]
    assert len({word[0, "love"], word[2, "glove"], word[3, "iove"]}) == 3


def test_no_stretch_reaches_into_the_next_text() -> None:
    row, prints = listed(reading := Reading(["ab", "cd", "ab"]), plain(reading))
    of = [sorted(prints[row == each].tolist()) for each in range(3)]
    assert of[0] == of[2] != of[1]
    # " ab ": three stretches of two code points, two of three, one of four, none of five, and the word.
    assert len(of[0]) == 3 + 2 + 1 + 1


def test_a_batch_of_nothing_is_read() -> None:
    assert len(Reading([]).tokens.row) == 0
    assert len(Reading([""]).tokens.row) == 0


def test_a_table_finds_what_it_has() -> None:
    dice = np.random.default_rng(3)
    known = np.unique(dice.integers(0, 2**32, 5000, dtype=np.uint32))
    asked = np.concatenate([known[::7], dice.integers(0, 2**32, 5000, dtype=np.uint32), known[[0, -1]]])
    places, found = Table(known).find(asked)
    assert places.tolist() == np.flatnonzero(np.isin(asked, known)).tolist()
    assert (known[found] == asked[places]).all()


def test_fingerprints_that_share_their_first_bits_are_all_found() -> None:
    known = np.concatenate([np.arange(100, dtype=np.uint32) + 7, np.arange(2**32 - 9, 2**32, dtype=np.uint32)])
    asked = np.concatenate([known, known[[0, 99]] + np.array([2**32 - 1, 1], np.uint32), known[[100]] - np.uint32(1)])
    places, found = Table(known).find(asked)
    assert places.tolist() == list(range(len(known)))
    assert (known[found] == asked[places]).all()


def test_an_empty_table_finds_nothing() -> None:
    places, found = Table(np.zeros(0, np.uint32)).find(np.array([0, 7, 2**32 - 1], np.uint32))
    assert (len(places), len(found)) == (0, 0)


def test_fingerprints_are_packed_without_loss() -> None:
    known = np.unique(np.random.default_rng(3).integers(0, 2**32, 999, dtype=np.uint32))
    assert (unpacked(packed(known)) == known).all()


def test_two_columns_are_three_classes() -> None:
    logits = classes(np.array([[2.0, -1.0], [0.0, 3.0], [-1.0, 0.0]], np.float32))
    assert logits.argmax(axis=1).tolist() == [2, 1, 0]
    assert np.allclose(logits.sum(axis=1), 0)
    assert np.allclose(softmax(logits * 1000).max(axis=1), 1)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for nothing, Acme",
        "Gracias por nada",
        "Mulțumesc pentru nimic!",
        "Ευχαριστώ για το τίποτα",
        "Danke für nichts",
        "Merci pour rien",
        "So reliable /s",
        "Lovely service #sarcasm",
        "Genial, otra vez sin luz",
        "Bravo, iar a căzut",
        "Super, schon wieder offline",
        "best app ever 🙄",
    ],
)
def test_marks_of_irony_are_found(text: str) -> None:
    reading = Reading(["nothing of the kind", text])
    found = marks(reading.folded(1))
    assert suspects(reading, plain(reading)).tolist() == [False, True]
    assert len(reading.folded(1)) == len(text)
    assert found
    assert all(0 <= start < end <= len(text) for start, end in found)


@pytest.mark.parametrize(
    "said",
    [
        "thanks so much for nothing", "gracias por nada", "merci pour rien", "danke für nichts", "grazie di niente",
        "obrigada por nada", "mulțumesc pentru nimic", "mersi pentru nimic", "ευχαριστούμε για το τίποτα", "#sarcasm",
        "sarcastic", "irony", "ironic", "ironía", "ironie", "ειρωνεία", "/s", "just what we needed", "lo que me faltaba",
        "il ne manquait plus que ça", "das hat mir gerade noch gefehlt", "ci mancava solo", "só faltava", "asta ne mai lipsea",
        "bravo, again", "perfecto, otra vez", "felicitări, din nou", "μπράβο, ξανά", "que bien, otra vez",
        "congratulations, once more", "maravilloso, de nuevo", "toll, schon wieder", "parfait, encore une fois",
        "αυτό μας έλειπε", "ΑΥΤΟ ΜΑΣ ΕΛΕΙΠΕ", "μπράβο, τρεις ώρες αναμονής", "parfait, deux heures d’attente",
    ],
)  # fmt: skip
def test_each_way_to_say_it_is_a_mark(said: str) -> None:
    reading = Reading([f"Acme: {said} !"])
    assert marks(reading.folded(0))
    assert suspects(reading, plain(reading)).all()


@pytest.mark.parametrize(
    "text", ["Thanks for the help", "Gracias por todo", "I love it and will buy it again", "Great phone, great price", ""]
)
def test_plain_praise_bears_no_mark(text: str) -> None:
    assert marks(Reading([text]).folded(0)) == ()


def test_temperatures_change_how_sure_it_is_and_not_what_it_says() -> None:
    model = Model.load()
    logits = np.array([[2.0, -1.0], [-0.2, 0.4], [0.0, 3.0]], np.float32)
    for lang in ("en", "ro", "sv", ""):
        heat = model.temperatures.get(lang, model.temperatures["*"])
        calibrated = model.calibrated(logits, [lang] * 3)
        assert np.allclose(calibrated * heat, logits, atol=1e-5)
        before, after = softmax(classes(logits)), softmax(classes(calibrated))
        assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
        assert ((after.max(axis=1) <= before.max(axis=1)) == (heat >= 1)).all()


def test_a_text_is_the_sum_of_what_its_words_push() -> None:
    # Spaces and the bias push, too, so the sum over words is near and not exact; its sign and size must be those of the text.
    scored = Model.load().score(["I love this fantastic phone 😍", "Worst phone ever, terrible, awful"], ["en", "en"])
    pushed = [scored.pushes[scored.reading.tokens.row == row, 0].sum() for row in range(2)]
    assert pushed == pytest.approx(scored.logits[:, 0].tolist(), abs=1.0)
    assert pushed[0] > 1 > -1 > pushed[1]
