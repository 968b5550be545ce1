"""A mailbox: from a small server that plays failures, and from a real Dovecot."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mail_server
import pytest
from certificates import certificate
from hypothesis import given
from hypothesis import strategies as st
from mail_server import PASSWORD, Dovecot, FakeMail
from pydantic import ValidationError

from hubbub.core.contracts import Fetcher
from hubbub.core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey, SourceRefused, SourceUnreachable
from hubbub.core.values import MentionKind
from hubbub.plugins.sources._alert_mails import hits_in, unwrapped
from hubbub.plugins.sources.imap import ImapFetcher, ImapOptions, _folder_name
from hubbub.testing.source_contract import SourceContract
from hubbub.testing.sources import Collected, build, collect, context


def mail(number: int, text: str = "The acme phone.", kind: str = "text/plain", **headers: str) -> bytes:
    named = {
        "From": '"Ana of Acme" <ana@acme.example>',
        "To": "desk@example.org",
        "Subject": f"Acme {number}",
        "Message-ID": f"<{number}@acme.example>",
        "Date": "Sat, 13 Jun 2026 09:00:00 +0200",
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Transfer-Encoding": "base64",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join([*lines, "", b64encode(text.encode()).decode()]).encode()


def redirect(url: str) -> str:
    return f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={url}&amp;ct=ga&amp;cd=CAEY&amp;usg=AOvVaw0"


ALERT = f"""<html><head><script type="application/json">{{"a": "b"}}</script></head><body><table>
<tr><td><a href="https://www.google.com/alerts?hl=en">Google Alerts</a> acme · daily</td></tr>
<tr itemscope itemtype="http://schema.org/Article"><td>
<a href="{redirect("https://press.example/acme%3Fid%3D1%26utm_source%3Dga")}" itemprop="url">
<span itemprop="name"><b>Acme</b> phone lasts</span></a>
<div itemprop="publisher" itemscope><a><span itemprop="name">The Press</span></a></div>
<div itemprop="description">Two days, <b>acme</b> says&nbsp;...</div>
<a href="https://www.google.com/alerts/share?hl=en&amp;ru=https://press.example/acme&amp;ss=fb">share</a>
<a href="https://www.google.com/alerts/feedback?ffu=https://press.example/acme">Flag as irrelevant</a></td></tr>
<tr><td><a href="{redirect("https://diario.example/acme")}">La batería de Acme</a>
<div itemprop="description">dura dos días</div></td></tr>
</table><a href="https://www.google.com/alerts/edit">Edit this alert</a></body></html>"""

GOOGLE = {"From": "Google Alerts <googlealerts-noreply@google.com>", "kind": "text/html"}
MAILS = {
    11: mail(1, "<h1>Știri</h1><p>Telefonul <b>acme</b></p>", "text/html", List_Id='"Acme News" <news.acme.example>'),
    12: mail(2, "Η μπαταρία της acme", References="<1@acme.example>", Subject="=?utf-8?q?Re:_bater=C3=ADa?="),
    15: mail(3, ALERT, **GOOGLE),
}


@pytest.fixture
def server() -> Iterator[FakeMail]:
    with FakeMail({"INBOX": MAILS, "Empty": {}}) as running:
        yield running


def make(server: FakeMail | Dovecot, folder: Path, **options: Any) -> Fetcher:
    given = {"server": "127.0.0.1", "port": server.port, "tls": "none", "username": "desk", "password": PASSWORD, **options}
    return build("imap", given, context(folder))


class TestImap(SourceContract):
    plugin = "imap"
    count = 4

    @pytest.fixture(autouse=True)
    def _server(self, server: FakeMail) -> None:
        self.server = server

    def make(self, folder: Path) -> Fetcher:
        return make(self.server, folder)


def titles(found: Collected) -> list[str]:
    return [mention.title for mention in found.mentions]


def test_newsletters_answers_and_alerts(server: FakeMail, tmp_path: Path) -> None:
    letter, answer, first, second = collect(make(server, tmp_path)).mentions
    assert (letter.ref, letter.kind, letter.text) == ("mail:1@acme.example", MentionKind.ARTICLE, "Știri\n\nTelefonul acme")
    assert letter.author is not None
    assert (letter.author.key, letter.author.name) == ("news.acme.example", "Acme News")
    assert (answer.title, answer.kind, answer.parent) == ("Re: batería", MentionKind.COMMENT, "mail:1@acme.example")
    assert answer.author is not None
    assert "ana@" not in repr(answer.author)
    assert (first.platform, first.url) == ("web", "https://press.example/acme?id=1&utm_source=ga")
    assert (first.title, first.text) == ("Acme phone lasts", "Two days, acme says ...")
    assert first.author is not None
    assert first.author.name == "The Press"
    assert (second.url, second.title, second.text) == ("https://diario.example/acme", "La batería de Acme", "dura dos días")


def test_the_next_run_reads_only_what_is_new_and_marks_nothing(server: FakeMail, tmp_path: Path) -> None:
    first = collect(make(server, tmp_path))
    assert not [command for command in server.asked if command.startswith(("SELECT", "STORE", "UID STORE"))]
    server.folders["INBOX"][20] = mail(20)
    server.asked.clear()
    again = collect(make(server, tmp_path), first.cursor)
    assert titles(again) == ["Acme 20"]
    assert [command for command in server.asked if "FETCH" in command] == ["UID FETCH 20 (BODY.PEEK[]<0.2000000>)"]
    server.validity = 8
    assert len(collect(make(server, tmp_path), again.cursor).mentions) == 5


def test_a_long_mailbox_is_read_over_several_runs(server: FakeMail, tmp_path: Path) -> None:
    server.folders["INBOX"] = {number: mail(number) for number in range(1, 60)}
    first = collect(make(server, tmp_path, max_mails=50))
    assert [len(batch.mentions) for batch in first.batches] == [20, 20, 10]
    assert len(collect(make(server, tmp_path), first.cursor).mentions) == 9


def test_an_empty_folder_stays_new(server: FakeMail, tmp_path: Path) -> None:
    """Its first mails are read as those of a first run: only so far back."""
    first = collect(make(server, tmp_path, folders=["Empty"]))
    assert first.unchanged
    server.asked.clear()
    collect(make(server, tmp_path, folders=["Empty"]), first.cursor)
    assert "UID SEARCH SINCE 15-May-2026" in server.asked


def test_a_folder_that_is_not_there(server: FakeMail, tmp_path: Path) -> None:
    found = collect(make(server, tmp_path, folders=["INBOX", "Știri"]))
    assert len(found.mentions) == 4
    assert [failure.item for failure in found.failures] == ["Știri"]
    with pytest.raises(SourceGone, match="no folder"):
        collect(make(server, tmp_path, folders=["Știri"]))
    assert _folder_name('Știri & "co"') == '"&Ahg-tiri &- \\"co\\""'


def test_an_alert_without_hits_is_told_and_kept(server: FakeMail, tmp_path: Path) -> None:
    server.folders["INBOX"] = {1: mail(1, "<p>no links</p>", **GOOGLE), 2: mail(2)}
    found = collect(make(server, tmp_path))
    assert titles(found) == ["Acme 2"]
    assert "no hit was found" in found.failures[0].message
    assert isinstance(found.failures[0].raw, dict)


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (b"TAG NO [AUTHENTICATIONFAILED] s3cret-Of-The-Desk is wrong\r\n", "does not accept this user name and password"),
        (b"TAG NO [ALERT] Application-specific password required\r\n", "app password instead"),
        (b"TAG NO [ALERT] Your account is not enabled for IMAP use.\r\n", "IMAP is turned off"),
    ],
)
def test_why_a_login_fails(server: FakeMail, tmp_path: Path, said: bytes, match: str) -> None:
    server.answering = lambda command: said if command.startswith("LOGIN") else None
    with pytest.raises(SourceNeedsKey, match=match) as caught:
        collect(make(server, tmp_path))
    assert PASSWORD not in f"{caught.value} {caught.value.said}"


def test_a_token_logs_in_with_xoauth2(server: FakeMail, tmp_path: Path) -> None:
    server.capabilities = "IMAP4rev1 AUTH=XOAUTH2"
    sent = b64encode(f"user=desk\x01auth=Bearer {PASSWORD}\x01\x01".encode()).decode()
    assert len(collect(make(server, tmp_path, password="", token=PASSWORD)).mentions) == 4
    assert sent in server.asked


def test_passwords_are_not_sent_where_they_could_be_read(server: FakeMail, tmp_path: Path) -> None:
    server.capabilities = "IMAP4rev1 LOGINDISABLED"
    with pytest.raises(SourceNeedsKey, match="encrypted"):
        collect(make(server, tmp_path))
    with pytest.raises(SourceRefused, match="STARTTLS"):
        collect(make(server, tmp_path, tls="starttls"))
    with pytest.raises(SourceUnreachable, match="encrypted"):
        collect(make(server, tmp_path, tls="tls"))
    assert not any(PASSWORD in command for command in server.asked)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_over_tls(server: FakeMail, tmp_path: Path, tls: str) -> None:
    """The password goes over the encrypted connection only, and to nobody who cannot prove who they are."""
    server.tls, trust = certificate(tmp_path)
    server.starttls = tls == "starttls"
    server.capabilities = "IMAP4REV1 STARTTLS"
    server.greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n" if server.starttls else server.greeting
    given = {"server": "127.0.0.1", "port": server.port, "tls": tls, "username": "desk", "password": PASSWORD}
    options = ImapOptions.model_validate(given)
    assert len(collect(ImapFetcher(options, context(tmp_path), trust)).mentions) == 4
    server.asked.clear()
    with pytest.raises(SourceUnreachable, match="cannot prove"):
        collect(ImapFetcher(options, context(tmp_path)))
    assert not any("LOGIN" in command for command in server.asked)


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("", b"* BYE busy\r\n", SourceBroken),
        ("", b"200 news ready\r\n", SourceUnreachable),
        ("", b"HTTP/1.1 400 Bad Request\r\n\r\n", SourceUnreachable),
        ("EXAMINE", b"* 3 EXI", SourceUnreachable),
        ("UID SEARCH", b"TAG NO no\r\n", SourceBroken),
        ("UID FETCH", b"* 1 FETCH (UID 11 BODY[]<0> {99999999}\r\nx", SourceUnreachable),
        ("UID FETCH", b"TAG BAD what?\r\n", SourceBroken),
        ("UID FETCH", b"x" * 25_000_000, SourceUnreachable),
    ],
    ids=["busy", "news", "web", "cut", "no search", "cut mail", "no fetch", "endless"],
)
def test_a_server_that_babbles(server: FakeMail, tmp_path: Path, command: str, answer: bytes, kind: type[SourceError]) -> None:
    if not command:
        server.greeting = answer
        server.answering = lambda _: b""
    else:
        server.answering = lambda asked: answer if asked.startswith(command) else None
    with pytest.raises(kind) as caught:
        collect(make(server, tmp_path))
    assert len(str(caught.value)) > 20
    assert PASSWORD not in str(caught.value)


def test_options_need_a_password() -> None:
    with pytest.raises(ValidationError, match="neither password nor token"):
        ImapOptions(server="imap.example", username="desk")


def test_check(server: FakeMail, tmp_path: Path) -> None:
    fetcher: Any = make(server, tmp_path)
    assert fetcher.check() == "127.0.0.1 lets us in; INBOX has 3 mails."
    assert PASSWORD not in repr(fetcher)


def test_redirects_of_alert_services() -> None:
    assert unwrapped("https://www.google.com/url?sa=t&url=https://a.example/x%3Fy%3D1") == "https://a.example/x?y=1"
    assert unwrapped("https://www.google.ro/url?q=https://a.example/") == "https://a.example/"
    assert unwrapped("https://google.example/url?q=https://a.example/") == "https://google.example/url?q=https://a.example/"
    assert unwrapped("https://www.google.com/url?url=javascript:alert(1)").startswith("https://www.google.com/")
    assert unwrapped("http://[bad") == ""


def test_a_plain_alert() -> None:
    text = (
        "=== Web - 2 new results for [acme] ===\n\nAcme phone\nThe Press\nTwo days\n"
        "<https://www.google.com/url?rct=j&url=https://press.example/a&ct=ga>\n\n"
        "Otra cosa\nhttps://alerts.talkwalker.com/alerts/redirect?url=https%3A%2F%2Fdiario.example%2Fb\n\n"
        "Unsubscribe\n<https://www.google.com/alerts/remove?x=1>\n"
    )
    hits = hits_in("", text)
    assert [(hit.url, hit.title) for hit in hits] == [
        ("https://press.example/a", "Acme phone"),
        ("https://diario.example/b", "Otra cosa"),
    ]
    assert hits[0].text == "The Press\nTwo days"


@given(st.text(alphabet=st.sampled_from("<>a href=\"https://x.example/&;!-/='tdiv\n"), max_size=200))
def test_no_page_makes_the_reading_of_alerts_fail(html: str) -> None:
    hits_in(html, "")
    hits_in("", html)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if reason := mail_server.missing():
        pytest.skip(reason)
    with Dovecot() as running:
        yield running


@pytest.mark.server
def test_a_real_dovecot(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.add("ana", "INBOX", list(MAILS.values()))
    dovecot.add("ana", '"&Ahg-tiri"', [mail(4)])
    folders = ["INBOX", "Știri"]
    # Dovecot dates mails by when they came: now, not on the day that the tests' clock shows.
    found = collect(make(dovecot, tmp_path, username="ana", folders=folders))
    assert found.failures == []
    assert titles(found) == ["Acme 1", "Re: batería", "Acme phone lasts", "La batería de Acme", "Acme 4"]
    assert dovecot.unread("ana", "INBOX") == 3
    dovecot.add("ana", "INBOX", [mail(5)])
    assert titles(collect(make(dovecot, tmp_path, username="ana", folders=folders), found.cursor)) == ["Acme 5"]
    checked: Any = make(dovecot, tmp_path, username="ana")
    assert checked.check() == "127.0.0.1 lets us in; INBOX has 4 mails."
    with pytest.raises(SourceNeedsKey, match="does not accept"):
        collect(make(dovecot, tmp_path, username="ana", password="wrong"))
