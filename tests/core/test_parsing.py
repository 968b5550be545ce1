"""From text to tree: what is understood, and how mistakes are told."""

import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from hubbub.core.errors import QueryError
from hubbub.core.parsing import parse
from hubbub.core.query import And, Every, Fuzzy, Inflected, Node, Not, Or, Phrase, Prefix, Range, Term, Wildcard, Written
from hubbub.core.querydates import read_period
from hubbub.core.queryscan import MAX_DEPTH, MAX_LENGTH

NOW = datetime(2026, 6, 17, 12, 30, tzinfo=UTC)  # a Wednesday
A, B, C = Term("text", "a"), Term("text", "b"), Term("text", "c")


def day(month: int, number: int, hour: int = 0) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


def read(text: str) -> Node:
    return parse(text, now=NOW).root


@pytest.mark.parametrize("text", ["", "  \n ", "*", "*:*"])
def test_nothing_asked_is_everything(text: str) -> None:
    assert read(text) == Every()
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a OR b OR c", Or((A, B, C))),
        ("NOT a", Not(A)),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a OR NOT b", Or((A, Not(B)))),
        ("NOT a OR b", Or((Not(A), B))),
        ("a OR b c", And((Or((A, B)), C))),
        ("a b OR c", And((A, Or((B, C))))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("NOT (a b)", Not(And((A, B)))),
        ("(((a)))", A),
        ("a and b or not c", And((A, Inflected("text", "and"), B, Term("text", "or"), Inflected("text", "not"), C))),
        ("title:NOT", Inflected("title", "not")),
    ],
)
def test_operators_bind_as_documented(text: str, expected: Node) -> None:
    assert read(text) == expected


def test_the_example_of_a_topic() -> None:
    phrase, dynamite = Phrase("text", ("acme", "phone")), Phrase("text", ("acme", "dynamite"))
    assert read('"acme phone" OR acme NOT "acme dynamite"') == And((Or((phrase, Inflected("text", "acme"))), Not(dynamite)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ștefan", Inflected("text", "stefan")),
        ("#Tag", Term("text", "#tag")),
        ("@user@host.example", Term("text", "@user@host.example")),
        ("author:@Bob", Term("author", "@bob")),
        ("#acm*", Prefix("text", "#acm")),
        ("acm*", Prefix("text", "acm")),
        ("acme~1", Fuzzy("text", "acme", 1)),
        ("title:acme~2", Fuzzy("title", "acme", 2)),
        ("coca-cola", Phrase("text", ("coca", "cola"))),
        ("#coca-cola", And((Term("text", "#coca"), Phrase("text", ("coca", "cola"))))),
        ('"#coca cola"', Phrase("text", ("coca", "cola"))),
        ('"one"', Term("text", "one")),
        ('"near words"~5', Phrase("text", ("near", "words"), 5)),
        ('"near words"~0', Phrase("text", ("near", "words"))),
        ('"near words"~1', Phrase("text", ("near", "words"), 1)),
        ("“near words”", Phrase("text", ("near", "words"))),
        ("日本", Term("text", "日本")),
        ("日", Prefix("text", "日")),
        ("日本語*", Phrase("text", ("日本", "本語"))),
        ("👍🏽", Term("text", "👍")),
        ('"https://acme.example/a?b=c"', Phrase("text", ("acme", "example", "a"))),
        ("by:ana", Term("author", "ana")),
        ("LANG:EN", Term("lang", "en")),
        ("language:en", Term("lang", "en")),
        ("lang:es,ro", Or((Term("lang", "es"), Term("lang", "ro")))),
        ("lang:(es OR ro)", Or((Term("lang", "es"), Term("lang", "ro")))),
        ("title:(a author:b)", And((Term("title", "a"), Term("author", "b")))),
        ('topic:"Acme  Watch"', Term("topic", "acme watch")),
        ('tag:"a, b"', Term("tag", "a, b")),
        ("source:press*", Prefix("source", "press")),
        ("label:tone=angry", Term("label", "tone=angry")),
        ("status:KEPT", Term("status", "kept")),
        ("phones", Inflected("text", "phones")),
        ("title:Phones,", Inflected("title", "phones")),
        ("(phones)", Inflected("text", "phones")),
        ("ab", Term("text", "ab")),
        ("mp3", Term("text", "mp3")),
        ("author:phones", Term("author", "phones")),
        ("=Phones", Term("text", "phones")),
        ("title:(=Phones)", Term("title", "phones")),
        ("=coca-cola", Phrase("text", ("coca", "cola"))),
        ("=#Tag", Term("text", "#tag")),
        ("==Ştefan", Written("text", "ștefan")),
        ("title:==Ana,", Written("title", "ana")),
        ("==日本語", Phrase("text", ("日本", "本語"))),
        ("ac*me", Wildcard("text", "ac*me")),
        ("Ș*n", Wildcard("text", "s*n")),
        ("*phone", Wildcard("text", "*phone")),
        ("**phone**", Wildcard("text", "*phone*")),
        ("a?me", Wildcard("text", "a?me")),
        ("acm?*", Wildcard("text", "acm?*")),
        ("a*?*?b", Wildcard("text", "a??*b")),
        ("acm**", Prefix("text", "acm")),
        ("#Ac*me", Wildcard("text", "#ac*me")),
        ("@a*@social.example", Wildcard("text", "@a*@social.example")),
        ("author:*Pop", Wildcard("author", "*pop")),
        ("हि*दी", Wildcard("text", "हि*दी")),
        ("topic:Ac*me", Wildcard("topic", "ac*me")),
        ("topic:*me,x*", Or((Wildcard("topic", "*me"), Prefix("topic", "x")))),
        ('topic:"Ac*me"', Term("topic", "ac*me")),
        ('tag:"why?"', Term("tag", "why?")),
        ("is b?", And((Term("text", "is"), B))),
        ("a title:b?", And((A, Term("title", "b")))),
        ("a b?!", And((A, B))),
        ('"b?"', B),
        ("has:Image,link", Or((Term("has", "image"), Term("has", "link")))),
        ("site:Acme.Example", Term("domain", "acme.example")),
        ("url:phones", Term("url", "phones")),
        ("url:acme.example/a?b=c#d", Phrase("url", ("acme", "example", "a"))),
        ("url:HTTPS://acme.example/~ana:80", Phrase("url", ("acme", "example", "ana", "80"))),
        ("(url:https://acme.example/Acme_(inc))", Phrase("url", ("acme", "example", "acme", "inc"))),
        ('url:"https://acme.example/a b"', Phrase("url", ("acme", "example", "a", "b"))),
        ("url:*acm?e", Wildcard("url", "*acm?e")),
        ("url:[x]", Term("url", "x")),
    ],
)
def test_words_and_values(text: str, expected: Node) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("likes:5", Range("likes", 5, 5)),
        ("likes:>5", Range("likes", 5, None, low_open=True)),
        ("likes:>=5", Range("likes", 5, None)),
        ("followers:<5", Range("followers", None, 5, high_open=True)),
        ("followers:<=5", Range("followers", None, 5)),
        ("likes:[10 to 20]", Range("likes", 10, 20)),
        ("likes:=5", Range("likes", 5, 5)),
        ("engagement:>=100", Range("engagement", 100, None)),
        ("reposts:>1", Range("shares", 1, None, low_open=True)),
        ("comments:0", Range("replies", 0, 0)),
        ("views:[to 9]", Range("views", None, 9)),
        ("likes:{10 TO 20}", Range("likes", 10, 20, low_open=True, high_open=True)),
        ("likes:[10 to]", Range("likes", 10, None)),
        ("likes:[to 20}", Range("likes", None, 20, high_open=True)),
        ("published:2026", Range("published", day(1, 1), datetime(2027, 1, 1, tzinfo=UTC), high_open=True)),
        ("published:2026-06", Range("published", day(6, 1), day(7, 1), high_open=True)),
        ("date:2026-06-15", Range("published", day(6, 15), day(6, 16), high_open=True)),
        ("published:2026-06-15T10", Range("published", day(6, 15, 10), day(6, 15, 11), high_open=True)),
        ("published:>2026-06-15", Range("published", day(6, 16), None)),
        ("published:>=2026-06-15", Range("published", day(6, 15), None)),
        ("published:<2026-06-15", Range("published", None, day(6, 15), high_open=True)),
        ("published:<=2026-06-15", Range("published", None, day(6, 16), high_open=True)),
        ("published:[2026-01-01 to 2026-02-01]", Range("published", day(1, 1), day(2, 2), high_open=True)),
        ("published:{2026-01-01 to 2026-02-01}", Range("published", day(1, 2), day(2, 1), high_open=True)),
        ("published:today", Range("published", day(6, 17), day(6, 18), high_open=True)),
        ('published:>"3 days ago"', Range("published", NOW - timedelta(days=3), None, low_open=True)),
        ('seen:>"1 hour ago"', Range("seen", NOW - timedelta(hours=1), None, low_open=True)),
        ("collected:today", Range("seen", day(6, 17), day(6, 18), high_open=True)),
        ('published:["last week" to today]', Range("published", day(6, 8), day(6, 18), high_open=True)),
        ('published:[october to "5 november 2026"]', Range("published", day(10, 1), day(11, 6), high_open=True)),
    ],
)
def test_numbers_and_dates(text: str, expected: Node) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-02", "2024-02-01T00:00:00", "2024-03-01T00:00:00"),
        ("2026-06-15T10:30", "2026-06-15T10:30:00", "2026-06-15T10:31:00"),
        ("2026-06-15T10:30:05Z", "2026-06-15T10:30:05", "2026-06-15T10:30:06"),
        ("2026-06-15T00:30+02:00", "2026-06-14T22:30:00", "2026-06-14T22:31:00"),
        ("yesterday", "2026-06-16T00:00:00", "2026-06-17T00:00:00"),
        ("15 june 2026", "2026-06-15T00:00:00", "2026-06-16T00:00:00"),
        ("this week", "2026-06-15T00:00:00", "2026-06-22T00:00:00"),
        ("last month", "2026-05-01T00:00:00", "2026-06-01T00:00:00"),
        ("last year", "2025-01-01T00:00:00", "2026-01-01T00:00:00"),
        ("a month ago", "2026-05-17T12:30:00", "2026-05-17T12:30:00"),
        ("2 hours ago", "2026-06-17T10:30:00", "2026-06-17T10:30:00"),
    ],
)
def test_dates_as_people_write_them(text: str, start: str, end: str) -> None:
    period = read_period(text, NOW)
    assert period is not None
    assert (period.start.isoformat(), period.end.isoformat()) == (f"{start}+00:00", f"{end}+00:00")


def test_a_month_ago_is_the_last_day_of_a_shorter_month() -> None:
    period = read_period("1 month ago", datetime(2026, 3, 31, tzinfo=UTC))
    assert period is not None
    assert period.start == day(2, 28)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-30", "2026-06-15T25", "999999 years ago", "soon", "", "2026-06-15 garbage"]
)
def test_dates_that_do_not_exist(text: str) -> None:
    assert read_period(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "position", "part", "proposal"),
    [
        ('the "acme', 4, "never closed", 'the "acme"'),
        ("a (b", 2, "never closed", ""),
        ("a b)", 3, "never opened", ""),
        ("a ()", 2, "nothing between", ""),
        ("a AND", 2, "must follow AND", ""),
        ("OR a", 0, "must stand before OR", ""),
        ("a AND OR b", 6, "leave one", ""),
        ("NOT NOT a", 4, "NOT NOT", ""),
        ("a (NOT)", 3, "must follow NOT", ""),
        ("ok titel:acme", 3, "Did you mean 'title'?", 'ok "titel:acme"'),
        ("see https://acme.example/x", 4, "quotation marks", 'see "https://acme.example/x"'),
        ("title: acme", 0, "Nothing follows title:", ""),
        ("lang:es,", 7, "value is missing", ""),
        ("published:2026-02-30", 10, "no date", ""),
        ("likes:>many", 7, "whole numbers", ""),
        ("likes:[1 to 2", 6, "never closed", ""),
        ("likes:[20 to 10]", 6, "ends before it begins", ""),
        ("likes:[to]", 6, "at least one end", ""),
        ("title:[a to b]", 6, "number or date field", ""),
        ("a <b", 2, "compare numbers and dates", ""),
        ("acme~", 4, "1 or 2", "acme~1"),
        ("acme~3", 4, "1 or 2", "acme~1"),
        ("lang:en~1", 7, "whole values", ""),
        ("coca-cola~1", 0, "one plain word", ""),
        ('"a b"~51', 5, "number from 0 to 50", ""),
        ('"a b c d e f"~40', 0, "too many possibilities", ""),
        ("coca-co*", 0, "single word only", "coca co*"),
        ("a title:coca-co*", 8, "single word only", "a title:(coca co*)"),
        ("co*a-cola", 0, "single word only", "co*a cola"),
        ("url:acme.example/ph*", 4, "single word only", "url:(acme example ph*)"),
        ("a **", 2, "at least one letter", ""),
        ("#*", 0, "at least one letter", ""),
        ("title:*", 6, "at least one letter", ""),
        ("tag:?*", 4, "at least one letter", ""),
        ("*日本*", 0, "leave the wildcards out", "日本"),
        ("日本?語", 0, "leave the wildcards out", "日本語"),
        ("a*" * 11, 0, "at most 10 wildcards", ""),
        ("a ac*me~1", 7, "not both", ""),
        ("=acme~1", 0, "one plain word", ""),
        ('"acme"*', 6, "without quotation marks", ""),
        ("acm?", 3, "leave it out", "acm"),
        ("acm? b", 3, "leave it out", "acm b"),
        ("tag:why?", 4, "quotation marks", 'tag:"why?"'),
        ('a ="b c"', 2, "before a single word", 'a "b c"'),
        ('=="b c"', 0, "before a single word", ""),
        ("a =acm*", 2, "use wildcards", "a acm*"),
        ("==coca-cola", 0, "single plain word", "==coca ==cola"),
        ("title:==coca-cola", 6, "single plain word", "title:(==coca ==cola)"),
        ("==#tag", 0, "single plain word", "==tag"),
        ("author:==Ana", 7, "title only", "author:=Ana"),
        ("==", 0, "no word", ""),
        ("tag:=press", 4, "without =", "tag:press"),
        ("has:images", 4, "Did you mean 'image'?", ""),
        ("kind:x*", 5, "no value like", ""),
        ("domain:https://acme.example/x", 7, "no domain", "domain:acme.example"),
        ("domain:a.example,acme.example/x", 17, "no domain", "domain:a.example,acme.example"),
        ("url:*", 4, "at least one letter", ""),
        ("seen:soon", 5, "no date", ""),
        ("shares:many", 7, "whole numbers", ""),
        ("acme^2", 4, "weighted", "acme"),
        ("a -b", 2, "Write NOT", "a NOT b"),
        ('-"a b"', 0, "Write NOT", 'NOT "a b"'),
        ("a +b", 2, "not needed", "a b"),
        ("a && b", 2, "Write AND", "a AND b"),
        ("a || b", 2, "Write OR", "a OR b"),
        ("a ANDNOT b", 2, "Write AND NOT", "a AND NOT b"),
        ("a … b", 2, "no word in '…'", ""),
        ('a"b"', 1, "space is missing", 'a "b"'),
        ("status:dnoe", 7, "Did you mean 'done'?", ""),
        ("kind:pots", 5, "Did you mean 'post'?", ""),
        ("a\0b", 1, "null", ""),
        ("x" * (MAX_LENGTH + 1), 0, "at most 10,000", ""),
        ("(" * (MAX_DEPTH + 1), MAX_DEPTH, "100 deep", ""),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_way_out(text: str, position: int, part: str, proposal: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, now=NOW)
    assert part in caught.value.message
    assert (caught.value.position, caught.value.proposal) == (position, proposal)
    if proposal:
        parse(proposal, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 4_999,
        "(a) OR " * 1_400 + "a",
        "(" * 100 + "a" + ")" * 100,
        "lang:" + "a," * 4_900 + "b",
        "a* " * 3_300,
        '"a" ' * 2_500,
        "*a " * 3_300,
        "url:a" + ")" * 9_000 + "(" * 900,
        "=" * 4_000 + "a",
        "a?" + "." * 4_000 + "*",
    ],
)
def test_long_queries_are_read_or_refused_quickly(text: str) -> None:
    began = time.process_time()
    with suppress(QueryError):
        assert parse(text, now=NOW).text == text
    assert time.process_time() - began < 3


def test_plain_words_mean_the_same_with_and_without_the_grammar() -> None:
    for text in ("acme", "#tag coca-cola's @a.b 日", "Ștefan, and 3.50", "=acme *phone a?b ==Ana *"):
        assert read(text) == read(f"({text})")


def test_plain_words_load_no_grammar() -> None:
    program = "import sys; from hubbub.core.parsing import parse; parse('acme =phone ac*e'); print('whoosh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "False"
