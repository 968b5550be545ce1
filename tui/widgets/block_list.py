"""The blocks of a story, in the order of telling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from rich.cells import cell_len, chop_cells
from textual import events

from ...core.quoting import quoted_words
from ...core.values import Block, BlockKind, CheckState, LinkCheck
from ..formatting import fit, handle, safe
from ..marking import Part
from ..spotting import bare, marked
from .row_list import Line, RowList

TEXT_LINES = 3
"""Lines of a text block that are shown; the rest is in the preview."""
LEAST_NAME, LEAST_BADGE = 12, 6
"""Cells of an author's name and of a badge, below which they say nothing."""
SHOWN = 400
"""Characters of a quote that a row looks at."""
CHECK_WORDS = {
    CheckState.LIVE: ("live", "good"),
    CheckState.GONE: ("gone at its source", "bad"),
    CheckState.CHANGED: ("changed at its source", "bad"),
    CheckState.UNREACHABLE: ("unreachable", "dim"),
}
SIGNS = {
    BlockKind.HEADING: "H  ",
    BlockKind.TEXT: "¶  ",
    BlockKind.IMAGE: "▣  ",
    BlockKind.LINK: "→  ",
    BlockKind.DIVIDER: "─  ",
}


class BlockList(RowList[Block]):
    """A story, to be rearranged by key and by mouse."""

    draggable = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.changed: Mapping[str, str] = {}
        """What has become of quoted mentions in the archive since, in words, by ref."""
        self.checks: Mapping[str, LinkCheck] = {}
        """What was found when quoted mentions were last looked up, by ref."""
        self.comments: Mapping[str, int] = {}
        """How many open comments each block has, by id."""
        self.sought: tuple[str, ...] = ()
        """The bare words that are sought in the story."""
        self.writing = ""
        """The key of the row that an editor lies over."""
        self.room = 0
        """The lines that it takes."""
        self.carried: tuple[str, ...] = ()
        """The blocks that are being carried to another place."""
        self._number = ""

    def key_of(self, row: Block) -> str:
        """Its id."""
        return row.id

    def lasts(self, row: Block) -> bool:
        """A block does, until another stands in its place; not the place over which an editor lies."""
        return row.id != self.writing

    # --- how a block looks -----------------------------------------------------------------------------------

    def height_of(self, index: int) -> int:
        """Only texts need to be looked at for that."""
        row = self.rows[index]
        if row.id == self.writing:
            return self.room
        if row.kind is BlockKind.TEXT:
            return super().height_of(index)
        return 2 if row.kind is BlockKind.MENTION and row.copy else 1

    def lines_of(self, row: Block, width: int) -> list[Line]:
        """A quote has a line on who and when and a line of what; texts have up to three lines."""
        sign = SIGNS.get(row.kind, "❝  ")
        if row.id == self.writing:
            return [[(sign if not line else "   ", "accent")] for line in range(self.room)]
        if row.kind is BlockKind.MENTION and row.copy:
            return self._quote(row, width)
        if row.kind is BlockKind.DIVIDER:
            spoken = f" · {self._spoken(row)}" if self._spoken(row) else ""
            rule = "─" * max(3, width - 6 - cell_len(spoken))
            return [[(sign, "accent"), (rule, "rule"), (spoken, "accent")]]
        badges = [(badge, "dim") for badge in ("pinned" if row.pinned else "", safe(row.note)) if badge]
        if row.kind is BlockKind.TEXT:
            words = "".join(f" · {badge}" for badge, _ in badges)
            lines = wrapped(row.text + words, max(10, width - 3), TEXT_LINES)
            spoken = f" · {self._spoken(row)}" if self._spoken(row) else ""
            # However long the text is, it ends in what is said of it.
            *upper, last = lines
            last = fit(last, min(cell_len(last), max(3, width - 3 - cell_len(spoken)))) if spoken else fit(last, width - 3)
            shown = [*(marked(fit(line, width - 3), self.sought, "") for line in upper), marked(last, self.sought, "")]
            shown[-1] = [*shown[-1], (spoken, "accent")] if spoken else shown[-1]
            return [[(sign if not n else "   ", "accent"), *line] for n, line in enumerate(shown)]
        if self._spoken(row):
            badges.insert(0, (self._spoken(row), "accent"))
        if row.kind is BlockKind.IMAGE:
            badges.insert(0, ("picture kept", "dim") if row.media else ("no copy yet", "bad"))
            badges += [] if row.alt else [("no text alternative", "bad")]
        style = "strong" if row.kind is BlockKind.HEADING else ""
        return [[(sign, "accent"), *self._said(safe(_words(row)), style, badges, width - 3)]]

    def _spoken(self, row: Block) -> str:
        """How many comments wait for an answer."""
        count = self.comments.get(row.id, 0)
        return f"{count} comment{'s' if count > 1 else ''}" if count else ""

    def _said(self, words: str, style: str, badges: Sequence[Part], width: int) -> list[Part]:
        """Words, and behind them badges, in so many cells."""
        room = max(10, width - sum(cell_len(badge) + 3 for badge, _ in badges))
        said = marked(fit(words, min(room, cell_len(words))), self.sought, style)
        return [*said, *((f" · {badge}", name) for badge, name in badges)]

    def _quote(self, row: Block, width: int) -> list[Line]:
        assert row.copy is not None
        mention = row.copy.mention
        at = f"{row.copy.when.astimezone(UTC):{'%Y-%m-%d' if width >= 64 else '%m-%d'} %H:%M} UTC"
        about = f" · {safe(mention.platform)} · {at}"
        badges = self._badges(row)
        room = width - 3 - cell_len(about)
        # A note takes what room is left.
        taken = sum(cell_len(badge) + 3 for badge, _ in badges[: len(badges) - bool(row.note)])
        who = handle(mention.author)
        who = fit(who, max(LEAST_NAME, room - taken)).rstrip() if cell_len(who) + taken > room else who
        first: Line = [("❝  ", "accent"), *marked(who, self.sought, "strong"), (about, "dim")]
        room -= cell_len(who)
        for badge, name in badges:
            shown = f" · {badge}"
            shown = fit(shown, room).rstrip() if cell_len(shown) > room else shown
            if room < LEAST_BADGE:
                break
            first.append((shown, name))
            room -= cell_len(shown)
        title = safe(mention.title[:SHOWN])
        if row.copy.redacted:
            said = f"(redacted: {safe(row.copy.redacted.reason)})"
        else:
            said = safe(quoted_words(row)[:SHOWN])
            said = f"“{said}”" if row.extent else " · ".join(part for part in (title, said) if part) or "(no words)"
        return [first, [("   ", ""), *marked(fit(said, width - 3), self.sought, "dim" if row.copy.redacted else "")]]

    def _badges(self, row: Block) -> list[Part]:
        badges: list[Part] = [(self._spoken(row), "accent")] if self._spoken(row) else []
        badges += [("pinned", "dim")] if row.pinned else []
        if row.copy and row.copy.redacted:
            badges.append(("redacted", "bad"))
        elif row.ref in self.changed:
            badges.append((self.changed[row.ref], "bad"))
        check = self.checks.get(row.ref)
        redacted = row.copy is not None and row.copy.redacted is not None
        if check and not redacted and not (check.state is CheckState.CHANGED and row.ref in self.changed):
            badges.append(CHECK_WORDS[check.state])
        if row.extent:
            badges.append(("in part", "dim"))
        return badges + [(words, "dim") for words in (pictures(row), safe(row.note)) if words]

    # --- carrying to another place ---------------------------------------------------------------------------

    def carry(self, keys: Sequence[str]) -> None:
        """Let the cursor, or a number, say behind which block these go; ``enter`` drops them there, ``escape`` does not."""
        self.carried, self._number = tuple(keys), ""
        self.gap = self.cursor + 1
        self.refresh()
        self.post_message(self.Moved(self))

    def put_down(self) -> None:
        """Carry no more."""
        self.carried, self._number, self.gap = (), "", None
        self.refresh()
        self.post_message(self.Moved(self))

    def go_to(self, index: int) -> None:
        """Move the cursor, and the place where carried blocks would go."""
        super().go_to(index)
        if self.carried:
            self.gap = self.cursor + 1
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        """A number that is typed while blocks are carried names the block behind which they go; 0 is the top."""
        if not self.carried or not event.character or event.character not in "0123456789":
            return
        event.stop()
        event.prevent_default()
        self._number += event.character
        if int(self._number) > len(self.rows):
            self._number = event.character
        self.go_to(min(int(self._number), len(self.rows)) - 1)
        self.gap = min(int(self._number), len(self.rows))
        self.refresh()

    def action_choose(self) -> None:
        """Drop what is carried, or open the block."""
        if self.carried and self.gap is not None:
            carried, gap = self.carried, self.gap
            self.put_down()
            # The cursor goes along with what was carried.
            self.go_to(next((index for index, row in enumerate(self.rows) if row.id in carried), self.cursor))
            self.post_message(self.Dropped(self, carried, gap))
        else:
            super().action_choose()

    def action_unmark(self) -> None:
        """Carry no more; or take all marks away."""
        if self.carried:
            self.put_down()
        else:
            super().action_unmark()

    # --- finding ---------------------------------------------------------------------------------------------

    def seek(self, words: str) -> None:
        """Mark these words wherever they stand."""
        sought = tuple(bare(word)[0] for word in words.split())
        if sought != self.sought:
            self.sought = sought
            self.repaint()


def pictures(block: Block) -> str:
    """How many pictures a quote has, and of how many we hold a copy."""
    if block.copy is None:
        return ""
    images = [media for media in block.copy.mention.media if media.kind == "image"]
    if not images:
        return ""
    kept = sum(1 for media in images if media.digest)
    noun = "picture" if len(images) == 1 else "pictures"
    return f"{len(images)} {noun} kept" if kept == len(images) else f"{len(images)} {noun}, {kept} kept"


def wrapped(text: str, width: int, limit: int) -> list[str]:
    """The beginning of a text as at most ``limit`` lines of at most ``width`` cells."""
    lines: list[str] = []
    for paragraph in text[: width * (limit + 1) * 2].split("\n"):
        line = ""
        for word in safe(paragraph).split(" "):
            for piece in chop_cells(word, width) or [""]:
                joined = f"{line} {piece}" if line else piece
                if cell_len(joined) <= width:
                    line = joined
                else:
                    lines.append(line)
                    line = piece
        if line:
            lines.append(line)
    if len(lines) > limit:
        lines = [*lines[: limit - 1], lines[limit - 1] + " …"]
    return [fit(line, width).rstrip() for line in lines] or [""]


def _words(block: Block) -> str:
    """What a heading, picture or link says."""
    if block.kind is BlockKind.HEADING:
        return block.text
    if block.kind is BlockKind.LINK and block.text:
        return f"{block.text} · {block.url}"
    return block.text or block.alt or block.url
