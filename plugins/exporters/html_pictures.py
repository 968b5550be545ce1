"""Which pictures become part of a page, which lie beside it, and how large they have to be for it.

A picture that is much larger than it is shown is made smaller, and one that may become part of the page is written anew where
that is shorter: a photograph as JPEG, which takes the least time, anything else as WebP, which keeps letters sharp. Moving
pictures stay as they are. Made pictures are kept among the stills of the media folder, so that publishing again is quick, and
go with their originals.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import Literal, TypeAlias

from ...core.errors import ExportError
from ...core.media import MIME, THUMBS, data_uri, file_name
from ...core.pictures import sniff

Where: TypeAlias = Literal["auto", "inside", "beside"]
"""Where the pictures of a page are: all in it, all in ``media/`` beside it, or the small ones in it."""

LARGEST_INSIDE = 600_000
"""Bytes of a picture that becomes part of the page by itself (``auto``)."""
ALL_INSIDE = 6_000_000
"""Bytes of all such pictures together (``auto``)."""
TRIED = 12_000_000
"""Bytes of the copies, from the first on, that are written anew to see whether they are short enough (``auto``)."""
WIDTH = 1280
"""Points: twice the width of the column, for fine screens."""
MUCH_WIDER = 1600
"""Points from which on a picture is made smaller."""
WORTH_IT = 0.9
"""A picture is written anew only where that leaves less than this part of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A picture as it stands in the page."""

    source: str
    """What stands in ``src``: a ``data:`` address or a relative one."""
    width: int
    """Points; 0 where it could not be told."""
    height: int


class Pictures:
    """The pictures of one page, in the order in which it asks for them."""

    def __init__(self, held: Mapping[str, str], where: Where = "auto") -> None:
        self._held = held
        self._where = where
        self._room = ALL_INSIDE
        self._shown: dict[str, Shown] = {}
        self.beside: dict[str, Path | bytes] = {}
        """What lies beside the page, by its name relative to it: the path of our copy, or a smaller one."""

    def prepare(self, digests: Iterable[str]) -> None:
        """Make all of these ready at once, on every core; they are asked for one by one afterwards."""
        wanted = [digest for digest in dict.fromkeys(digests) if digest in self._held and digest not in self._shown]
        tried = dict(zip(wanted, self._to_try(wanted), strict=True))
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            results = pool.map(lambda digest: self._leaner(digest, anyway=tried[digest]), wanted)
            for digest, made in zip(wanted, results, strict=True):
                self._shown[digest] = self._show(digest, made, self._fits(len(made) if made else self._size(digest)))

    def shown(self, digest: str) -> Shown | None:
        """The picture for the page; ``None`` where there is no copy."""
        if digest not in self._held:
            return None
        if digest not in self._shown:
            self.prepare([digest])
        return self._shown[digest]

    def put(self, digest: str) -> str:
        """Lay the picture beside the page for those who ask for it by an address; its name, empty without a copy."""
        path = self._held.get(digest)
        if not path:
            return ""
        name = file_name(digest, PurePath(path))
        self.beside[name] = Path(path)
        return name

    def write(self, to: Path) -> list[str]:
        """Write what lies beside the page; the files, relative to the folder."""
        for name, content in self.beside.items():
            (to / name).parent.mkdir(exist_ok=True)
            try:
                (to / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
            except OSError as error:
                raise ExportError(
                    f"The copy of a picture in {content} cannot be taken along: {error.strerror or error}."
                ) from error
        return sorted(self.beside)

    def _to_try(self, digests: list[str]) -> list[bool]:
        """Which of the pictures are written anew because they may become part of the page."""
        if self._where != "auto":
            return [self._where == "inside"] * len(digests)
        return [total <= TRIED for total in accumulate(map(self._size, digests))]

    def _fits(self, size: int) -> bool:
        """Whether a picture of so many bytes becomes part of the page."""
        if self._where != "auto":
            return self._where == "inside"
        fits = size <= min(LARGEST_INSIDE, self._room)
        self._room -= size if fits else 0
        return fits

    def _size(self, digest: str) -> int:
        path = Path(self._held[digest])
        try:
            return path.stat().st_size
        except OSError as error:
            raise ExportError(f"The copy of a picture in {path} cannot be read: {error.strerror or error}.") from error

    def _show(self, digest: str, made: bytes | None, inside: bool) -> Shown:
        path = Path(self._held[digest])
        width, height = _size_of(made or path)
        if inside:
            source = f"data:{MIME[sniff(made)]};base64,{base64.b64encode(made).decode()}" if made else data_uri(path)
        else:
            # Beside an export in another format the smaller picture must not have the name of the whole one.
            name = file_name(digest, PurePath(path))
            source = f"{name.removesuffix(path.suffix)}-{width}.{sniff(made)}" if made else name
            self.beside[source] = made or path
        return Shown(source=source, width=width, height=height)

    def _leaner(self, digest: str, *, anyway: bool) -> bytes | None:
        """A shorter picture for the page, made or kept from before; ``None`` where the copy itself serves."""
        path = Path(self._held[digest])
        kept = _place(digest, path, "any" if anyway else "wide")
        if kept and kept.is_file():
            # An empty one says that nothing shorter came of it.
            return kept.read_bytes() or None
        made = leaner(path.read_bytes(), anyway=anyway)
        if kept:
            # It appears whole, but need not outlive a crash: it can be made again.
            kept.parent.mkdir(exist_ok=True)
            with NamedTemporaryFile(prefix=".new-", dir=kept.parent, delete=False) as file:
                file.write(made or b"")
            os.replace(file.name, kept)
        return made


def _place(digest: str, path: Path, name: str) -> Path | None:
    """Where a made picture is kept; ``None`` for a copy that does not lie in a media folder (``media/ab/abcdef….png``)."""
    if path.stem != digest or path.parent.name != digest[:2]:
        return None
    return path.parent.parent / THUMBS / f"{digest}-{name}.page"


def leaner(data: bytes, *, anyway: bool) -> bytes | None:
    """The picture in fewer bytes; ``None`` where it moves or nothing is won.

    One from :data:`MUCH_WIDER` on is no wider than :data:`WIDTH` then; any other is written again only ``anyway``.
    """
    from PIL import Image, ImageOps

    # The bytes were a stranger's once: whatever a decoder makes of them, the copy itself is still there.
    try:
        with Image.open(io.BytesIO(data)) as image:
            wide = image.width >= MUCH_WIDER
            if getattr(image, "is_animated", False) or not (wide or anyway):
                return None
            photograph = image.format == "JPEG"
            if wide:
                # A decoder of JPEG skips the detail that would be thrown away.
                image.draft("RGB", (WIDTH, max(1, image.height * WIDTH // image.width)))
            still = ImageOps.exif_transpose(image)
            has_alpha = "A" in still.getbands() or "transparency" in still.info
            profile = still.info.get("icc_profile") if still.mode in ("RGB", "RGBA") else None
            still = still.convert("RGBA" if has_alpha else "RGB")
            if wide and still.width > WIDTH:
                height = max(1, round(still.height * WIDTH / still.width))
                still = still.resize((WIDTH, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            out = io.BytesIO()
            how = {"format": "JPEG", "optimize": True} if photograph else {"format": "WEBP", "method": 2}
            still.save(out, quality=80, **how, **({"icc_profile": profile} if profile else {}))
    except Exception:
        return None
    return out.getvalue() if out.tell() < len(data) * WORTH_IT else None


def _size_of(picture: bytes | Path) -> tuple[int, int]:
    """Width and height in points; zeros where they cannot be told."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
            return image.size
    except Exception:
        return 0, 0
