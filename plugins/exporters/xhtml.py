"""HTML that nh3 has made harmless, written as XHTML: what XML readers take, books among them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markupsafe import Markup, escape

from ...core.text import clean

_VOID = frozenset({"br", "hr", "img"})
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Foreign text with nothing in it that XML 1.0 has no place for (section 2.2, ``Char``); escape it still."""
    return _NO_XML.sub("", clean(text))


def xhtml(fragment: str) -> Markup:
    """A fragment of well-nested HTML as well-formed XML: entities as characters, empty elements closed."""
    writer = _Writer()
    writer.feed(fragment)
    writer.close()
    return Markup("").join(writer.parts)


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Markup] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = Markup("").join(Markup(' {}="{}"').format(name, xml_text(value or "")) for name, value in attrs)
        self.parts.append(Markup("<{}{}{}>").format(tag, given, Markup("/") if tag in _VOID else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.parts.append(Markup("</{}>").format(tag))

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(xml_text(data)))
