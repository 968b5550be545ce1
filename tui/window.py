"""A window on a long list of results: at most five pages at a time, whichever way it is scrolled. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.desk import Results, Row

PAGE = 100
"""Rows read at a time."""
PAGES = 5
"""Pages held at once: 500 rows."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of results and how to read it again."""

    after: str | None
    """Cursor that it was read with; ``None`` for the first page."""
    rows: tuple[Row, ...]
    next: str | None
    """Cursor of the page after it; ``None`` on the last."""


@dataclass(frozen=True, slots=True)
class PageWindow:
    """The pages held, and the cursors of those before them."""

    pages: tuple[Page, ...] = ()
    before: tuple[str | None, ...] = ()
    """Cursors of the pages that were let go at the top, the first first."""
    total: int = 0
    """How many mentions match in all."""
    skipped: int = 0
    """Rows that were let go at the top."""

    @classmethod
    def starting(cls, results: Results) -> PageWindow:
        """The window on a first page."""
        return cls(pages=(Page(None, results.rows, results.next),), total=results.total)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows held, in order."""
        return tuple(row for page in self.pages for row in page.rows)

    @property
    def below(self) -> str | None:
        """Cursor of the page below what is held; ``None`` at the end."""
        return self.pages[-1].next if self.pages else None

    @property
    def has_above(self) -> bool:
        """Whether pages were let go at the top."""
        return bool(self.before)

    def extended(self, results: Results) -> PageWindow:
        """With the page below added; a page at the top is let go when there would be too many."""
        pages = (*self.pages, Page(self.below, results.rows, results.next))
        gone = pages[: max(0, len(pages) - PAGES)]
        return PageWindow(
            pages=pages[len(gone) :],
            before=(*self.before, *(page.after for page in gone)),
            total=results.total,
            skipped=self.skipped + sum(len(page.rows) for page in gone),
        )

    def reopened(self, results: Results) -> PageWindow:
        """With the page above added again; pages at the bottom are let go."""
        page = Page(self.before[-1], results.rows, results.next)
        return PageWindow(
            pages=(page, *self.pages)[:PAGES],
            before=self.before[:-1],
            total=results.total,
            skipped=max(0, self.skipped - len(page.rows)),
        )

    def replaced(self, rows: dict[str, Row]) -> PageWindow:
        """With some rows exchanged, by ref; their places stay."""
        pages = tuple(
            Page(page.after, tuple(rows.get(row.record.ref, row) for row in page.rows), page.next) for page in self.pages
        )
        return PageWindow(pages=pages, before=self.before, total=self.total, skipped=self.skipped)
