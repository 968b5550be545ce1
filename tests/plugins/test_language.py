"""Which language: the workspace's first, the stated one respected, unknown where it cannot be told."""

import pytest

from hubbub.core.registry import Registry
from hubbub.core.values import Mention
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


@pytest.mark.parametrize("text", ["", "🔥🔥🔥", "https://press.example/a/b/c", "12345 67", "@marta #acme", "ok"])
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
    assert judge({"es": 0.4, "ro": 0.4, "it": 0.2}, OURS, letters=80) is UNKNOWN


def test_without_languages_of_its_own_any_will_do() -> None:
    assert judge({"fi": 0.9, "et": 0.1}, (), letters=80).lang == "fi"


def test_it_comes_through_the_public_door() -> None:
    assert Registry().component("processor", "language").options is None
