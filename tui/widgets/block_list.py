"""The blocks of a story, in the order of telling."""

from __future__ import annotations

from datetime import UTC

from rich.cells import cell_len, chop_cells

from ...core.values import Block, BlockKind
from ..formatting import fit, handle, headline, safe
from .row_list import Line, RowList

TEXT_LINES = 3
"""Lines of a text block that are shown; the rest is in the preview."""


class BlockList(RowList[Block]):
    """A story, to be rearranged by key and by mouse."""

    draggable = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.changed: dict[str, str] = {}
        """What has become of quoted mentions since, in words, by ref."""

    def key_of(self, row: Block) -> str:
        """Its id."""
        return row.id

    def lines_of(self, row: Block, width: int) -> list[Line]:
        """A quote has a line on who and when and a line of what; texts have up to three lines."""
        if row.kind is BlockKind.MENTION and row.copy:
            return self._quote(row, width)
        pinned = " · pinned" if row.pinned else ""
        if row.kind is BlockKind.HEADING:
            return [[("H  ", "accent"), (fit(safe(row.text) + pinned, width - 3), "strong")]]
        if row.kind is BlockKind.DIVIDER:
            return [[("─  ", "accent"), (fit("─" * (width - 6), width - 3), "rule")]]
        if row.kind is BlockKind.TEXT:
            lines = wrapped(row.text + pinned, max(10, width - 3), TEXT_LINES)
            return [[("¶  " if not n else "   ", "accent"), (fit(line, width - 3), "")] for n, line in enumerate(lines)]
        words = safe(row.text or row.alt or row.url)
        return [[(fit(row.kind.value, 7), "accent"), (fit(words + pinned, width - 7), "")]]

    def _quote(self, row: Block, width: int) -> list[Line]:
        assert row.copy is not None
        mention = row.copy.mention
        at = f"{row.copy.when.astimezone(UTC):{'%Y-%m-%d' if width >= 64 else '%m-%d'} %H:%M} UTC"
        who = handle(mention.author)
        badges = [badge for badge in ("pinned" if row.pinned else "", self.changed.get(row.ref, ""), pictures(row)) if badge]
        about = f" · {safe(mention.platform)} · {at}{''.join(f' · {badge}' for badge in badges)}"
        who = fit(who, max(8, width - 3 - cell_len(about))).rstrip() if cell_len(who + about) > width - 3 else who
        first: Line = [("❝  ", "accent"), (who, "strong"), (fit(about, width - 3 - cell_len(who)), "dim")]
        return [first, [("   ", ""), (fit(headline(mention), width - 3), "")]]


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
