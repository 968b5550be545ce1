"""The plain case, fast: well-formed RSS 2.0 and Atom in UTF-8 that use only the elements that most feeds use.

The C parser of the standard library reads these ten times faster than feedparser, and reading feeds is most of the cost of
collecting. Whatever is unusual (another format or encoding, a DOCTYPE, an element or a date that is not listed here, markup
that is not escaped) is left to feedparser as a whole; a test holds the two readers to the same mentions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from html.entities import entitydefs
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError, fromstring

Raw: TypeAlias = dict[str, Any]

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}comments"
THR_TOTAL = "{http://purl.org/syndication/thread/1.0}total"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_IGNORED = frozenset(
    {
        "{http://wellformedweb.org/CommentAPI/}commentRss",
        "{com-wordpress:feed-additions:1}post-id",
        f"{ATOM}link",
    }
)
"""Elements of an RSS item that give nothing."""
_HEAD = frozenset({"author", "managingeditor", "creator", "language"})
"""Elements that say something of a whole feed, under whatever prefix; only the plain ``language`` is read here."""

_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([^"']+)["']""")
_RFC822 = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT)")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
_CONTROL = re.compile("[\x80-\x9f]")
_ENTITY = re.compile(r"&(#?)(\w+);")


class Unusual(Exception):
    """This feed is feedparser's."""


def read_plain(content: bytes, content_type: str) -> tuple[str, Raw, tuple[Raw, ...]] | None:
    """Format, head and entries as :mod:`._feed_reading` gives them; ``None`` for a feed that is not plain."""
    if not _is_utf8(content, content_type) or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None
    try:
        root = fromstring(content)
        if root.tag == "rss" and root.get("version") == "2.0":
            return ("rss20", *_rss(root))
        if root.tag == f"{ATOM}feed":
            return ("atom10", *_atom(root))
    except (ParseError, Unusual, LookupError, ValueError):
        # Broken, or with an attribute or a part that is missing or not expected here.
        return None
    return None


def _is_utf8(content: bytes, content_type: str) -> bool:
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:200])
    _, _, charset = content_type.lower().partition("charset=")
    names = [declared[1].decode("ascii", "replace") if declared else "", charset.partition(";")[0].strip(" \"'")]
    return all(name.lower() in ("", "utf-8", "utf8") for name in names)


# --- RSS 2.0 -------------------------------------------------------------------------------------------------


def _rss(root: Element) -> tuple[Raw, tuple[Raw, ...]]:
    channels = list(root)
    if len(channels) != 1 or channels[0].tag != "channel" or set(root.attrib) - {"version"} or channels[0].attrib:
        raise Unusual
    head: Raw = {}
    for child in channels[0]:
        if child.tag != "language" and child.tag.rpartition("}")[2].lower() in _HEAD:
            raise Unusual
        if child.tag in ("title", "link", "language"):
            _once(head, child.tag, _text(child))
    entries = tuple(_entry(item, _RSS) for item in channels[0].iterfind("item"))
    title = head.get("title", "")
    return {"title": title, "link": head.get("link", ""), "lang": head.get("language", "")}, entries


def _rss_guid(raw: Raw, child: Element) -> None:
    _once(raw, "id", _text(child))


def _rss_link(raw: Raw, child: Element) -> None:
    href = _text(child)
    if "&" in href:
        raise Unusual
    _once(raw, "link", href)
    raw.setdefault("links", []).append({"rel": "alternate", "type": "text/html", "href": href})


def _rss_title(raw: Raw, child: Element) -> None:
    value = _text(child)
    if "<" in value:
        raise Unusual
    entities = _ENTITY.findall(value)
    if any(not sign and name not in entitydefs for sign, name in entities):
        raise Unusual
    # RSS does not say whether titles are HTML; one with an entity in it is meant so.
    _once(raw, "title", {"type": "text/html" if entities else "text/plain", "value": value})


def _rss_date(raw: Raw, child: Element) -> None:
    value = _text(child)
    if not _RFC822.fullmatch(value):
        raise Unusual
    _once(raw, "published", value)
    raw["published_utc"] = parsedate_to_datetime(value).isoformat()


def _rss_author(raw: Raw, child: Element) -> None:
    name = _text(child)
    _once(raw, "author", name)
    if "@" not in name:
        raw["authors"] = [{"name": name}]


def _rss_summary(raw: Raw, child: Element) -> None:
    _once(raw, "summary", {"type": "text/html", "value": _text(child)})


def _rss_content(raw: Raw, child: Element) -> None:
    _once(raw, "content", [{"type": "text/html", "value": _text(child)}])


def _rss_category(raw: Raw, child: Element) -> None:
    raw.setdefault("tags", []).append({"term": _text(child)})


def _rss_enclosure(raw: Raw, child: Element) -> None:
    known = {name: child.attrib[name] for name in ("type", "length") if child.get(name)}
    raw.setdefault("links", []).append({"rel": "enclosure", "href": child.attrib["url"], **known})


def _value(name: str) -> Callable[[Raw, Element], None]:
    return lambda raw, child: _once(raw, name, _text(child))


_RSS: Mapping[str, Callable[[Raw, Element], None]] = {
    "guid": _rss_guid,
    "link": _rss_link,
    "title": _rss_title,
    "pubDate": _rss_date,
    "author": _rss_author,
    CREATOR: _rss_author,
    "description": _rss_summary,
    CONTENT: _rss_content,
    "category": _rss_category,
    "enclosure": _rss_enclosure,
    "comments": _value("comments"),
    SLASH: _value("slash_comments"),
}


# --- Atom ----------------------------------------------------------------------------------------------------


def _atom(root: Element) -> tuple[Raw, tuple[Raw, ...]]:
    if set(root.attrib) - {XML_LANG}:
        raise Unusual
    head: Raw = {"title": "", "title_type": "", "link": "", "lang": root.get(XML_LANG, ""), "author": ""}
    for child in root:
        if child.tag == f"{ATOM}title":
            _once(head, "stated", detail := _words(child))
            head.update(title=detail["value"], title_type=detail["type"])
        elif child.tag == f"{ATOM}link" and child.get("rel", "alternate") == "alternate":
            head["link"] = child.get("href", "")
        elif child.tag.rpartition("}")[2].lower() in _HEAD:
            raise Unusual
    entries = tuple(_entry(entry, _ATOM) for entry in root.iterfind(f"{ATOM}entry"))
    return {name: value for name, value in head.items() if name != "stated"}, entries


def _words(child: Element) -> Raw:
    """A text of Atom: escaped HTML or plain."""
    kind = child.get("type", "text")
    if kind not in ("text", "html") or set(child.attrib) - {"type"}:
        raise Unusual
    return {"type": "text/html" if kind == "html" else "text/plain", "value": _text(child)}


def _atom_link(raw: Raw, child: Element) -> None:
    if set(child.attrib) - {"rel", "type", "href", "title", "hreflang", "length"}:
        raise Unusual
    link = {name: child.attrib[name] for name in ("rel", "type", "href", "length") if child.get(name)}
    link.setdefault("rel", "alternate")
    link.setdefault("type", "application/atom+xml" if link["rel"] == "self" else "text/html")
    if link["rel"] == "alternate" and link["type"] == "text/html":
        raw["link"] = link["href"]
    raw.setdefault("links", []).append(link)


def _atom_date(name: str) -> Callable[[Raw, Element], None]:
    def take(raw: Raw, child: Element) -> None:
        value = _text(child)
        if not _ISO.fullmatch(value):
            raise Unusual
        _once(raw, name, value)

    return take


def _atom_author(raw: Raw, child: Element) -> None:
    person: Raw = {}
    for part in child:
        _once(person, {"name": "name", "uri": "href"}[part.tag.removeprefix(ATOM)], _text(part))
    _once(raw, "authors", [person])
    raw["author"] = person.get("name", "")


def _atom_category(raw: Raw, child: Element) -> None:
    raw.setdefault("tags", []).append({name: child.attrib[name] for name in ("term", "scheme", "label") if child.get(name)})


_ATOM: Mapping[str, Callable[[Raw, Element], None]] = {
    f"{ATOM}id": _rss_guid,
    f"{ATOM}title": lambda raw, child: _once(raw, "title", _words(child)),
    f"{ATOM}link": _atom_link,
    f"{ATOM}published": _atom_date("published"),
    f"{ATOM}updated": _atom_date("updated"),
    f"{ATOM}author": _atom_author,
    f"{ATOM}summary": lambda raw, child: _once(raw, "summary", _words(child)),
    f"{ATOM}content": lambda raw, child: _once(raw, "content", [_words(child)]),
    f"{ATOM}category": _atom_category,
    THR_TOTAL: _value("thr_total"),
}


# --- both ----------------------------------------------------------------------------------------------------


def _entry(element: Element, takers: Mapping[str, Callable[[Raw, Element], None]]) -> Raw:
    if element.attrib:
        raise Unusual
    raw: Raw = {}
    for child in element:
        taker = takers.get(child.tag)
        if taker is not None:
            taker(raw, child)
        elif child.tag not in _IGNORED:
            raise Unusual
    return raw


def _once(raw: Raw, name: str, value: Any) -> None:
    if name in raw:
        raise Unusual
    raw[name] = value


def _text(element: Element) -> str:
    """The text of an element without children, trimmed; feedparser mends what was encoded twice."""
    if len(element) or XML_LANG in element.attrib:
        raise Unusual
    text = (element.text or "").strip()
    if not text.isascii() and (_CONTROL.search(text) or _encoded_twice(text)):
        raise Unusual
    return text


def _encoded_twice(text: str) -> bool:
    try:
        text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return False
    return True
