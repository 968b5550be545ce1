"""Whether this terminal draws pictures, and how: kitty's graphics or sixel (iTerm2 and WezTerm draw it, too), by textual-image.

The library asks the terminal when it is imported, and reads the answer from the keyboard: so it is imported when the first
picture is opened, while the application has let go of the terminal for a moment. A terminal that draws nothing, or no library,
is no fault: pictures are told in words then.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported
from textual.widget import Widget

if TYPE_CHECKING:
    from PIL.Image import Image

LIBRARY = "textual_image"
LARGEST = (1600, 1200)
"""Points of a picture that are handed to the terminal at most: more are never seen, and take long to encode."""
Draws = Callable[["Image"], Widget]
"""Makes the widget that draws a picture."""


def is_installed() -> bool:
    """Whether the extra ``images`` is there."""
    return find_spec(LIBRARY) is not None


def find_drawing(app: App[Any]) -> Draws | None:
    """Ask the terminal what it can draw; ``None`` for nothing. It takes the screen for some tenths of a second."""
    if not is_installed() or os.environ.get("TERM") in ("dumb", "linux"):
        return None
    try:
        with app.suspend():
            return _ask()
    except SuspendNotSupported:  # no terminal, as in tests, or one in a browser
        return None


def _ask() -> Draws | None:
    from textual_image.renderable import Image as best
    from textual_image.renderable import SixelImage, TGPImage

    if best not in (SixelImage, TGPImage):
        return None
    from textual_image.widget import Image as Drawn

    return lambda image: Drawn(image)


def load(file: Path) -> Image:
    """A kept picture, not larger than what a terminal shows; of a moving one the first frame. Blocks; may raise ``OSError``.

    What is kept was decoded and checked when it came (:mod:`hubbub.core.pictures`).
    """
    from PIL import Image

    with Image.open(file) as image:
        image.draft("RGB", LARGEST)
        shown = image.convert("RGBA")
    shown.thumbnail(LARGEST)
    return shown
