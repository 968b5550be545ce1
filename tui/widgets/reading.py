"""The reading pane: everything that is known of one mention, the matched words marked."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...core.desk import Row
from ...core.explaining import Judgement, explain
from ...core.values import BY_YOU, Label, Record, Redaction
from ..formatting import STATE_MARKS, engagement_words, handle, moment, plural, safe, signed
from ..marking import marked

SHOWN = 20_000
"""Characters of a text that are shown; a page of a book has about 2,000."""
SPARE = 12
"""Empty lines that there may be below a text that is longer than the pane."""
_EVIDENCE = 3
"""Words that are quoted for a judgement; ``hubbub show REF --why`` has them all."""
_ALIKE = 8
"""Judgements of one name, as of all people who are named, that are told."""
Piece = str | Content | tuple[str, str]


class Reading(VerticalScroll, can_focus=True):
    """One mention, to be read."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"reading--dim", "reading--strong", "reading--match", "reading--accent"}

    def __init__(self, *, empty_text: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._empty = empty_text
        self._content = Content(empty_text)

    def compose(self):
        yield Static(self._empty, id="reading-text", markup=False)

    def show(self, row: Row | None) -> None:
        """Show a mention, from its beginning."""
        self._content = describe(row) if row else Content(self._empty)
        self._fit()
        self.query_one("#reading-text", Static).update(self._content, layout=False)
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Other lines need another height."""
        self._fit()

    def _fit(self) -> None:
        """Give the text the pane, or more lines where it needs them; where those it has will do, nothing is laid out anew."""
        text, pane = self.query_one("#reading-text", Static), self.scrollable_content_region
        lines = self._content.get_height({}, max(1, pane.width))
        least, most, best = (lines, lines + SPARE, lines + SPARE // 2) if lines > pane.height else (pane.height,) * 3
        if not least <= text.size.height <= most:
            text.styles.height = best


def describe(row: Row) -> Content:
    """A mention with who, when, where, what, and what was made of it."""
    record, mention = row.record, row.record.mention
    parts: list[Piece] = [*_who(record), "\n", (_when(record), ".reading--dim"), "\n"]
    if mention.title:
        parts += ["\n", marked(mention.title, row.spans, "title", 1_000).stylize_before(".reading--strong"), "\n"]
    if mention.text:
        parts += ["\n", marked(mention.text, row.spans, "text", SHOWN), "\n"]
    if record.redacted:
        parts += ["\n", *_redacted(record.redacted), "\n"]
    elif not mention.title and not mention.text:
        parts += ["\n", ("It has no words.", ".reading--dim"), "\n"]
    parts.append("\n")
    for name, value in _facts(record):
        parts += [(f"{name:<10}", ".reading--dim"), value, "\n"]
    return Content.assemble(*parts)


def _redacted(redaction: Redaction) -> list[Piece]:
    """What stands in the place of words that were taken out."""
    reason = f": {safe(redaction.reason)}" if redaction.reason else "."
    return [("Redacted: its words were taken out", ".reading--strong"), f" on {moment(redaction.at)}{reason}"]


def _who(record: Record) -> list[Piece]:
    author = record.mention.author
    parts: list[Piece] = []
    if author is None:
        parts.append(("no author told", ".reading--strong"))
    else:
        name = safe(author.name[:200])
        if name and author.handle:
            parts += [(name, ".reading--strong"), "  "]
        parts.append((handle(author), ".reading--strong"))
        if author.followers is not None:
            parts.append((f" · {plural(author.followers, 'follower')}", ".reading--dim"))
        if author.bot:
            parts.append((" · says it is a bot", ".reading--dim"))
    parts.append((f" · {safe(record.mention.platform)} {record.mention.kind.value}", ".reading--dim"))
    return parts


def _when(record: Record) -> str:
    mention = record.mention
    if mention.published is None:
        words = f"no date told; first seen {moment(record.first_seen)}"
    elif mention.published != record.when:
        words = f"claims {moment(mention.published)}; first seen {moment(record.first_seen)}"
    else:
        words = moment(mention.published)
    if record.version > 1:
        words += f" · wording {record.version}: edited {plural(record.version - 1, 'time')}"
    if record.deleted:
        words += " · deleted at its source, our copy stays"
    return words


def _facts(record: Record) -> list[tuple[str, Content | str]]:
    mention = record.mention
    seen = f"{STATE_MARKS[record.state]} {record.state.value}".strip()
    facts: list[tuple[str, Content | str]] = [("state", seen)]
    facts.append(("seen by", ", ".join(map(safe, record.sources)) or "no source"))
    facts.append(("topics", ", ".join(map(safe, record.topics)) or "none"))
    facts.append(("language", _judged(record.lang, record.label("lang"))))
    facts += _judgements(record)
    if record.priority is not None:
        facts.append(("priority", f"{record.priority} of 100"))
    counts = engagement_words(mention.engagement) if mention.engagement else ""
    if counts:
        facts.append(("reactions", counts))
    if mention.media:
        facts.append(("media", ", ".join(_media(record))))
    facts.append(("tags", ", ".join(map(safe, record.tags)) or "–"))
    facts.append(("notes", safe(record.notes) or "–"))
    facts.append(("address", safe(mention.url) or "none told"))
    return facts


def _judgements(record: Record) -> list[tuple[str, Content | str]]:
    """What else was judged, with the words that speak for it; what is alike in name stands together."""
    found: dict[str, list[Content]] = {}
    for judgement in explain(record):
        if judgement.counts and judgement.name not in ("topic", "lang", "priority"):
            name = f"– {judgement.topic}" if judgement.topic else judgement.name
            found.setdefault(safe(name[:60]), []).append(_judgement(judgement))
    return [(name, Content("; ").join(parts[:_ALIKE])) for name, parts in found.items()]


def _judgement(judgement: Judgement) -> Content:
    label = judgement.label
    who = ", by you" if label.by == BY_YOU else ""
    sure = f" {label.score:.2f}" if label.score is not None else ""
    parts: list[Piece] = [(safe(label.value), ".reading--strong"), f"{sure}{who}"]
    for place, evidence in enumerate(judgement.evidence[:_EVIDENCE]):
        parts += [(": " if place == 0 else ", ", ".reading--dim"), f"“{safe(evidence.words)}”"]
        if evidence.span.weight is not None:
            parts.append((f" {signed(evidence.span.weight)}", ".reading--dim"))
    return Content.assemble(*parts)


def _judged(value: str, label: Label | None) -> str:
    if label is None:
        return safe(value)
    sure = f" {label.score:.0%} sure" if label.score is not None else ""
    return f"{safe(value)} (said by {'you' if label.by == BY_YOU else safe(label.by)}{sure})"


def _media(record: Record) -> list[str]:
    return [f"{media.kind}{': ' + safe(media.alt[:120]) if media.alt else ''}" for media in record.mention.media[:12]]
