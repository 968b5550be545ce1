"""The hits of alert mails (Google Alerts, Talkwalker): pure functions of a mail's HTML or text.

Their form is documented nowhere. What is relied upon: each hit is a link to another site, straight or through the service's own
redirect; its words are the title, and what follows up to the next hit describes it (mails of 2025).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from ...core.deciding import canonical_url
from ...core.htmltext import tidy
from ._raw import host_of

MAX_HITS = 500
_VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source", "track"})
_LINES = frozenset({"br", "div", "p", "tr", "td", "li", "table", "h1", "h2", "h3", "h4"})
_SILENT = frozenset({"script", "style", "title", "head"})
_SERVICES = re.compile(r"(?i)^(?:[\w-]+\.)*(?:google\.[a-z.]{2,6}|gstatic\.com|talkwalker\.com|hootsuite\.com|walls\.io)$")
_TARGETS = ("url", "q", "u", "target", "redirect", "link")
_PLAIN_HIT = re.compile(r"<?(https?://[^\s<>]+)>?")
_RULER = re.compile(r"^(?:={3,}|- - -|-{3,}|_{3,}).*")


@dataclass(frozen=True, slots=True)
class AlertHit:
    """A page that an alert names."""

    url: str
    title: str
    text: str
    publisher: str = ""


def service_of(address: str) -> str:
    """Whose alert mail this is, by its sender's address; empty where it is none."""
    name, _, host = address.lower().rpartition("@")
    if host == "google.com" and name.startswith("googlealerts"):
        return "google"
    if host == "talkwalker.com" or host.endswith(".talkwalker.com"):
        return "talkwalker"
    return ""


def unwrapped(url: str) -> str:
    """Where a redirect of an alert service leads; any other address as it is."""
    for _ in range(3):
        try:
            parts = urlsplit(url)
            if not _SERVICES.match(parts.hostname or ""):
                return url
            given = parse_qs(parts.query)
        except ValueError:
            return ""
        inner = next((given[name][0] for name in _TARGETS if name in given and given[name][0].startswith("http")), "")
        if not inner:
            return url
        url = inner
    return url


def hits_in(html: str, text: str) -> list[AlertHit]:
    """The hits of an alert mail in its order, each page once."""
    found: dict[str, AlertHit] = {}
    for hit in _in_html(html) if html else _in_text(text):
        page = canonical_url(hit.url)
        if page and hit.title and len(found) < MAX_HITS:
            found.setdefault(page, hit)
    return list(found.values())


def _is_hit(url: str) -> bool:
    host = host_of(url)
    return bool(host) and not _SERVICES.match(host)


class _Reader(HTMLParser):
    """Flattens a page to pieces: text, with the link and the property that it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str, str]] = []
        self._open: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self._add("\n")
        if tag in _VOID or len(self._open) > 500:
            return
        given = {name: value or "" for name, value in attrs}
        self._open.append((tag, given.get("href", "") if tag == "a" else "", given.get("itemprop", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self._add("\n")
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 50), -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        self._add(" ".join(data.split()) or " ")

    def _add(self, text: str) -> None:
        if any(tag in _SILENT for tag, _, _ in self._open[-50:]):
            return
        link = next((href for _, href, _ in reversed(self._open[-50:]) if href), "")
        names = [name for _, _, name in self._open[-50:] if name in ("publisher", "description")]
        self.pieces.append((link, names[-1] if names else "", text))


def _in_html(html: str) -> Iterator[AlertHit]:
    reader = _Reader()
    reader.feed(html[:2_000_000])
    reader.close()
    url = title = text = publisher = ""
    for link, name, words in reader.pieces:
        target = unwrapped(link) if link else ""
        if link and _is_hit(target) and name != "publisher" and words.strip():
            if target != url:
                yield AlertHit(url, " ".join(title.split()), _text(text), " ".join(publisher.split()))
                url, title, text, publisher = target, "", "", ""
            title = f"{title} {words}"
        elif name == "publisher":
            publisher = f"{publisher} {words}"
        elif link and words.strip():
            # A link of the service itself (share, flag, more): the hit ends here.
            yield AlertHit(url, " ".join(title.split()), _text(text), " ".join(publisher.split()))
            url = title = text = publisher = ""
        else:
            text += words if words == "\n" else f" {words}"
    yield AlertHit(url, " ".join(title.split()), _text(text), " ".join(publisher.split()))


def _in_text(text: str) -> Iterator[AlertHit]:
    """Of plain alerts: paragraphs that end with an address, the first line of each is its title."""
    for paragraph in re.split(r"\n\s*\n", text):
        link = _PLAIN_HIT.search(paragraph)
        target = unwrapped(link[1]) if link else ""
        if not link or not _is_hit(target):
            continue
        lines = [line.strip() for line in paragraph[: link.start()].split("\n") if line.strip() and not _RULER.match(line)]
        if lines:
            yield AlertHit(target, lines[0], "\n".join(lines[1:]))


def _text(text: str) -> str:
    return " ".join(tidy(text).split())
