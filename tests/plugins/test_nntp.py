"""Newsgroups: from a small server that plays failures, and from a real INN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import news_server
import pytest
from certificates import certificate
from hypothesis import given
from hypothesis import strategies as st
from news_server import FakeNews, Inn

from hubbub.core.contracts import Fetcher
from hubbub.core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey, SourceRefused, SourceUnreachable
from hubbub.core.values import MentionKind
from hubbub.plugins.sources._lines import Lines
from hubbub.plugins.sources._mail import header_text, read_mail
from hubbub.plugins.sources.nntp import NntpFetcher, NntpOptions, map_article
from hubbub.testing.api_contract import SECRET
from hubbub.testing.source_contract import SourceContract
from hubbub.testing.sources import Collected, build, collect, context


def article(number: int, text: bytes = b"The acme phone.", **headers: str | bytes) -> bytes:
    named: dict[str, str | bytes] = {
        "From": "=?utf-8?q?Ana_Nu=C3=B1ez?= <ana@acme.example>",
        "Newsgroups": "acme.test",
        "Subject": f"Acme {number}",
        "Message-ID": f"<{number}@acme.example>",
        "Date": "Sat, 13 Jun 2026 09:00:00 +0200 (CEST)",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [name.encode() + b": " + (value.encode() if isinstance(value, str) else value) for name, value in named.items()]
    return b"\r\n".join([*lines, b"", text])


ARTICLES = {
    3: article(3),
    4: article(4, "Bateria ține două zile.".encode("iso-8859-16"), Content_Type="text/plain; charset=iso-8859-16"),
    5: article(5, "Η μπαταρία αντέχει.".encode(), References="<3@acme.example>\r\n <4@acme.example>"),
    6: article(6, "Todavía: ñandú € 5".encode("cp1252"), Subject="¿Qué tal la batería?".encode("iso-8859-1")),
    7: article(7, b"> quoted\r\n.\r\n..dots at the beginning\r\n-- \r\nAna"),
    8: article(8, b"=ybegin line=128 size=4 name=a.bin\r\nxxxx\r\n=yend size=4"),
    9: article(9, b"x", Control="cancel <3@acme.example>"),
}


@pytest.fixture
def news() -> Iterator[FakeNews]:
    with FakeNews({"acme.test": ARTICLES, "acme.empty": {}}) as server:
        yield server


def make(server: FakeNews | Inn, folder: Path, **options: Any) -> Fetcher:
    given = {"server": "127.0.0.1", "port": server.port, "tls": "none", "groups": ["acme.test"], **options}
    return build("nntp", given, context(folder))


def by_key(found: Collected) -> dict[str, Any]:
    return {mention.key.partition("@")[0]: mention for mention in found.mentions}


class TestNntp(SourceContract):
    plugin = "nntp"
    count = 5

    @pytest.fixture(autouse=True)
    def _news(self, news: FakeNews) -> None:
        self.news = news

    def make(self, folder: Path) -> Fetcher:
        return make(self.news, folder)


def test_articles_are_read_in_every_encoding(news: FakeNews, tmp_path: Path) -> None:
    found = by_key(collect(make(news, tmp_path)))
    first = found["3"]
    assert (first.ref, first.kind, first.title) == ("nntp:3@acme.example", MentionKind.POST, "Acme 3")
    assert first.published is not None
    assert first.published.isoformat() == "2026-06-13T07:00:00+00:00"
    assert first.author is not None
    assert first.author.name == "Ana Nuñez"
    assert "ana@" not in repr(first.author)
    assert found["4"].text == "Bateria ține două zile."
    assert (found["6"].title, found["6"].text) == ("¿Qué tal la batería?", "Todavía: ñandú € 5")
    answer = found["5"]
    assert (answer.kind, answer.thread, answer.parent) == (MentionKind.COMMENT, "nntp:3@acme.example", "nntp:4@acme.example")
    assert found["7"].text == "> quoted\n.\n..dots at the beginning\n--\nAna"


def test_the_next_run_reads_only_what_is_new(news: FakeNews, tmp_path: Path) -> None:
    first = collect(make(news, tmp_path))
    news.groups["acme.test"][12] = article(12)
    news.asked.clear()
    again = collect(make(news, tmp_path), first.cursor)
    assert list(by_key(again)) == ["12"]
    assert [command for command in news.asked if command.startswith("ARTICLE")] == ["ARTICLE 12"]


@pytest.mark.parametrize("numbers", [{1: 21, 2: 22}, {8: 28, 9: 29, 10: 30}], ids=["fewer", "as many"])
def test_a_server_that_counts_anew_is_noticed(news: FakeNews, tmp_path: Path, numbers: dict[int, int]) -> None:
    """By a highest number below ours, or by another article under the number that we read last."""
    first = collect(make(news, tmp_path))
    news.groups["acme.test"] = {number: article(name) for number, name in numbers.items()}
    assert set(by_key(collect(make(news, tmp_path), first.cursor))) == {str(name) for name in numbers.values()}


def test_the_first_run_goes_back_so_far_and_no_farther(news: FakeNews, tmp_path: Path) -> None:
    news.groups["acme.test"][1] = article(1, Date="Sat, 13 Jun 2020 09:00:00 +0000")
    assert "1" not in by_key(collect(make(news, tmp_path)))
    assert set(by_key(collect(make(news, tmp_path, max_articles=4)))) == {"6", "7"}


def test_many_articles_come_in_batches_and_a_kill_between_loses_none(news: FakeNews, tmp_path: Path) -> None:
    news.groups["acme.test"] = {number: article(number) for number in range(1, 251)}
    whole = collect(make(news, tmp_path))
    assert [len(batch.mentions) for batch in whole.batches] == [100, 100, 50]
    rest = collect(make(news, tmp_path), whole.batches[0].cursor)
    assert len(rest.mentions) == 150


def test_a_group_that_is_not_there_does_not_stop_the_others(news: FakeNews, tmp_path: Path) -> None:
    found = collect(make(news, tmp_path, groups=["acme.gone", "acme.test", "acme.empty"]))
    assert len(found.mentions) == 5
    assert [failure.item for failure in found.failures] == ["acme.gone"]
    with pytest.raises(SourceGone, match=r"no group 'acme\.gone'"):
        collect(make(news, tmp_path, groups=["acme.gone"]))


def test_old_servers_know_xover_or_no_overview_at_all(news: FakeNews, tmp_path: Path) -> None:
    news.answering = lambda command: b"500 what?\r\n" if "OVER" in command else None
    first = collect(make(news, tmp_path))
    assert len(first.mentions) == 5
    assert collect(make(news, tmp_path), first.cursor).unchanged


def test_a_login(news: FakeNews, tmp_path: Path) -> None:
    login = {"username": "desk", "password": SECRET}
    news.answering = lambda command: {"AUTHINFO USER desk": b"381 go on\r\n", f"AUTHINFO PASS {SECRET}": b"281 ok\r\n"}.get(
        command
    )
    assert len(collect(make(news, tmp_path, **login)).mentions) == 5
    news.answering = lambda command: (
        {"AUTHINFO USER desk": b"381 go on\r\n"}.get(command)
        or (f"481 {SECRET} is wrong\r\n".encode() if "AUTHINFO" in command else None)
    )
    with pytest.raises(SourceNeedsKey, match="does not accept this user name") as caught:
        collect(make(news, tmp_path, **login))
    assert SECRET not in f"{caught.value} {caught.value.said}"
    news.answering = lambda command: b"480 who are you?\r\n" if command.startswith("GROUP") else None
    with pytest.raises(SourceNeedsKey, match="asks for a login"):
        collect(make(news, tmp_path))


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"400 too many connections\r\n", SourceUnreachable),
        (b"502 you may not\r\n", SourceRefused),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", SourceBroken),
        (b"* OK IMAP ready\r\n", SourceBroken),
        (b"\xff\x00" * 50 + b"\r\n", SourceBroken),
        (b"2" * 200_000, SourceBroken),
    ],
    ids=["busy", "refused", "web", "mail", "noise", "endless"],
)
def test_what_a_server_says_at_first(news: FakeNews, tmp_path: Path, greeting: bytes, kind: type[SourceError]) -> None:
    news.greeting = greeting
    with pytest.raises(kind) as caught:
        collect(make(news, tmp_path))
    assert type(caught.value) is kind
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("GROUP", b"211 many few none\r\n", SourceBroken),
        ("GROUP", b"", SourceUnreachable),
        ("OVER", b"224 follows\r\n3\tSub", SourceUnreachable),
        ("ARTICLE", b"220 3 <x>\r\nFrom: a", SourceUnreachable),
        ("ARTICLE", b"noise\r\n", SourceBroken),
        ("ARTICLE", b"403 disk\r\n", SourceBroken),
    ],
)
def test_a_server_that_breaks_off_or_babbles(
    news: FakeNews, tmp_path: Path, command: str, answer: bytes, kind: type[SourceError]
) -> None:
    def answering(asked: str) -> bytes | None:
        if not asked.startswith(command):
            return None
        news.answering = lambda _: b""  # after what it said, it closes the connection
        return answer

    news.answering = answering
    with pytest.raises(kind):
        collect(make(news, tmp_path))
    news.answering = lambda _: None
    assert len(collect(make(news, tmp_path)).mentions) == 5


def test_a_long_article_is_left_out(news: FakeNews, tmp_path: Path) -> None:
    news.groups["acme.test"][10] = article(10, b"x\r\n" * 300_000)
    news.answering = lambda command: b"500 what?\r\n" if "OVER" in command else None
    assert "10" not in by_key(collect(make(news, tmp_path)))


def test_a_server_that_drips_is_given_up(news: FakeNews, tmp_path: Path) -> None:
    """However often a byte comes, a line has only so long."""

    class Dripping:
        def recv(self, most: int) -> bytes:
            return b"2"

        def sendall(self, data: bytes) -> None: ...

    lines = Lines(Dripping(), "news.example", seconds=0.0)  # pyright: ignore[reportArgumentType]
    with pytest.raises(SourceUnreachable, match="too long"):
        lines.line()


def test_check_and_no_encryption_offered(news: FakeNews, tmp_path: Path) -> None:
    fetcher: Any = make(news, tmp_path)
    assert fetcher.check() == "127.0.0.1 answers; it has acme.test (7 articles)."
    with pytest.raises(SourceRefused, match="STARTTLS"):
        collect(make(news, tmp_path, tls="starttls", username="desk", password=SECRET))
    assert not any(SECRET in command for command in news.asked)
    with pytest.raises(SourceUnreachable, match="encrypted"):
        collect(make(news, tmp_path, tls="tls"))


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_over_tls(news: FakeNews, tmp_path: Path, tls: str) -> None:
    """The password goes over the encrypted connection only, and to nobody who cannot prove who they are."""
    news.tls, trust = certificate(tmp_path)
    news.starttls = tls == "starttls"
    answers = {"AUTHINFO USER desk": b"381 go on\r\n", f"AUTHINFO PASS {SECRET}": b"281 ok\r\n"}
    news.answering = answers.get
    given = {"server": "127.0.0.1", "port": news.port, "tls": tls, "groups": ["acme.test"], "username": "desk"}
    options = NntpOptions.model_validate({**given, "password": SECRET})
    assert len(collect(NntpFetcher(options, context(tmp_path), trust)).mentions) == 5
    news.asked.clear()
    with pytest.raises(SourceUnreachable, match="cannot prove"):
        collect(NntpFetcher(options, context(tmp_path)))
    assert not any("AUTHINFO" in command for command in news.asked)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reading_fail(content: bytes) -> None:
    mail = read_mail(b"From: a\r\nSubject: " + content)
    map_article({"group": "g", **mail.raw})
    header_text(content.decode("utf-8", "surrogateescape"))


def test_encoded_words() -> None:
    assert header_text("=?utf-8?b?TsO6w7Fleg==?=\r\n =?utf-8?q?_y_m=C3=A1s?= end") == "Núñez y más end"
    assert header_text("=?x-none?q?a?= =?utf-8?b?!!!?=") == "a"


@pytest.fixture(scope="module")
def inn() -> Iterator[Inn]:
    if reason := news_server.missing():
        pytest.skip(reason)
    with Inn("acme.test", "acme.es") as server:
        yield server


@pytest.mark.server
def test_a_real_inn(inn: Inn, tmp_path: Path) -> None:
    inn.post(
        article(1, b"First line\r\n..dots"),
        article(2, "La batería dura".encode("iso-8859-1"), References="<1@acme.example>", Newsgroups="acme.test,acme.es"),
        article(3, b"spam", Subject="=?utf-8?b?zpcgzrzPgM6xz4TOsc+Bzq/OsQ==?=", Date="Wed, 10 Jun 2026 10:00:00 GMT"),
    )
    fetcher = make(inn, tmp_path, groups=["acme.test", "acme.es"])
    found = collect(fetcher)
    assert found.failures == []
    mentions = by_key(found)
    assert set(mentions) == {"1", "2", "3"}
    assert mentions["1"].text == "First line\n.dots"
    assert (mentions["2"].text, mentions["2"].parent) == ("La batería dura", "nntp:1@acme.example")
    assert mentions["3"].title == "Η μπαταρία"
    inn.post(article(4))
    assert list(by_key(collect(make(inn, tmp_path, groups=["acme.test", "acme.es"]), found.cursor))) == ["4"]
    checked: Any = fetcher
    assert "acme.test (4 articles)" in checked.check()
    with pytest.raises(SourceNeedsKey):
        collect(make(inn, tmp_path, username="desk", password=SECRET))
