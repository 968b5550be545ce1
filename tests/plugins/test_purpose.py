"""The processor ``purpose``: each kind in each language, each trap, and bad input."""

import re
from collections.abc import Iterator

import pytest

from hubbub.core.contracts import ReadsLabels
from hubbub.core.folding import FOLDS
from hubbub.core.values import Author, Label, Labels, Mention, MentionKind
from hubbub.plugins.processors._purpose_cues import EVERYWHERE, TIERS, Cue, cues, pack, read
from hubbub.plugins.processors._purpose_folding import GAPS, fold
from hubbub.plugins.processors._purpose_judging import KINDS
from hubbub.plugins.processors.purpose import PurposeProcessor
from hubbub.testing.processor_contract import ProcessorContract

LANGUAGES = ("en", "es", "ro", "el", "fr", "de")


class TestPurpose(ProcessorContract):
    plugin = "purpose"


def labels(text: str, lang: str = "en", *, said: Labels = (), **more: object) -> dict[str, Label]:
    mention = Mention(platform="forum", key="1", text=text, lang=lang, **more)  # pyright: ignore[reportArgumentType]
    return {label.value: label for label in PurposeProcessor().process_labelled([mention], [said])[0]}


def kinds(text: str, lang: str = "en", **more: object) -> set[str]:
    return set(labels(text, lang, **more))


def score(told: dict[str, Label], kind: str) -> float:
    return (told[kind].score or 0.0) if kind in told else 0.0


def quoted(mention_text: str, label: Label) -> list[str]:
    return [mention_text[span.start : span.end] for span in label.spans]


@pytest.mark.parametrize(
    ("kind", "lang", "text"),
    [
        ("question", "en", "does anyone know how to reset the router"),
        ("question", "es", "¿Cómo se apaga"),
        ("question", "es", "alguien sabe si funciona sin cables"),
        ("question", "ro", "știe cineva dacă merge cu două cartele"),
        ("question", "el", "Πού είναι το κουμπί;"),
        ("question", "el", "ξερει κανεις αν δουλευει χωρις ρευμα"),
        ("question", "fr", "quelqu'un sait si ça marche sans fil"),
        ("question", "de", "weiß jemand ob das auch ohne Strom geht"),
        ("complaint", "en", "The handle came apart and customer service is useless"),
        ("complaint", "es", "pesima atencion al cliente y sin reembolso"),
        ("complaint", "ro", "Nu mai funcționează și nimeni nu răspunde"),
        ("complaint", "el", "δεν δουλεύει και δεν απαντάει κανείς"),
        ("complaint", "fr", "ne marche plus et personne ne répond"),
        ("complaint", "de", "funktioniert nicht und niemand antwortet"),
        ("praise", "en", "Works like a charm, highly recommend it"),
        ("praise", "es", "Me encanta, lo recomiendo"),
        ("praise", "ro", "Merge brici, recomand cu încredere"),
        ("praise", "el", "Δουλεύει άψογα, το συνιστώ"),
        ("praise", "fr", "J'adore mon casque, je recommande"),
        ("praise", "de", "Läuft einwandfrei, klare Empfehlung"),
        ("lead", "en", "thinking of buying a kettle, can anyone recommend one?"),
        ("lead", "es", "estoy pensando en comprar una tetera, ¿cuánto cuesta?"),
        ("lead", "ro", "ma gandesc sa cumpar un fierbator, cat costa"),
        ("lead", "el", "σκεφτομαι να αγορασω βραστηρα, ποσο κοστιζει"),
        ("lead", "fr", "je pense acheter une bouilloire, combien ça coûte"),
        ("lead", "de", "ich überlege einen Wasserkocher zu kaufen, was kostet der"),
        ("crisis", "en", "my kettle caught fire while charging"),
        ("crisis", "es", "el cargador se incendió en casa"),
        ("crisis", "ro", "încărcătorul a luat foc"),
        ("crisis", "el", "ο φορτιστής πήρε φωτιά"),
        ("crisis", "fr", "le chargeur a pris feu"),
        ("crisis", "de", "das Ladegerät hat Feuer gefangen"),
        ("news", "en", "Kettles Inc said in a statement that sales rose 4 percent"),
        ("news", "es", "La empresa informó este lunes de sus resultados trimestrales"),
        ("news", "ro", "Compania a anunțat luni rezultatele trimestriale, transmite Agerpres"),
        ("news", "el", "Ανακοίνωσε την Τρίτη η εταιρεία τα αποτελέσματα τριμήνου"),
        ("news", "fr", "L'entreprise a annoncé lundi ses résultats trimestriels (AFP)"),
        ("news", "de", "Wie das Unternehmen am Montag mitteilte, stieg der Umsatz im ersten Quartal"),
        ("spam", "en", "Follow, retweet and tag 2 friends to win a kettle"),
        ("spam", "es", "SORTEO: sigue la cuenta, haz RT y etiqueta a 2 amigos"),
        ("spam", "ro", "Concurs: dă share și tag la 2 prieteni ca să câștigi"),
        ("spam", "el", "Κάνε follow και tag 2 φίλους για να κερδίσεις"),
        ("spam", "fr", "Concours : RT + follow pour gagner"),
        ("spam", "de", "Gewinnspiel: folge uns, like und markiere 2 Freunde"),
    ],
)
def test_each_kind_is_told_in_each_language(kind: str, lang: str, text: str) -> None:
    assert kind in kinds(text, lang)
    assert kind in kinds(text.upper(), lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "this deal is fire 🔥"),
        ("en", "the battery explodes with power"),
        ("en", "Nobody was hurt, it was a fire drill"),
        ("en", "I recall my first phone"),
        ("en", "died laughing at this 😂"),
        ("en", "the movie ends with an explosion in space"),
        ("en", "this game is killing me"),
        ("en", "reading Hacker News"),
        ("es", "ese descuento es fuego"),
        ("es", "el concierto fue una bomba"),
        ("ro", "reducerea asta e foc"),
        ("ro", "mor de râs"),
        ("el", "η συναυλία ήταν φωτιά"),
        ("fr", "cette promo c'est le feu"),
        ("fr", "je suis mort de rire"),
        ("de", "der Film war der Hammer, am Ende eine Explosion im Werk"),
        ("de", "lese gerade Hacker News"),
        ("de", "mein Handy ist tot"),
    ],
)
def test_hyperbole_is_no_crisis(lang: str, text: str) -> None:
    assert "crisis" not in kinds(text, lang)


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        ("en", "no problems with it", "complaint"),
        ("en", "it was not damaged when it came", "complaint"),
        ("en", "I would not recommend it", "praise"),
        ("en", "not happy with it", "praise"),
        ("en", "I'm not looking for a new phone", "lead"),
        ("en", "beware of fake giveaway accounts", "spam"),
        ("es", "no lo recomiendo", "praise"),
        ("es", "no busco un móvil nuevo", "lead"),
        ("ro", "nu recomand", "praise"),
        ("ro", "nu caut un telefon", "lead"),
        ("el", "δεν το συνιστώ", "praise"),
        ("fr", "je ne recommande pas", "praise"),
        ("fr", "je recommande pas", "praise"),
        ("de", "kann ich nicht empfehlen", "praise"),
        ("de", "suche kein neues Handy", "lead"),
    ],
)
def test_what_is_denied_is_not_told(lang: str, text: str, kind: str) -> None:
    assert kind not in kinds(text, lang)


def test_denied_praise_is_a_complaint() -> None:
    assert kinds("you will not find me satisfied, not at all happy with it and never impressed") == {"complaint"}


def test_a_denial_ends_with_its_clause() -> None:
    assert "complaint" in kinds("No, it stopped working again")
    assert "praise" in kinds("Not yet. Highly recommend it")


def test_rhetorical_questions_and_tags_are_no_questions() -> None:
    assert kinds("a nice day, right?") == set()
    assert "question" not in kinds("who needs sleep anyway?")
    assert "question" not in kinds("y quién necesita dormir?", "es")


def test_a_greek_semicolon_asks_only_in_greek() -> None:
    assert "question" in kinds("έχει κουμπί στο πλάι;", "el")
    assert "question" in kinds("έχει κουμπί στο πλάι\u037e", "el")
    assert "question" not in kinds("tengo un botón; otro botón; nada más", "es")
    assert "question" not in kinds("έχει κουμπί στο πλάι.", "el")


def test_a_question_mark_in_an_address_asks_nothing() -> None:
    assert kinds("see https://shop.example/list?page=2 for the list of shops") == set()


def test_what_others_said_is_not_counted() -> None:
    assert kinds("> it stopped working again, worst service ever\nfine here") == set()
    assert kinds("@worst_service_ever the blue one") == set()


def test_advertising_asks_and_praises_nothing() -> None:
    assert kinds("Want to lose 10 kg in 2 weeks? Best product ever, click here") == {"spam"}


def test_many_tags_or_links_are_spam_in_any_language() -> None:
    assert kinds("#aa #bb #cc #dd #ee #ff #gg #hh kuvat", "fi") == {"spam"}
    assert kinds("http://a.example http://b.example http://c.example", "") == {"spam"}
    assert kinds("kuvat http://a.example", "fi") == set()


@pytest.mark.parametrize("lang", ["", "ja", "xx", "unknown", "../en", "EN/..", "any"])
def test_an_unknown_language_is_judged_by_what_reads_the_same_everywhere(lang: str) -> None:
    assert kinds("this stopped working and support never replied, worst service", lang) == set()
    assert kinds("missä on lähin kauppa?", lang) == {"question"}
    assert kinds("これはどこで買えますか？ お願いします", lang) in ({"question"}, set())
    assert "spam" in kinds("airdrop: connect wallet, giveaway, retweet and follow", lang)


def test_a_region_does_not_hide_the_language() -> None:
    assert "complaint" in kinds("no funciona desde ayer", "es-MX")
    assert "complaint" in kinds("no funciona desde ayer", "ES")


def test_an_article_is_news_and_its_headline_asks_nothing() -> None:
    told = kinds("Makers reported fewer orders.", title="Is the boom over?", kind=MentionKind.ARTICLE)
    assert told == {"news"}
    assert kinds("Yesterday I baked my bread with my mother", kind=MentionKind.ARTICLE) == set()


def test_a_bot_asks_nothing_for_itself() -> None:
    author = Author(platform="forum", key="b", bot=True)
    person = labels("which one is the best?")
    assert score(labels("which one is the best?", author=author), "question") < score(person, "question")


def sentiment(value: str, certain: float = 0.9) -> Labels:
    return (Label(name="sentiment", value=value, by="sentiment", score=certain),)


def test_the_sentiment_weighs_in_but_makes_no_kind() -> None:
    text = "the strap came apart"
    plain = score(labels(text), "complaint")
    assert score(labels(text, said=sentiment("negative")), "complaint") > plain
    assert score(labels(text, said=sentiment("positive")), "complaint") < plain
    assert score(labels(text, said=sentiment("uncertain")), "complaint") == plain
    assert kinds("rain all day long", said=sentiment("negative", 1.0)) == set()
    assert kinds("my cousin was here", said=sentiment("positive", 1.0)) == set()


def test_a_persons_sentiment_counts_most() -> None:
    text = "the strap came apart"
    yours = Label(name="sentiment", value="negative", by="you")
    assert score(labels(text, said=(*sentiment("positive"), yours)), "complaint") == score(
        labels(text, said=sentiment("negative", 1.0)), "complaint"
    )


def test_it_reads_labels() -> None:
    assert isinstance(PurposeProcessor(), ReadsLabels)


def test_spans_are_the_words_in_code_points() -> None:
    text = "😀 ¿Qué tal? Straße… la app no funciona"
    assert "no funciona" in quoted(text, labels(text, "es")["complaint"])


def test_spans_hold_where_characters_fold_to_more_or_fewer() -> None:
    text = "Stra\u00dfe\u200b: de la a\u0301pp no fu\u0301n\u200bciona ya"
    assert "no fu\u0301n\u200bciona" in quoted(text, labels(text, "es")["complaint"])


def test_spans_of_a_title_are_in_the_title() -> None:
    label = labels("It is fine.", title="Worst service ever")["complaint"]
    (span,) = [span for span in label.spans if (span.weight or 0) > 0]
    assert (span.field, "Worst service ever"[span.start : span.end]) == ("title", "Worst service ever")


def test_what_speaks_against_it_is_shown_too() -> None:
    label = labels("I love it, highly recommend. Never let down and not happy though")["praise"]
    weights = [span.weight or 0 for span in label.spans]
    assert min(weights) < 0 < max(weights)


def test_nothing_is_certain() -> None:
    text = "worst service ever, waste of money, never again, fed up, do not buy, thanks for nothing, absolute joke, rude staff"
    assert score(labels(text), "complaint") <= 0.97


@pytest.mark.parametrize(
    "text", ["", " ", "😀", "👨‍👩‍👧", "\u200d\u200b", "https://a.example/x", "\0\0", "\ud800", "?", ";", "|", "#", ">", "@"]
)
def test_next_to_nothing_is_of_no_kind(text: str) -> None:
    for lang in (*LANGUAGES, ""):
        assert kinds(text, lang) == set()


def test_a_long_text_is_read_to_a_bound() -> None:
    start = "The strap came apart. " + "word " * 500
    assert kinds(start + "does anyone know? " * 60_000) == kinds(start)


def test_right_to_left_and_mixed_scripts_are_no_trouble() -> None:
    assert kinds("\u202eمرحبا، أين المتجر؟", "ar") == {"question"}
    assert "complaint" in kinds("שלום the app stopped working again שלום")


# --- the files of cues ---------------------------------------------------------------------------------------


def every_cue() -> Iterator[tuple[str, Cue]]:
    for language in (*LANGUAGES, EVERYWHERE):
        yield from ((language, cue) for cue in cues(read(language)))


def test_every_cue_follows_the_grammar_and_finds_itself() -> None:
    for language, cue in every_cue():
        assert cue.kind in KINDS
        assert cue.tier in TIERS
        words = [
            part.split("/")[0].removesuffix("?").removesuffix("*")
            for part in cue.written.split()
            if part not in ("^", "$", "..")
        ]
        text = " ".join("7" if word == "N" else word for word in words)
        folded = fold(text)
        known = pack(language)
        assert known is not None
        assert cue.written in {one.written for one, _, _ in known.phrases.find(folded.text)}, (language, cue.written)


def test_cues_are_folded_as_texts_are_and_stand_once() -> None:
    seen = set()
    for language, cue in every_cue():
        for word in re.findall(r"[^\W\d_]+", cue.written.replace("N", "")):
            assert FOLDS[word] == word, (language, cue.written)
        assert (language, cue.kind, cue.written) not in seen, (language, cue.kind, cue.written)
        seen.add((language, cue.kind, cue.written))


def test_no_cue_has_many_gaps() -> None:
    for language, cue in every_cue():
        assert cue.written.split().count("..") <= 3, (language, cue.written)


@pytest.mark.parametrize(
    "text",
    ["does anyone " * 400, "no " * 2000, "a" * 5000, " ," * 3000, "follow .. " * 900, "1" * 5000, "?" * 5000, "#a" * 3000],
)
def test_adversarial_texts_are_judged(text: str) -> None:
    for lang in (*LANGUAGES, ""):
        assert kinds(text, lang) <= set(KINDS)


def test_folding_keeps_places_and_agrees_with_the_words_of_searches() -> None:
    for text in ("Ștefan ΝΈΑ Δημοκρατίας Straße", "a\u0301e\u200bi", "fi\ufb01 ½"):
        folded = fold(text)
        assert folded.words() == [FOLDS[word] for word in text.split()]
        assert [folded.place(folded.index(place)) for place in (0, len(text) - 1)] == [0, len(text) - 1]
    assert set(GAPS) >= {" ", ",", "|", "?", ";"}
