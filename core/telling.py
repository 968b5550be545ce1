"""Telling those who are quoted: one message for each author on each platform, in the language of what they said.

Nothing is sent from here. Left out are our own accounts, bots, words that were taken out, and whoever was told of the story
before. A mail can be written only where authors go by a mail address (in mails, newsgroups and feeds); for all others there
is a text to post as an answer. ``@marta@social.example`` only looks like one: it names an account, and a mail may reach
somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template

from .accounts import Accounts
from .cleaning import clean_url
from .errors import ExportError
from .text import clean
from .values import Author, Block, Story, Topic

MAIL = re.compile(r"[A-Za-z0-9][\w.+'-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)

MAILED = frozenset({"mail", "nntp", "rss"})
"""The platforms whose authors may be named by a mail address."""

WORDS: Mapping[str, str] = {
    "en": (
        'Hello $who, your words are quoted in the story "$title": $url\nIf you do not want that, tell us and we take them out.'
    ),
    "es": ("Hola, $who: tus palabras se citan en la historia «$title»: $url\nSi no lo deseas, dínoslo y las retiramos."),
    "ro": ("Bună, $who! Cuvintele tale sunt citate în povestea „$title”: $url\nDacă nu dorești asta, spune-ne și le scoatem."),
    "el": (
        "Γεια σου, $who! Τα λόγια σου παρατίθενται στην ιστορία «$title»: $url\nΑν δεν το θέλεις, πες μας το και τα αφαιρούμε."
    ),
    "fr": (
        "Bonjour $who, vos mots sont cités dans le récit « $title » : $url\n"
        "Si vous ne le souhaitez pas, dites-le-nous : nous les retirons."
    ),
    "de": (
        "Hallo $who, deine Worte werden in der Geschichte „$title“ zitiert: $url\n"
        "Wenn du das nicht möchtest, sag es uns, und wir nehmen sie heraus."
    ),
}
"""What is said, by language; ``$who``, ``$title``, ``$url`` (of the story) and ``$quoted`` (of their words) are filled in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What one person is to be told."""

    key: str
    """Who, for remembering: ``platform:key`` of the author."""
    who: str
    """The name that they show."""
    platform: str
    mail: str
    """Their mail address; empty where the words are to be posted."""
    answer: str
    """Where they were quoted from, to answer there; empty for nowhere on the web."""
    lang: str
    subject: str
    text: str


def notices(
    story: Story, *, url: str, topics: Sequence[Topic] = (), told: Collection[str] = (), template: str = ""
) -> list[Notice]:
    """What is to be told to whom, in the order of the story. ``template`` takes the place of :data:`WORDS`.

    Raises ``ExportError`` where the template names something that there is not.
    """
    ours = Accounts(topics)
    found: dict[str, Notice] = {}
    for block in story.blocks:
        author = block.copy.mention.author if block.copy else None
        if author is None or block.copy is None or block.copy.redacted or author.bot or ours.topics_of(author):
            continue
        key = f"{author.platform}:{author.key or author.handle}"
        if key not in found and key not in told:
            found[key] = _notice(key, author, block, story, url, template)
    return list(found.values())


def _notice(key: str, author: Author, block: Block, story: Story, url: str, template: str) -> Notice:
    assert block.copy is not None
    mention = block.copy.mention
    lang = mention.lang.partition("-")[0].lower()
    lang = lang if lang in WORDS else "en"
    who, title = _line(author.name or author.handle or author.key), _line(story.title)
    quoted = clean_url(mention.url)
    try:
        text = Template(template or WORDS[lang]).substitute(who=who, title=title, url=url, quoted=quoted)
    except (KeyError, ValueError) as error:
        raise ExportError(
            f"The template cannot be filled in ({error}); it can name $who, $title, $url and $quoted, and $$ is a $."
        ) from error
    names = (author.handle, author.key) if author.platform in MAILED else ()
    mail = next((name for name in names if MAIL.fullmatch(name)), "")
    handle = "" if mail or not author.handle else f"@{_line(author.handle)} "
    return Notice(
        key=key,
        who=who,
        platform=_line(author.platform),
        mail=mail,
        answer=quoted,
        lang=lang,
        subject=title,
        text=f"{handle}{text.strip()}\n",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """That somebody was told of a story."""

    story: str
    """Its id."""
    key: str
    at: datetime
    how: str
    """``mail``, or ``by hand``."""


def _line(text: str) -> str:
    return " ".join(clean(text, newlines=False).split())
