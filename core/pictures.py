"""Whether bytes from a stranger are a picture: decoded to the last point by Pillow, never believed by name or header.

Pillow is imported when the first picture comes; a command that has to do with none starts without it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .stripping import strip

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 50_000_000
"""The largest picture that is decoded, in points; a photograph of a good camera has half of that."""
MAX_FRAMES = 1_000
MAX_MOVING = 250_000_000
"""The most points of all frames of an animation together."""

FORMATS: Mapping[str, str] = MappingProxyType(
    {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
)
"""The ending of each format that is kept, by Pillow's name. MPO is a JPEG with further pictures behind it."""

KEPT = "png, jpeg, gif, webp, avif"
"""What is kept, in words."""

_ORIENTATION = 0x0112
"""Exif's tag for how a picture is to be turned."""


class NoPicture(ValueError):
    """Why bytes are not kept, as the end of a sentence that begins with where they came from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture that was decoded."""

    data: bytes
    """The file."""
    ending: str
    """Of its file's name."""
    width: int
    """Points from left to right."""
    height: int
    """Points from top to bottom."""


def read_picture(data: bytes, *, exactly: bool = False) -> Picture:
    """The picture that these bytes are, without what is not the picture; raises :class:`NoPicture`.

    ``exactly`` keeps the very bytes, for a picture whose digest is known elsewhere. Of an AVIF, whose container cannot be
    rewritten without loss, the metadata go by coding it anew.
    """
    if not data:
        raise NoPicture("came empty")
    library = _pillow()
    # The bytes are hostile, and a decoder may fail in any way of its own; none of them is ours to tell apart.
    try:
        with library.open(io.BytesIO(data), formats=_readable()) as image:
            ending = FORMATS[image.format or ""]
            _check_size(image)
            _decode(image)
            orientation = int(image.getexif().get(_ORIENTATION, 1))
            width, height = image.size
            stripped = _stripped(image, data, ending, orientation if 1 <= orientation <= 8 else 1)
    except NoPicture:
        raise
    except library.DecompressionBombError as error:
        raise NoPicture(_too_large()) from error
    except Exception as error:
        raise NoPicture(_what_it_is(data)) from error
    if orientation > 4:
        width, height = height, width
    return Picture(data=data if exactly else stripped, ending=ending, width=width, height=height)


def shrunk(data: bytes, width: int) -> bytes | None:
    """A still WebP of that width, turned as it is to be seen; ``None`` where the picture is no wider.

    Raises :class:`NoPicture`.
    """
    library = _pillow()
    from PIL import ImageOps

    try:
        with library.open(io.BytesIO(data), formats=_readable()) as image:
            _check_size(image)
            if image.getexif().get(_ORIENTATION, 1) <= 4 and image.width <= width:
                return None
            image.draft("RGB", (width * 2, width * 2))
            still = ImageOps.exif_transpose(image)
            if still.width <= width:
                return None
            profile = still.info.get("icc_profile")
            has_alpha = still.mode in ("RGBA", "LA", "PA") or "transparency" in still.info
            still = still.convert("RGBA" if has_alpha else "RGB")
            still = still.resize((width, max(1, round(still.height * width / still.width))), library.Resampling.LANCZOS)
            out = io.BytesIO()
            colours = {"icc_profile": profile} if profile and image.mode in ("RGB", "RGBA") else {}
            still.save(out, "WEBP", quality=82, method=4, **colours)
            return out.getvalue()
    except library.DecompressionBombError as error:
        raise NoPicture(_too_large()) from error
    except Exception as error:
        raise NoPicture(_what_it_is(data)) from error


def squared(picture: Picture, side: int) -> Picture:
    """The middle of a picture as a still square WebP of at most ``side`` points, turned as it is to be seen.

    Raises :class:`NoPicture`.
    """
    library = _pillow()
    from PIL import ImageOps

    try:
        with library.open(io.BytesIO(picture.data), formats=_readable()) as image:
            _check_size(image)
            still = ImageOps.exif_transpose(image)
            has_alpha = still.mode in ("RGBA", "LA", "PA") or "transparency" in still.info
            side = min(side, *still.size)
            still = ImageOps.fit(still.convert("RGBA" if has_alpha else "RGB"), (side, side), library.Resampling.LANCZOS)
            out = io.BytesIO()
            # Without a colour profile, which may be larger than the picture.
            still.save(out, "WEBP", quality=82, method=4)
    except Exception as error:
        raise NoPicture(_what_it_is(picture.data)) from error
    return Picture(data=out.getvalue(), ending="webp", width=side, height=side)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise NoPicture(_too_large(image))


def _decode(image: Image.Image) -> None:
    """Decode every frame; a truncated or broken one raises."""
    points = image.width * image.height
    for number in range(MAX_FRAMES + 1):
        if number == MAX_FRAMES or points * (number + 1) > max(MAX_MOVING, points):
            raise NoPicture(f"moves for too long; at most {MAX_FRAMES:,} frames of together {MAX_MOVING:,} points are kept")
        try:
            image.seek(number)
        except EOFError:
            break
        image.load()
    image.seek(0)
    image.load()


def _stripped(image: Image.Image, data: bytes, ending: str, orientation: int) -> bytes:
    if ending in ("png", "webp", "avif") and orientation != 1:
        return _coded_anew(image, ending)
    rewritten = strip(data, ending, orientation)
    if rewritten is not None:
        return rewritten
    has_more = bool(image.getexif()) or any(name in image.info for name in ("exif", "xmp", "XML:com.adobe.xmp"))
    return _coded_anew(image, ending) if has_more else data


def _coded_anew(image: Image.Image, ending: str) -> bytes:
    """The picture turned as it is to be seen and written again without metadata; of an animation the first frame."""
    from PIL import ImageOps

    out, profile = io.BytesIO(), image.info.get("icc_profile")
    turned: Any = ImageOps.exif_transpose(image)
    turned.info.clear()
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if ending != "png":
        options["quality"] = 90
    turned.save(out, ending.upper(), **options)
    return out.getvalue()


def _too_large(image: Image.Image | None = None) -> str:
    size = f"has {image.width:,} × {image.height:,} points" if image else "has far too many points"
    return f"{size}; at most {MAX_PIXELS:,} are decoded"


def _what_it_is(data: bytes) -> str:
    """Why these bytes are no picture that is kept, as far as their beginning tells."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "is an SVG drawing, which can carry a script, and is not kept; its link stays"
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, not a picture"
    if sniff(data):
        return "is damaged or cut short, and was not kept"
    return f"is not a picture that can be kept ({KEPT})"


def sniff(data: bytes) -> str:
    """The ending of the format that the first bytes (32 are enough) speak of; empty for none that is kept. Proves nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        return "avif"
    return ""


@cache
def _readable() -> tuple[str, ...]:
    """The formats that this Pillow can read of ours; a build without a library for one leaves it out."""
    library = _pillow()
    library.preinit()
    library.init()
    return tuple(name for name in FORMATS if name in library.OPEN)


@cache
def _pillow() -> Any:
    import warnings

    from PIL import Image

    # The size is checked here, against a lower bound; a warning would only be printed across the screen.
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image
