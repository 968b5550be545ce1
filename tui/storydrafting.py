"""Beginning a story with what carries a period: asks for the query, and goes on with the first draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.errors import StoryError
from ..core.values import Revision
from .background import Background
from .formatting import plural
from .pictures import keep_pictures
from .screens.form import Field, Form

MOST = 500
"""Mentions that a draft may quote."""


def draft_story(owner: Background, then: Callable[[Revision], object], *, query: str = "") -> None:
    """Ask what the draft is to be about, make it beside the screen, go on with it, and fetch its pictures."""

    def check(answer: Mapping[str, str]) -> None:
        owner.session.desk.understand(answer["query"])
        if not answer["limit"].isdecimal() or not 1 <= int(answer["limit"]) <= MOST:
            raise StoryError(f"How many? Write a number from 1 to {MOST}.")

    def answered(answer: Mapping[str, str] | None) -> None:
        if answer is not None:
            owner.tell("Reading the archive …")
            owner.ask(lambda: _made(owner, answer), drafted, lane="story")

    def drafted(revision: Revision) -> None:
        mentions = sum(block.copy is not None for block in revision.story.blocks)
        owner.tell(f"{plural(mentions, 'mention')} chosen; the note of each block says why. Cut, and write on.")
        then(revision)
        keep_pictures(owner, revision.story.slug)

    fields = [
        Field(name="query", label="Query", value=query, example='topic:acme published:"last month"'),
        Field(name="title", label="Title", example="empty: after the query and its period"),
        Field(name="limit", label="Mentions", value="30", example="how many at most"),
        Field(name="lang", label="Language", value="en", example="of headings and lines: en, es, ro, el, fr, de"),
    ]
    owner.app.push_screen(Form("A first draft from the archive", fields, check), answered)


def _made(owner: Background, answer: Mapping[str, str]) -> Revision:
    """The draft as a story. Blocks."""
    from ..core.storydrafts import begin_draft, draft  # not needed for the first look at the list

    desk = owner.session.desk
    desk.indexer.try_to_catch_up_if_pending()
    found = draft(desk, answer["query"], limit=int(answer["limit"]))
    return begin_draft(desk, found, title=answer["title"], lang=answer["lang"] or "en")
