"""Where a quote comes from: what was seen when, from which source, by which query, and what the platform sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...core.text import clean
from ..formatting import engagement_words, fit, handle, moment, safe
from .dialog import Dialog, hint, title
from .why import judged

if TYPE_CHECKING:
    from ...core.storycare import Provenance
    from ...core.values import Block

LABEL = 15
LONGEST = 200_000
"""Characters of raw JSON that are shown."""


class ProvenanceScreen(Dialog[str]):
    """Two tabs: the facts, and what was sent. Answers with the action that is to follow, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,r", "turn", "other tab", show=False, priority=True),
        Binding("enter,q,f3", "leave", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(12)", "page down", show=False),
        Binding("pageup", "scroll(-12)", "page up", show=False),
        Binding("equals_sign", "follow('compare')", "what changed", show=False),
        Binding("c", "follow('check_link')", "check link", show=False),
        Binding("quotation_mark", "follow('quote')", "quote a part", show=False),
    ]

    def __init__(self, block: Block, found: Provenance) -> None:
        super().__init__()
        self._block, self._found = block, found
        self._raw = False

    def compose(self) -> ComposeResult:
        mention = self._block.copy.mention if self._block.copy else None
        with Vertical(classes="dialog -large -tall"):
            yield title(f"Where this comes from: {handle(mention.author) if mention else ''}")
            with VerticalScroll(id="provenance", can_focus=False):
                yield Static(Content.assemble(*facts(self._block, self._found)), id="provenance-facts", markup=False)
                yield Static("", id="provenance-raw", markup=False)
            yield hint('tab what the platform sent   c check link   = what changed   " quote a part   j/k scroll   enter close')

    def on_mount(self) -> None:
        """Begin with the facts."""
        self.query_one("#provenance-raw").display = False

    def action_turn(self) -> None:
        """To the other tab."""
        self._raw = not self._raw
        raw = self.query_one("#provenance-raw", Static)
        if self._raw:
            raw.update(Content(sent(self._found)))
        raw.display = self._raw
        self.query_one("#provenance-facts").display = not self._raw
        self.query_one("#provenance").scroll_home(animate=False)

    def action_follow(self, action: str) -> None:
        """Close, and do that."""
        self.dismiss(action)

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#provenance").scroll_relative(y=lines, animate=False)


def facts(block: Block, found: Provenance) -> Iterator[tuple[str, str] | Content]:
    """What is known, line by line; then the words as they are kept, and what was judged of them."""
    copy, record = block.copy, found.record
    if copy is None:
        return
    mention = copy.mention
    known = ", ".join(str(version.number) for version in found.versions)
    lines = [
        ("ref", found.ref),
        ("address", found.url or "none"),
        ("posted", moment(found.published) if found.published else "the platform does not say"),
        ("edited", moment(found.edited) if found.edited else ""),
        ("placed at", moment(found.when)),
        ("first seen", moment(found.seen) if found.seen else "not known"),
        ("copied", moment(found.frozen)),
        ("source", ", ".join(found.sources) or "not known"),
        ("found by", found.query or "no query: it was chosen from a list"),
        ("version", f"{found.version}" + (f" (the archive has {known})" if known else " (the archive has none any more)")),
        ("SHA-256", found.digest),
        ("link", _link(found)),
        ("reactions", engagement_words(mention.engagement) if mention.engagement else ""),
        ("rights", block.rights or "nothing was written"),
        ("note", block.note),
        ("redacted", f"{moment(found.redaction.at)}: {found.redaction.reason}" if found.redaction else ""),
    ]
    for name, value in lines:
        if value:
            yield fit(name, LABEL), "$foreground 60%"
            yield f"{safe(value)}\n", ""
    yield "\nThe words as they are kept\n", "bold"
    words = "\n".join(part for part in (mention.title, mention.text) if part)
    yield f"{clean(words) or '(no words)'}\n", ""
    if record is not None:
        yield "\nWhat was judged of it\n", "bold"
        yield judged(record)


def sent(found: Provenance) -> str:
    """What the platform sent, as JSON; a sentence where that is not kept."""
    if found.record is None:
        return "The archive does not have this mention any more."
    if found.record.mention.raw is None:
        return "Nothing is kept of what the platform sent."
    text = clean(json.dumps(found.record.mention.raw, indent=2, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text):,} characters in all."


def _link(found: Provenance) -> str:
    check = found.check
    if check is None:
        return "never checked"
    return f"{check.state.value} on {moment(check.at)}" + (f": {check.detail}" if check.detail else "")
