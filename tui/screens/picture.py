"""The pictures of a mention or a block, large: drawn where the terminal can, and always in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ...core.text import clean
from ...core.values import Block, BlockKind, Media, Mention
from ..background import Background, Trouble
from ..formatting import safe
from ..outside import is_web
from ..session import Session
from ..terminalimages import find_drawing, is_installed, load
from .dialog import hint

if TYPE_CHECKING:
    from PIL.Image import Image

NO_ALT = "(no text alternative was given)"
NOT_DRAWN = "This terminal draws no pictures; o opens it in the browser."
NOT_INSTALLED = "To draw pictures in a terminal that can: pip install 'hubbub[images]'. o opens it in the browser."


def pictures_of(mention: Mention) -> list[Media]:
    """The pictures that a mention shows."""
    return [media for media in mention.media if media.kind == "image"]


def pictures_in(block: Block) -> list[Media]:
    """The pictures that a block of a story shows."""
    if block.copy is not None:
        return pictures_of(block.copy.mention)
    return [Media(kind="image", url=block.url, alt=block.alt, digest=block.media)] if block.kind is BlockKind.IMAGE else []


def show_pictures(owner: Background, pictures: Sequence[Media]) -> None:
    """Open the first of these pictures; says so where there is none."""
    if pictures:
        owner.app.push_screen(PictureScreen(owner.session, pictures))
    else:
        owner.tell("It has no picture.")


class PictureScreen(Background, ModalScreen[None]):
    """One picture after the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,f9", "dismiss", "back", show=False),
        Binding("right,j,down,n,space", "turn(1)", "next", show=False),
        Binding("left,k,up,p", "turn(-1)", "before", show=False),
        Binding("o", "open", "browser", show=False),
    ]

    def __init__(self, session: Session, pictures: Sequence[Media]) -> None:
        super().__init__(session)
        self._pictures = pictures
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="picture-whole"):
            yield Static("", id="picture-head", markup=False)
            yield Container(id="picture")
            yield Static("", id="picture-words", markup=False)
            more = "←/→ the others   " if len(self._pictures) > 1 else ""
            yield hint(f"{more}o open in the browser   esc back")

    def on_mount(self) -> None:
        """Ask the terminal first, where nobody has."""
        if not self.session.asked_for_drawing:
            self.session.asked_for_drawing = True
            self.session.draws = find_drawing(self.app)
        self._show()

    @property
    def _media(self) -> Media:
        return self._pictures[self._at]

    def _show(self) -> None:
        media = self._media
        place = f"Picture {self._at + 1} of {len(self._pictures)}" if len(self._pictures) > 1 else "Picture"
        self.query_one("#picture-head", Static).update(Content.assemble((place, "bold"), f"  {safe(media.url)}"))
        self._say("")
        self.query_one("#picture", Container).remove_children()
        if self.session.draws is None:
            self._say(NOT_DRAWN if is_installed() else NOT_INSTALLED)
            return
        self._say("Fetching …" if not media.digest else "")
        store = self.session.desk.stories.media

        def work() -> Image | None:
            held = store.fetch(media) if not store.path(media.digest) else media
            path = store.path(held.digest)
            return load(Path(path)) if path else None

        self.ask(work, self._draw, group="picture", failed=self._not_shown)

    def _draw(self, image: Image | None) -> None:
        draws = self.session.draws
        if image is None or draws is None:
            self._say("There is no copy of it.")
            return
        self._say("")
        place = self.query_one("#picture", Container)
        place.remove_children()
        place.mount(draws(image))

    def _not_shown(self, error: Trouble) -> None:
        self._say(f"It cannot be shown: {error}")

    def _say(self, words: str) -> None:
        alt = clean(self._media.alt.strip()[:2_000]) or NO_ALT
        parts: list[str | tuple[str, str]] = [alt]
        if words:
            parts.append((f"\n{safe(words)}", "$foreground 60%"))
        self.query_one("#picture-words", Static).update(Content.assemble(*parts))

    def action_turn(self, by: int) -> None:
        """Show another one."""
        at = max(0, min(len(self._pictures) - 1, self._at + by))
        if at != self._at:
            self._at = at
            self._show()

    def action_open(self) -> None:
        """Open it in the browser."""
        url = self._media.url
        if is_web(url):
            self.ask(lambda: self.session.outside.browse(url), lambda _: self.tell(f"Opened {safe(url)}"))
        else:
            self.tell("This picture has no web address.")
