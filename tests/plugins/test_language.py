"""Which language: the workspace's first, the stated one respected, unknown where it cannot be told."""

import math

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from hubbub.core.registry import Registry
from hubbub.core.values import Mention
from hubbub.plugins.processors._language_statistics import Statistics
from hubbub.plugins.processors.language import UNKNOWN, LanguageProcessor, judge

OURS = ("en", "es", "ro", "el")


@pytest.fixture(scope="module")
def processor() -> LanguageProcessor:
    return LanguageProcessor(OURS)


def told(processor: LanguageProcessor, text: str, stated: str = "") -> str:
    ((label,),) = processor.process([Mention(platform="x", key="1", text=text, lang=stated)])
    assert (label.name, label.by) == ("lang", "language")
    return label.value


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Mi Acme Phone se apaga solo y soporte no contesta desde el lunes", "es"),
        ("Cum resetez Acme Hub fără aplicație?", "ro"),
        ("The teardown of the new phone is the best I have read", "en"),
        ("Το κινητό ζεσταίνεται πολύ", "el"),
    ],
)
def test_the_workspaces_languages_are_told(processor: LanguageProcessor, text: str, lang: str) -> None:
    assert told(processor, text) == lang


def test_a_clear_text_in_another_language_is_told_too(processor: LanguageProcessor) -> None:
    assert told(processor, "Der Akku ist nach zwei Stunden leer, das ist wirklich sehr enttäuschend") == "de"


@pytest.mark.parametrize("text", ["", "🔥🔥🔥", "https://press.example/a/b/c", "12345 67", "@marta #acme", "ok", "Acme"])
def test_without_words_the_language_is_unknown(processor: LanguageProcessor, text: str) -> None:
    assert told(processor, text) == "unknown"


def test_a_stated_language_is_believed_where_the_text_says_little(processor: LanguageProcessor) -> None:
    assert told(processor, "ok", stated="ro-RO") == "ro"
    assert told(processor, "telefon bun", stated="ro") == "ro"


def test_a_stated_language_that_the_text_denies_is_not_believed(processor: LanguageProcessor) -> None:
    text = "Mi Acme Phone se apaga solo y soporte no contesta desde el lunes, ¿alguien más tiene este problema?"
    assert told(processor, text, stated="en") == "es"


def test_a_megabyte_costs_no_more_than_its_beginning(processor: LanguageProcessor) -> None:
    assert told(processor, "La batería dura poco y el soporte no contesta. " * 25_000) == "es"


def test_nothing_is_told_from_nothing() -> None:
    assert judge({}, OURS, letters=80) is UNKNOWN


def test_a_doubt_between_our_languages_is_unknown() -> None:
    assert judge({"es": -1.0, "ro": -1.0, "it": -2.0}, OURS, letters=80) is UNKNOWN


def test_without_languages_of_its_own_any_will_do() -> None:
    assert judge({"fi": -0.1, "et": -2.3}, (), letters=80).lang == "fi"


def test_our_languages_have_a_head_start_and_no_more() -> None:
    assert judge({"es": -2.0, "ro": -9.0, "pt": -0.5}, OURS, letters=80).lang == "es"
    assert judge({"es": -4.0, "ro": -9.0, "pt": -0.5}, OURS, letters=80).lang == "pt"
    assert judge({"es": -4.0, "ro": -9.0, "pt": -0.5}, OURS, letters=20) is UNKNOWN


def test_a_stated_language_is_denied_by_a_clear_lead_only() -> None:
    assert judge({"es": -1.0, "en": -3.0}, OURS, letters=80, stated="en").lang == "en"
    assert judge({"es": -1.0, "en": -5.0}, OURS, letters=80, stated="en").lang == "es"
    assert judge({"es": -1.0, "en": -5.0}, OURS, letters=10, stated="en").lang == "en"


@pytest.mark.parametrize(
    ("text", "stated", "lang"),
    [
        ("Γεια", "en", "el"),
        ("Κακό service", "en", "el"),
        ("Το Acme Phone Pro Max Ultra battery life είναι χάλια", "", "el"),
        ("The Greek word φιλότιμο has no English equivalent", "", "en"),
        ("今日はとても暑いです", "en", "ja"),
        ("Привіт, як справи, друже, що нового?", "en", "uk"),
        ("שלום לכולם", "en", "he"),
    ],
)
def test_the_script_tells_whatever_is_stated(processor: LanguageProcessor, text: str, stated: str, lang: str) -> None:
    assert told(processor, text, stated) == lang


@pytest.mark.parametrize(
    ("text", "lang"), [("¿Qué?", "es"), ("Mulțumesc!", "ro"), ("mañana", "es"), ("Nu merge", "ro"), ("No funciona", "es")]
)
def test_a_letter_or_a_small_word_tells_a_short_text(processor: LanguageProcessor, text: str, lang: str) -> None:
    assert told(processor, text) == lang


def test_greek_in_latin_letters_is_told_where_we_listen_in_greek(processor: LanguageProcessor) -> None:
    text = "to kinito mou den anoigei kai den exo idea ti ftaiei"
    assert told(processor, text) == "el"
    assert told(LanguageProcessor(("en", "es")), text) != "el"


def test_hindi_in_latin_letters_too() -> None:
    assert told(LanguageProcessor(("en", "hi")), "yeh phone bahut accha hai yaar") == "hi"


@pytest.mark.parametrize("lang", ["el", "es", "ro"])
def test_a_brand_in_the_sentence_does_not_tell_its_language(processor: LanguageProcessor, lang: str) -> None:
    texts = {
        "el": "Έσπασε η οθόνη στο Acme Phone Pro Max και κανείς στο Customer Support δεν απαντά",
        "es": "Otra vez sin batería, el Acme Phone Pro Max de Acme Technologies es un desastre",
        "ro": "Iar s-a stricat ecranul, nu mai cumpăr Acme Phone Pro Max de la Acme Technologies",
    }
    assert told(processor, texts[lang]) == lang


def test_no_languages_of_ours_does_not_make_all_texts_ours() -> None:
    assert told(LanguageProcessor(("en",)), "Otra vez sin batería, el teléfono es un desastre total") == "es"


@pytest.mark.parametrize("stated", ["und", "zxx", "xx", "mul"])
def test_a_platform_that_does_not_know_states_nothing(processor: LanguageProcessor, stated: str) -> None:
    assert told(processor, "ok", stated) == "unknown"


def test_it_comes_through_the_public_door() -> None:
    assert Registry().component("processor", "language").options is None


@pytest.mark.parametrize("languages", [["en", "el"], ["sr", "zh", "en"]])
def test_a_batch_has_the_shares_that_the_library_tells_of_each_text(languages: list[str]) -> None:
    texts = ["The quick brown fox", "", "12345", "El perro duerme; come", "ΟΛΑ ΚΑΛΑ", "\ud800 x", "Добро јутро", "漢字 かな"]
    statistics = Statistics(languages)
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    for only in (None, languages):
        library.set_languages(only)
        asked = frozenset(library.labels)
        for text, weights in zip(texts, statistics.weights(texts, [asked] * len(texts)), strict=True):
            shares = dict(library.rank(text))
            assert {name: math.exp(weight) for name, weight in weights.items()} == pytest.approx(shares, abs=1e-6)
