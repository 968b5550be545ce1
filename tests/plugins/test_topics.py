"""Which topics a mention belongs to: exactly those whose query a search would find it by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.anchors import anchors
from hubbub.core.documents import live_document
from hubbub.core.parsing import parse
from hubbub.core.values import Author, Mention, Topic
from hubbub.plugins.processors.topics import TopicsProcessor
from hubbub.testing.fakes import FakeClock

NOW = FakeClock()


def found(queries: dict[str, str], text: str, **changes: object) -> list[str]:
    processor = TopicsProcessor([Topic(name=name, query=query) for name, query in queries.items()], NOW)
    (labels,) = processor.process([Mention(**({"platform": "x", "key": "1", "text": text} | changes))])
    assert {label.name for label in labels} <= {"topic"}
    return [label.value for label in labels]


def test_a_topic_is_found_by_its_query() -> None:
    queries = {"acme": '"acme phone" OR acme NOT "acme dynamite"', "globex": "globex"}
    assert found(queries, "Mi Acme Phone se apaga solo") == ["acme"]
    assert found(queries, "Acme Dynamite explodes again") == []
    assert found(queries, "Acme frente a Globex") == ["acme", "globex"]


def test_accents_cedillas_and_the_final_sigma_do_not_matter() -> None:
    assert found({"el": '"νέα δημοκρατία"'}, "ΝΕΑ ΔΗΜΟΚΡΑΤΙΑ") == ["el"]
    assert found({"ro": "ștefan"}, "Ştefan și Stefan") == ["ro"]


def test_a_phrase_does_not_run_from_the_title_into_the_text() -> None:
    assert found({"acme": '"acme phone"'}, "phone is here", title="About Acme") == []


def test_a_topic_may_ask_for_a_language() -> None:
    queries = {"es": "acme lang:es"}
    assert found(queries, "acme", lang="es") == ["es"]
    assert found(queries, "acme", lang="ro") == []


def test_a_topic_without_words_of_its_own_is_asked_of_every_mention() -> None:
    assert found({"all-spanish": "lang:es"}, "hola", lang="es") == ["all-spanish"]


def test_the_words_that_matched_are_the_evidence() -> None:
    processor = TopicsProcessor([Topic(name="acme", query='"acme phone"')], NOW)
    text = "Το Acme Phone ζεσταίνεται"
    ((label,),) = processor.process([Mention(platform="x", key="1", text=text)])
    assert [text[span.start : span.end] for span in label.spans] == ["Acme Phone"]


def test_anchors_are_the_words_that_a_match_needs() -> None:
    assert anchors(parse("=acme AND phone").root) == {("acme",)}
    assert anchors(parse('"acme phone" OR "globex"').root) == {("acme", "phone"), ("globex",)}
    assert {("phones",), ("en:phone",), ("es:phon",)} < (anchors(parse("phones").root) or frozenset())
    assert anchors(parse("NOT acme").root) is None
    assert anchors(parse("acme OR lang:es").root) is None
    assert anchors(parse("acm*").root) is None


@pytest.mark.parametrize(
    ("lang", "query", "text"),
    [
        ("es", "teléfono", "Dos telefonos nuevos"),
        ("ro", "știre", "Ştirile de azi"),
        ("el", "τηλέφωνο", "Δύο ΤΗΛΕΦΩΝΑ και μία οθόνη"),
        ("de", "Häuser", "Das Haus am See"),
        ("en", "phones", "One phone"),
    ],
)
def test_inflected_forms_belong_to_a_topic_in_the_language_of_the_mention(lang: str, query: str, text: str) -> None:
    assert found({"a": query}, text, lang=lang) == ["a"]
    assert found({"a": f"={query}"}, text, lang=lang) == []
    assert found({"a": query}, text, lang="unknown") == []


@pytest.mark.parametrize("text", ["Bună dimineața!", "The new Acme Phone"])
def test_what_an_account_of_ours_wrote_is_ours_whatever_it_says(text: str) -> None:
    topics = [Topic(name="acme", query="acme", accounts=("x:acme", "x:acme_ro")), Topic(name="rival", query="globex")]
    processor = TopicsProcessor(topics, NOW)
    by = [Author(platform="x", key=handle, handle=handle) for handle in ("Acme_RO", "ana")]
    ours, others = processor.process([Mention(platform="x", key=who.key, text=text, author=who) for who in by])
    assert [(label.name, label.value) for label in ours] == [("topic", "acme"), ("voice", "ours")]
    assert [(label.name, label.value) for label in others] == ([("topic", "acme")] if "Acme" in text else [])
    assert [bool(label.spans) for label in ours] == ["Acme" in text, False]


WORDS = ("acme", "phone", "phones", "globex", "οθόνη", "οθόνες", "știre", "știrile", "#acme", "@acme")
FORMS = ('"{0}"', "={0}", "ph*n?s OR {0}", "{0}", "NOT {0}", "{0} {1}", "{0} OR {1}", '"{0} {1}"', '"{0} {1}"~2', "{0} NOT {1}")
QUERIES = st.builds(lambda form, one, two: form.format(one, two), st.sampled_from(FORMS), *[st.sampled_from(WORDS)] * 2)


@given(
    st.lists(QUERIES, min_size=1, max_size=4),
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.sampled_from(["", "en", "el", "ro"]),
)
def test_the_quick_test_never_loses_a_match(queries: list[str], text: str, lang: str) -> None:
    topics = {f"t{n}": query for n, query in enumerate(queries)}
    doc = live_document(Mention(platform="x", key="1", text=text, lang=lang), seen=NOW())
    assert found(topics, text, lang=lang) == [name for name, query in topics.items() if parse(query).matches(doc)]
