"""What a word is."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubbub.core.folding import FOLDS
from hubbub.core.scripts import is_cjk, patterns
from hubbub.core.text import (
    WORD_CAP,
    clean,
    fold,
    query_words,
    recent_words,
    signed,
    signed_tokens,
    stretches_of,
    tokens,
    words,
)

LIVELY = st.text(
    st.sampled_from("aZé̈ßıŞș#＠@_.-/:?%\0\n \u202e\u200d\u00ad\ud800ςΣάÀ日本語カﾞ한글हि्ب\u0640ة👍🏽❤\ufe0f🇷🇴1½⑴")
    | st.characters(),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ștefan ŞTEFAN stefan", ["stefan"] * 3),
        ("Νέα ΔΗΜΟΚΡΑΤΊΑ, Οδυσσεύς ΟΔΥΣΣΕΥΣ", ["νεα", "δημοκρατια", "οδυσσευσ", "οδυσσευσ"]),
        ("El teléfono costó 3,50 €", ["el", "telefono", "costo", "3", "50"]),
        ("Straße STRASSE ﬁne Łódź Ærø İstanbul", ["strasse", "strasse", "fine", "lodz", "aero", "istanbul"]),
        ("l’eau don't coca-cola acme.example", ["l", "eau", "don", "t", "coca", "cola", "acme", "example"]),
        ("Йод ёлка Київ", ["иод", "елка", "киів"]),
        ("مُحَمَّد محمد كـــتاب", ["محمد", "محمد", "كتاب"]),
        ("हिन्दी में लिखा", ["हिन्दी", "में", "लिखा"]),
        ("ภาษาไทย", ["ภาษาไทย"]),
        ("ac\u00adme ac\u200bme", ["acme", "ac", "me"]),
        ("𝐀𝐜𝐦𝐞 ＡＣＭＥ", ["acme", "acme"]),
        ("½ ⑴ ŀ", ["12", "1", "l"]),
        ("", []),
        (" \0 \ud800 — … !", []),
    ],
)
def test_words_are_folded_as_people_leave_out_when_they_type(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_words_of_scripts_without_spaces_come_in_pairs_and_a_last_character() -> None:
    assert words("日本語") == ["日本", "本語", "語"]
    assert words("日") == ["日"]
    assert words("iPhone手机壳2") == ["iphone", "手机", "机壳", "壳", "2"]
    assert words("한국어 カタカナ") == ["한국", "국어", "어", "カタ", "タカ", "カナ", "ナ"]


def test_half_width_kana_and_single_jamo_are_the_usual_characters() -> None:
    assert words("ｶﾞｷﾞ") == words("ガギ") == ["ガギ", "ギ"]
    assert words(unicodedata.normalize("NFD", "한국 が")) == words("한국 が")


def test_a_query_leaves_out_the_lonely_last_character_of_a_run() -> None:
    assert query_words("日本") == ["日本"]
    assert query_words("acme 日本語") == ["acme", "日本", "本語"]
    assert query_words("日") == ["日"]
    assert query_words("日本 acme") == ["日本", "本", "acme"]


def test_an_emoji_is_one_word_whatever_its_skin() -> None:
    assert words("👍 👍🏽") == ["👍", "👍"]
    assert words("❤️ ❤") == ["❤", "❤"]
    assert words("👨‍👩‍👧🇷🇴🇬🇷") == ["👨‍👩‍👧", "🇷🇴", "🇬🇷"]
    assert words("1️⃣") == ["1"]


def test_of_an_address_host_and_path_are_words() -> None:
    text = "see HTTPS://www.Acme.example:8080/Big_Phone/%CE%9D%CE%AD%CE%B1?token=secret#part now"
    assert words(text) == ["see", "www", "acme", "example", "8080", "big", "phone", "νεα", "now"]
    assert words("链接https://acme.example。中文") == ["链接", "接", "acme", "example", "中文", "文"]
    assert signed("https://acme.example/@ana#tag") == []


def test_tags_and_handles_are_found_with_and_without_their_sign() -> None:
    text = "#Coca_Cola by @Ana: ＃ｆｏｏ #日本語 a#b info@acme.example #_"
    assert signed(text) == ["#coca_cola", "@ana", "#foo", "#日本語"]
    assert words("#Coca_Cola @Ana") == ["coca", "cola", "ana"]
    assert [token.sign for token in tokens("#Coca @Ana a#b")] == ["#", "@", "", ""]


def test_a_handle_counts_with_each_of_its_beginnings() -> None:
    assert signed("@acme@social.example.") == ["@acme", "@acme@social", "@acme@social.example"]
    assert signed("@acme.blue.example") == ["@acme", "@acme.blue", "@acme.blue.example"]


def test_places_are_code_points_of_the_original() -> None:
    text = "👍🏽 É #Ștefan 日本"
    assert [(token.text, text[token.start : token.end]) for token in tokens(text)] == [
        ("👍", "👍🏽"),
        ("e", "É"),
        ("stefan", "Ștefan"),
        ("日本", "日本"),
        ("本", "本"),
    ]
    assert [(token.text, text[token.start : token.end]) for token in signed_tokens(text)] == [("#stefan", "#Ștefan")]


def test_long_words_are_cut_the_same_everywhere() -> None:
    long, longer = "é" * 1_000_000, "é" * (WORD_CAP + 5)
    assert words(long) == query_words(longer) == ["e" * WORD_CAP]
    assert words("x" * 300) == query_words("x" * 999) == ["x" * WORD_CAP]
    assert [token.end for token in tokens("x" * 300)] == [300]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "é",
        "日",
        "ｶﾞ",
        "👍",
        "e\u0301\u0323",
        "@",
        "@a.",
        "#_",
        "https://",
        "http://a/%",
        "👍\u200d",
        "\x1b]",
        "\x1b[",
        "_",
        "\0 ",
    ],
)
def test_hostile_text_takes_time_in_proportion(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.process_time()
    assert [token.text for token in tokens(text)] == words(text)
    signed(text)
    clean(text)
    fold(text)
    assert time.process_time() - began < 10


def test_common_texts_are_taken_apart_fast() -> None:
    text = "The quick brown fox and the new Acme phone met again today, said nobody in particular. " * 3
    words(text)
    began, count = time.process_time(), 0
    while count < 200_000:
        count += len(words(text))
    assert count / (time.process_time() - began) > 300_000  # a tenth of what a quiet machine does


@given(LIVELY)
@example("ﷺ ½ ⒈ 🄁")
def test_places_and_plain_words_agree_and_are_within_the_text(text: str) -> None:
    found = tokens(text)
    assert [token.text for token in found] == words(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(token.text and not any(char.isspace() for char in token.text) for token in found)
    assert all(len(word) <= WORD_CAP for word in words(text) + signed(text))


@given(LIVELY | st.text("aB0 ._-#", max_size=40), st.data())
def test_the_stretches_of_words_are_those_of_their_tokens(text: str, data: st.DataObject) -> None:
    found = tokens(text)
    some = st.sampled_from([token.text for token in found] or ["acme"])
    wanted = data.draw(st.frozensets(some | st.sampled_from(["a", "acme", "0"]), max_size=4))
    assert sorted(stretches_of(text, wanted)) == [(t.start, t.end) for t in found if t.text in wanted]


@given(LIVELY)
def test_folding_once_is_enough(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for word in words(text):
        assert FOLDS[word] == word


@given(LIVELY)
def test_case_and_accents_make_no_difference(text: str) -> None:
    plain = unicodedata.normalize("NFC", text)
    if "://" not in text and not any(is_cjk(char) for char in unicodedata.normalize("NFKD", text)):
        assert words(plain.upper().lower()) == words(plain.upper())


def test_plain_runs_fold_to_themselves() -> None:
    everything = "".join(chr(i) for i in range(0x3000, 0xD800) if patterns().plain_cjk.fullmatch(chr(i)))
    assert [FOLDS[char] for char in everything] == list(everything)


@given(LIVELY)
def test_a_tag_is_found_by_itself(text: str) -> None:
    for sign in signed(text):
        assert sign in signed(sign)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("\x1b]0;title\x07 shown \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", " shown link"),
        ("\x1b]never closed", "never closed"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\u202eabc\u202c \u2066d\u2069", "abc d"),
        ("a\0b\x07\x9b1mc", "abc"),
        ("\ud83d\ude00 \ud800", "😀 \ufffd"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_cleaning_takes_away_what_steers_a_terminal(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(LIVELY | st.text(st.sampled_from("\x1b[]\\;m0 a\x07\x9b\x90\r\n\ud83d\ude00\u202e"), max_size=30))
def test_cleaning_once_is_enough_and_one_line_is_one_line(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\x1b" not in cleaned
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in cleaned.replace("\n", "").replace("\t", ""))
    assert len(clean(text, newlines=False).splitlines()) <= 1
    cleaned.encode()


PIECES = [
    "http://",
    "HTTPS://",
    "://",
    "acme.example",
    "/New-Phone",
    "%C3%A9",
    "%",
    "?id=1",
    "#part",
    " ",
    "\n",
    "\x1f",
    "<",
    '"',
    "x",
    "(",
    "é",
]


@settings(max_examples=100, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=9))
def test_addresses_give_the_same_words_with_and_without_places(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert [token.text for token in tokens(text)] == words(text)


@given(LIVELY)
def test_recent_words_are_the_words(text: str) -> None:
    assert list(recent_words(text)) == words(text)
    assert list(recent_words(text * 200)) == words(text * 200)


@pytest.mark.parametrize(
    "address",
    ["https://acme.example/a/b-c_d.html", "http://acme.example", "https://", "https://acme.example/a?b=c", "https://x y"],
)
def test_an_address_alone_has_the_words_that_it_has_in_a_text(address: str) -> None:
    assert words(address) == words(f"{address} ") == [token.text for token in tokens(address)]


def test_no_letter_or_digit_folds_to_what_json_escapes() -> None:
    """Words go into the JSON that Tantivy is given as they are."""
    alnum = (chr(code) for code in range(0x110000) if chr(code).isalnum())
    assert not {folded for char in alnum if min(folded := FOLDS[char] or "-") < " " or not {'"', "\\"}.isdisjoint(folded)}
