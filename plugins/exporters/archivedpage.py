"""The page that stands for a quoted mention in a web archive: our copy of its words, and that it is one."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from ...core.cleaning import clean_url
from ...core.values import FrozenCopy, PublishedStory
from .html_text import quoted
from .said import Said, language_tag, one_line

if TYPE_CHECKING:
    from jinja2 import Template

_PAGE = """<!doctype html>
<html{% if said.lang %} lang="{{ said.lang }}"{% endif %}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="generator" content="{{ generator }}">
<title>{{ said.who }}: {{ said.title or said.text[:80] }}</title>
<style>body{font:1.1rem/1.5 Georgia,serif;max-width:40rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere;
color-scheme:light dark}aside{font:.85rem/1.4 sans-serif;border:1px solid;padding:.5rem 1rem;margin-bottom:2rem}
img{max-width:100%;height:auto}footer{font-size:.9rem}</style></head>
<body>
<aside lang="en">This is a copy of the words that hubbub quoted here. It is not a capture of the page that stood at this
address. Copied {{ said.frozen }}; wording {{ copy.version }}; SHA-256 <code>{{ copy.digest }}</code>.</aside>
<article dir="{{ said.direction }}">
{% if said.title %}<h1>{{ said.title }}</h1>{% endif %}
{{ words }}
{% for media in said.pictures %}
{% if media.url in pictures %}<p><img src="{{ media.url }}" alt="{{ line(media.alt) }}"></p>
{% elif link(media.url) %}<p><a href="{{ link(media.url) }}">{{ line(media.alt) or link(media.url) }}</a></p>{% endif %}
{% endfor %}
</article>
<footer{% if lang %} lang="{{ lang }}"{% endif %}><p><b>{{ said.who }}</b>{% if said.handle %} <bdi>@{{ said.handle }}</bdi>\
{% endif %} · {{ said.platform }} · <time datetime="{{ said.iso }}">{{ said.when }}</time></p>
{% for note in said.notes %}<p>{{ note }}</p>{% endfor %}</footer>
</body></html>
"""


def copy_page(said: Said, published: PublishedStory, copy: FrozenCopy, *, pictures: Collection[str]) -> bytes:
    """The page in UTF-8; ``pictures`` are the addresses of those that the archive has."""
    shown, folded = quoted(said.text)
    text = _template().render(
        said=said,
        copy=copy,
        words=Markup(shown + folded),
        pictures=pictures,
        generator=one_line(published.generator),
        lang=language_tag(published.story.lang),
        line=one_line,
        link=clean_url,
    )
    return text.encode("utf-8", "replace")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE)
