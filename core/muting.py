"""Noise control: what the desk does not want to see, and how a mute finds it among what comes and what is archived.

A mention that a mute hides has the label ``muted`` with the mute's kind and value; lists leave those out (``is:muted`` shows
them). A person's label ``muted`` with the value ``no`` shows one of them all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from .accounts import names_of, platform_and_handle
from .documents import domains, host
from .docwords import DocWords
from .errors import QueryError
from .folding import fold
from .parsing import parse
from .query import Query, Term
from .values import BY_MUTES, MUTED, Label, Labels, Mute, MuteKind, Record

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\]")
MAX_VALUE = 300
"""Characters of what is muted."""


def mute_kind(text: str) -> MuteKind:
    """The kind of that name; raises ``ValueError``."""
    for kind in get_args(MuteKind):
        if kind == text:
            return kind
    raise ValueError(f"there is no kind of mute {text!r}; there is {', '.join(get_args(MuteKind))}")


def checked_value(kind: MuteKind, text: str) -> str:
    """What is muted as it is kept; raises ``ValueError`` with what to write."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_VALUE:
        raise ValueError(f"what is muted has 1 to {MAX_VALUE} characters")
    match kind:
        case "author":
            platform, name = platform_and_handle(text)
            if not re.fullmatch(r"[a-z0-9_-]+", platform) or not name:
                raise ValueError(f'{text!r} is no author; write platform and handle, as "mastodon:kostas@social.example"')
            return f"{platform}:{name.casefold()}"
        case "site":
            name = fold(host(text) if "://" in text else text.split("/")[0]).removeprefix("www.").strip(".")
            if not _DOMAIN.fullmatch(name):
                raise ValueError(f'{text!r} is no site; write its domain, as "spam.example"')
            return name
        case "word":
            word_query(text)
            return text
        case _:
            if not all(text.partition(":")):
                raise ValueError(f"{text!r} is no mention; write its ref, as hubbub search prints it")
            return text


def value_for(kind: MuteKind, record: Record) -> str:
    """What to mute so that this mention, and what is like it in that regard, is hidden; raises ``ValueError``."""
    mention = record.mention
    match kind:
        case "author":
            if mention.author is None:
                raise ValueError(f"nobody knows who wrote {record.ref}")
            # Handles change; what a platform knows somebody by does not.
            return checked_value(kind, f"{mention.author.platform}:{mention.author.key}")
        case "site":
            if not host(mention.url):
                raise ValueError(f"{record.ref} has no address")
            return checked_value(kind, mention.url)
        case "thread":
            return mention.thread or record.ref
        case "copies":
            return record.copy_of or record.ref
        case "word":
            raise ValueError("say which word to mute")


def word_query(text: str) -> Query:
    """The query of a muted word or phrase: just this, in title and text. Raises ``ValueError`` where there is none in it."""
    plain = " ".join(text.replace('"', " ").split())
    try:
        return parse(f'"{plain}"')
    except QueryError as error:
        raise ValueError(f"{text!r} has no word that could be muted") from error


def muted_value(mute: Mute) -> str:
    """The value of the labels that a mute gives."""
    return f"{mute.kind}:{mute.value}"


def muted_label(mute: Mute) -> Label:
    """The label that a mute gives."""
    return Label(name=MUTED, value=muted_value(mute), by=BY_MUTES)


def muted_query(mute: Mute) -> Query:
    """All mentions that have the label of a mute."""
    term = f"{MUTED}={muted_value(mute)}"
    return Query(f'label:"{term}"', Term("label", fold(term)))


class Mutes:
    """All mutes of a desk, to be asked what they say of a mention. Which are found by looking at the whole archive only, the
    near-copies and the answers to answers, keep what they said before."""

    def __init__(self, mutes: Sequence[Mute]) -> None:
        self._all = {muted_value(mute): mute for mute in mutes}
        self._words = [(mute, word_query(mute.value)) for mute in mutes if mute.kind == "word"]

    def __bool__(self) -> bool:
        return bool(self._all)

    def labels(self, record: Record, words: DocWords) -> Labels:
        """The labels of all mutes that hide a mention; ``words`` are those of its document."""
        if not self._all:
            return ()
        mention = record.mention
        values = {f"thread:{ref}" for ref in (record.ref, mention.thread, mention.parent) if ref}
        values |= {f"copies:{record.ref}", f"copies:{record.copy_of}"}
        values |= {f"site:{fold(domain)}" for domain in domains(mention.url)}
        if mention.author:
            platform = mention.author.platform.casefold()
            values |= {f"author:{platform}:{name.casefold()}" for name in names_of(mention.author)}
        values |= {muted_value(mute) for mute, query in self._words if query.matches(words)}
        # Who belongs to a thread or to a group only by others was told by looking at the archive.
        values |= {
            label.value for label in record.labels if label.by == BY_MUTES and label.value.startswith(("thread:", "copies:"))
        }
        return tuple(muted_label(mute) for value, mute in self._all.items() if value in values)
