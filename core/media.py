"""Our own copies of pictures, kept by what they are: ``media/ab/abcdef….png`` is the picture with that SHA-256.

Bytes from a stranger decide nothing but their own digest. They are kept once they were decoded to the last point
(:mod:`hubbub.core.pictures`), whatever an address or a header says; SVG, which can carry scripts, is refused like anything else
that is not one of five plain picture formats. Where a picture was taken, by which camera, and whatever else was packed into
its file is left out (:mod:`hubbub.core.stripping`): the digest is that of the file as it lies here and is published.

``media/thumbs/`` holds smaller stills, made when they are first asked for. It can be thrown away at any time.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from shutil import copyfile
from urllib.parse import urlsplit

from .contracts import HttpClient
from .errors import ExportError, ImportFailed, SourceBroken
from .pictures import NoPicture, Picture, read_picture, shrunk, squared
from .values import Media

MAX_BYTES = 20_000_000
"""The largest picture that is fetched or adopted."""

MAX_AVATAR = 5_000_000
"""The largest picture that is fetched to become an avatar."""

AVATAR = 96
"""Points of each side of an avatar: twice what a page shows, for fine screens."""

MIME = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif"}
"""The formats that are kept, by the ending of their files."""

THUMBS = "thumbs"
"""The folder of stills within the folder of pictures."""


_DIGEST = re.compile(r"[0-9a-f]{64}")


class MediaStore:
    """The pictures of a workspace. Thread-safe: files appear whole or not at all, and are never changed."""

    def __init__(self, folder: Path, http: HttpClient) -> None:
        self.folder = folder
        self._http = http

    def fetch(self, media: Media) -> Media:
        """The same medium with the digest of our copy, fetched unless we hold it; raises a ``SourceError``."""
        if self.path(media.digest):
            return media
        picture = self._fetched(media.url, MAX_BYTES)
        return replace(media, digest=self._keep(picture), mime=MIME[picture.ending], size=len(picture.data))

    def fetch_avatar(self, media: Media) -> Media:
        """The same with the digest of a small square of it, of which the whole is not kept; raises as :meth:`fetch`."""
        if self.path(media.digest):
            return media
        try:
            small = squared(self._fetched(media.url, MAX_AVATAR), AVATAR)
        except NoPicture as error:
            raise SourceBroken(f"{media.url} {error}.", url=media.url) from error
        return replace(media, digest=self._keep(small), mime=MIME[small.ending], size=len(small.data))

    def _fetched(self, url: str, max_bytes: int) -> Picture:
        if urlsplit(url).scheme.lower() not in ("http", "https"):
            raise SourceBroken(f"{url!r} is not a web address (http or https).", url=url)
        answer = self._http.get(url, max_bytes=max_bytes)
        try:
            return read_picture(answer.content)
        except NoPicture as error:
            kind = answer.headers.get("content-type", "an unknown type")
            raise SourceBroken(f"{url} {error}. It calls itself {kind}.", url=url) from error

    def adopt(self, data: bytes, *, exactly: bool = False) -> str:
        """Keep a picture that we were given; its digest. Raises ``ImportFailed`` for what is not kept.

        ``exactly`` keeps the very bytes, for a story that is read back and names them by their digest.
        """
        if len(data) > MAX_BYTES:
            raise ImportFailed(f"This picture has {len(data):,} bytes; at most {MAX_BYTES:,} are kept.")
        try:
            return self._keep(read_picture(data, exactly=exactly))
        except NoPicture as error:
            raise ImportFailed(f"This file {error}.") from error

    def path(self, digest: str) -> Path | None:
        """Where our copy lies; ``None`` where we hold none."""
        if not _DIGEST.fullmatch(digest):
            return None
        for ending in MIME:
            path = self._place(digest, ending)
            if path.is_file():
                return path
        return None

    def data_uri(self, digest: str) -> str:
        """The picture as a ``data:`` address, empty where we hold none."""
        path = self.path(digest)
        return data_uri(path) if path else ""

    def thumbnail(self, digest: str, width: int) -> Path | None:
        """A still of the picture that is at most ``width`` points wide, as WebP; the picture itself where it is no wider.

        Turned as it is to be seen. ``None`` where we hold no copy, or where it cannot be read any more.
        """
        path = self.path(digest)
        if path is None or width < 1:
            return None
        place = self.folder / THUMBS / f"{digest}-{width}.webp"
        if place.is_file():
            return place
        try:
            data = shrunk(path.read_bytes(), width)
            if data is None:
                return path
            place.parent.mkdir(exist_ok=True)
            write_whole(place, data)
        except (NoPicture, OSError):
            return None
        return place

    def _place(self, digest: str, ending: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.{ending}"

    def _keep(self, picture: Picture) -> str:
        digest = hashlib.sha256(picture.data).hexdigest()
        place = self._place(digest, picture.ending)
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, picture.data)
        return digest


def file_name(digest: str, path: PurePath) -> str:
    """Where an exporter puts our copy of a picture, relative to its folder; the same in every format."""
    if not _DIGEST.fullmatch(digest):
        raise ExportError(f"{digest!r} is no SHA-256, so it cannot name a picture.")
    return f"media/{digest}{path.suffix}"


def copy_pictures(pictures: Mapping[str, str], to: Path) -> tuple[str, ...]:
    """Copy pictures (our copies by digest) into an export's folder; the files written, relative to it."""
    written: list[str] = []
    for digest, path in sorted(pictures.items()):
        name = file_name(digest, PurePath(path))
        (to / name).parent.mkdir(exist_ok=True)
        try:
            copyfile(path, to / name)
        except OSError as error:
            raise ExportError(f"The copy of a picture in {path} cannot be taken along: {error.strerror or error}.") from error
        written.append(name)
    return tuple(written)


def data_uri(path: Path) -> str:
    """A file of ours as a ``data:`` address."""
    mime = MIME.get(path.suffix[1:], "application/octet-stream")
    return f"data:{mime};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the machine stops in between."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
