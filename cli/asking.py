"""The questions of ``hubbub init``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from ..config import rules
from ..config.languages import CODES, parse_language
from ..core.errors import NotFound

if TYPE_CHECKING:
    from .proposals import Proposal, Proposals

_NONE = "-"
"""What is typed to leave a question with a default unanswered."""


@dataclass(kw_only=True)
class Answers:
    """What is known of the workspace to be."""

    name: str = ""
    brand: str = ""
    competitors: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)
    languages: list[str] | None = None
    """``None``: not asked yet."""
    feeds: list[str] = field(default_factory=list)
    contact: str | None = None
    """``None``: not asked yet."""
    sites: list[str] = field(default_factory=list)
    """Web sites whose forum and channels are looked for; kept nowhere."""


def questions_can_be_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Asker:
    """Asks for what is not known yet; return takes the default."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def ask(self) -> None:
        """Fill in the answers."""
        answers = self._answers
        if not answers.brand:
            answers.brand = _prompt("Which brand, product or person do you listen for?", value_proc=_line)
        if not answers.name:
            answers.name = _prompt("What is the workspace called?", default=f"{answers.brand} watch", value_proc=_line)
        if not answers.competitors:
            answers.competitors = _list("Competitors to listen for, too (commas between them; return for none)")
        if not answers.campaigns:
            answers.campaigns = _list("A campaign's hashtag (return for none)")
        if answers.languages is None:
            shown = ",".join(own_languages(os.environ.get("LC_ALL") or os.environ.get("LANG") or ""))
            answers.languages = _prompt("Languages to listen in", default=shown, value_proc=_languages)
        if not answers.feeds:
            answers.feeds = _list("Addresses of pages or feeds to listen to (return for none yet)")
        if answers.contact is None:
            question = f"A mail address or page that the sites may see ({_NONE} for none)"
            answers.contact = _prompt(question, default=_NONE, value_proc=_contact)

    def ask_sites(self) -> None:
        """Ask for what only looking for sources needs."""
        if not self._answers.sites:
            self._answers.sites = _list("Their own web site, whose forum and channels are looked for (return for none)")


def choose(proposals: Proposals, proposed: Sequence[Proposal]) -> Sequence[Proposal]:
    """Which of the proposals to add, by their ids; return takes those that are proposed."""

    def read(text: str) -> Sequence[Proposal]:
        if text.strip() in ("", _NONE):
            return () if text.strip() else proposed
        try:
            return proposals.named([part for part in re.split(r"[\s,;]+", text) if part])
        except NotFound as error:
            raise click.UsageError(str(error)) from None

    question = f"Which to add? Ids with commas; return for the {len(proposed)} that answer, {_NONE} for none"
    return _prompt(question, default="", show_default=False, value_proc=read)


def own_languages(locale: str) -> list[str]:
    """The languages to propose: that of the system's locale, and English."""
    code = re.split(r"[_.@]", locale)[0].lower()
    return ["en"] if code in ("", "en", "c", "posix") or code not in CODES else [code, "en"]


def _prompt(question: str, **how: Any) -> Any:
    return click.prompt(question, prompt_suffix=" " if question.endswith("?") else ": ", **how)


def _list(question: str) -> list[str]:
    text = _prompt(question, default="", show_default=False)
    return [part.strip() for part in text.split(",") if part.strip()]


def _line(text: str) -> str:
    return _checked(rules.line, text)


def _contact(text: str) -> str:
    return "" if text.strip() == _NONE else _checked(rules.contact, text)


def _languages(text: str) -> list[str]:
    return [_checked(parse_language, part) for part in re.split(r"[\s,;]+", text.strip()) if part]


def _checked(rule: Callable[[str], str], text: str) -> str:
    try:
        return rule(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
