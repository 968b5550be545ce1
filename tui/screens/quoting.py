"""Asks which part of somebody's words is quoted: by sentences, and by words where that is too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from ...core.errors import StoryError
from ...core.extents import extent_at, place_of
from ...core.text import clean
from ...core.values import Extent
from ..formatting import plural, safe
from ..keymap import Keys, bindings
from ..sentences import Stretch, words
from .dialog import Dialog, hint, title


@dataclass(frozen=True, slots=True)
class Part:
    """The answer: a part, or the whole."""

    extent: Extent | None


class Quoting(Dialog[Part]):
    """The whole text, with the part marked that is quoted."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("quoting")

    def __init__(self, keys: Keys, who: str, text: str, extent: Extent | None) -> None:
        super().__init__()
        self._keys, self._who = keys, who
        place = place_of(extent, text) if extent else None
        self.stretch = Stretch(text, *place) if place else Stretch(text, 0, 0).sentence(0)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -large"):
            yield title(f"Which part of what {self._who} said?" if self._who else "Which part is quoted?")
            with VerticalScroll(id="quoting", can_focus=False):
                yield Static("", id="quoting-text", markup=False)
            yield hint(
                f"{self._key('down', 'up')} sentence   {self._key('more', 'less')} more, less   "
                f"{self._key('end_later', 'end_earlier')} end by word   "
                f"{self._key('start_later', 'start_earlier')} beginning by word   "
                f"{self._key('take')} quote this   {self._key('whole')} all of it   esc cancel"
            )
            yield Static("", id="quoting-count", classes="dialog-label", markup=False)

    def _key(self, *names: str) -> str:
        return "/".join(self._keys.label(f"quoting.{name}") for name in names)

    def on_mount(self) -> None:
        """Show what is quoted now, or the first sentence."""
        self._show(self.stretch)

    def on_resize(self) -> None:
        """Keep the part in sight."""
        self.call_after_refresh(self._show, self.stretch)

    def _show(self, stretch: Stretch) -> None:
        self.stretch = stretch
        text, start, end = stretch.text, stretch.start, stretch.end
        before, part = clean(text[:start]), clean(text[start:end])
        shown = Content.assemble(before, (part, "bold reverse"), (clean(text[end:]), ""))
        self.query_one("#quoting-text", Static).update(shown)
        count = f"{plural(len(words(text[start:end])), 'word')} of {len(words(text)):,}"
        self.query_one("#quoting-count", Static).update(Content(count))
        scroll = self.query_one("#quoting")
        width = max(1, scroll.scrollable_content_region.width)
        line = len(Content(before).wrap(width)) - 1 if before else 0
        height = len(Content(part).wrap(width))
        scroll.scroll_to_region(Region(0, max(0, line), 1, max(1, height)), animate=False)

    def action_down(self) -> None:
        """The next sentence."""
        self._show(self.stretch.sentence(1))

    def action_up(self) -> None:
        """The sentence before."""
        self._show(self.stretch.sentence(-1))

    def action_more(self) -> None:
        """The next sentence, too."""
        self._show(self.stretch.sentences_more(1))

    def action_less(self) -> None:
        """Without the last sentence."""
        self._show(self.stretch.sentences_more(-1))

    def action_end_later(self) -> None:
        """A word more."""
        self._show(self.stretch.words_more(1))

    def action_end_earlier(self) -> None:
        """A word less."""
        self._show(self.stretch.words_more(-1))

    def action_start_later(self) -> None:
        """Begin a word later."""
        self._show(self.stretch.words_later(1))

    def action_start_earlier(self) -> None:
        """Begin a word earlier."""
        self._show(self.stretch.words_later(-1))

    def action_take(self) -> None:
        """Answer with the part."""
        try:
            self.dismiss(Part(extent_at(self.stretch.text, self.stretch.start, self.stretch.end)))
        except StoryError as error:
            self.query_one("#quoting-count", Static).update(Content(safe(str(error))))

    def action_whole(self) -> None:
        """Answer with the whole."""
        self.dismiss(Part(None))
