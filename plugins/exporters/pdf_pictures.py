"""The pictures of a story on paper: as large as print needs them, as JPEG, which a PDF holds as it is.

WeasyPrint unpacks and packs every other kind twice, a second or two for a screenshot.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ...core.errors import ExportError
from .html_pictures import Pictures, Shown

LARGEST = (1280, 720)
"""Points: 200 to the inch on the width of the column and the height that a picture may have."""


class PaperPictures(Pictures):
    """Pictures of one PDF, made smaller and laid into the folder that it is set from."""

    def __init__(self, held: Mapping[str, str], folder: Path) -> None:
        super().__init__(held, "beside")
        self._folder = folder

    def prepare(self, digests: Iterable[str]) -> None:
        """Make all of these ready at once, on every core; what is no picture is left out."""
        wanted = [digest for digest in dict.fromkeys(digests) if digest in self._held]
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            for digest, shown in zip(wanted, pool.map(self._lay, wanted), strict=True):
                if shown:
                    self._shown[digest] = shown

    def shown(self, digest: str) -> Shown | None:
        """The picture; ``None`` where there is no copy that can be shown."""
        return self._shown.get(digest)

    def _lay(self, digest: str) -> Shown | None:
        path = Path(self._held[digest])
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ExportError(f"The copy of a picture in {path} cannot be read: {error.strerror or error}.") from error
        made = on_paper(data)
        if made is None:
            return None
        (self._folder / f"{digest}.jpg").write_bytes(made[0])
        return Shown(source=f"{digest}.jpg", width=made[1], height=made[2])


def on_paper(data: bytes) -> tuple[bytes, int, int] | None:
    """A picture as JPEG with its width and height, on white where it is transparent; ``None`` for what is none."""
    from PIL import Image, ImageOps

    # The bytes were a stranger's once: whatever a decoder makes of them, the story is still to be printed.
    try:
        with Image.open(io.BytesIO(data)) as image:
            photograph = image.format == "JPEG"
            # A decoder of JPEG skips the detail that would be thrown away.
            image.draft("RGB", LARGEST)
            still = ImageOps.exif_transpose(image)
            profile = still.info.get("icc_profile") if still.mode == "RGB" else None
            if "A" in still.getbands() or "transparency" in still.info:
                still = still.convert("RGBA")
                still.thumbnail(LARGEST, reducing_gap=2.0)
                white = Image.new("RGB", still.size, "white")
                white.paste(still, mask=still.getchannel("A"))
                still = white
            still = still.convert("RGB")
            still.thumbnail(LARGEST, reducing_gap=2.0)
            out = io.BytesIO()
            # Letters and lines keep their colours where those are not halved.
            more = {"icc_profile": profile} if profile else {}
            still.save(out, "JPEG", quality=82, subsampling="4:2:0" if photograph else "4:4:4", **more)
    except Exception:
        return None
    return out.getvalue(), still.width, still.height
