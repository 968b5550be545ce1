"""Pictures without what is not the picture: no place, camera, comment or appended file goes along.

Only the container is rewritten and the picture's own data stays bit for bit, so nothing is lost, and what is clean already is
not changed at all: the digest of a picture names the same bytes however often it is taken in. What a decoder needs to show it
right stays: colour profile, gamma, transparency, animation, and the orientation of a JPEG.

After the specifications of PNG (third edition, W3C 2025), JPEG (ITU-T T.81) with Exif 2.32, GIF89a and WebP (RFC 9649).
Every function raises ``ValueError`` for what is cut short or is no such container.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split())
_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_WEBP_FLAGS = 0xFF ^ 0x08 ^ 0x04
"""All flags of a VP8X chunk but those that announce Exif and XMP."""
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""Where the coded data of a JPEG ends: a marker that is neither a stuffed byte nor a restart."""


def strip(data: bytes, ending: str, orientation: int = 1) -> bytes | None:
    """The picture alone; ``None`` for a format whose container cannot be rewritten here (AVIF).

    ``orientation`` is that of its Exif data (1 to 8); only a JPEG keeps it.
    """
    if ending == "jpg":
        return _jpeg(data, orientation)
    rewrite = _REWRITE.get(ending)
    return _whole(rewrite, data) if rewrite else None


def _whole(rewrite: Callable[[bytes], bytes], data: bytes) -> bytes:
    try:
        return rewrite(data)
    except (IndexError, struct.error) as error:
        raise ValueError("it ends too soon") from error


def _png(data: bytes) -> bytes:
    out, at = [_PNG_HEAD], len(_PNG_HEAD)
    while True:
        (size,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            raise ValueError("it ends too soon")
        if kind in _PNG_KEPT:
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
                raise ValueError("a check sum is wrong")
            out.append(data[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end


def _jpeg(data: bytes, orientation: int) -> bytes:
    try:
        return _segments(data, orientation)
    except (IndexError, struct.error) as error:
        raise ValueError("it ends too soon") from error


def _segments(data: bytes, orientation: int) -> bytes:
    out, at = [b"\xff\xd8", _exif(orientation) if orientation != 1 else b""], 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:  # fill bytes before a marker
            at += 1
        if data[at] != 0xFF:
            raise ValueError("a marker is missing")
        marker = data[at + 1]
        if marker == 0xD9:
            return b"".join([*out, b"\xff\xd9"])
        (size,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + size]
        at += 2 + size
        if _is_picture(marker, segment[4:]):
            out.append(segment)
        if marker == 0xDA:
            found = _AFTER_SCAN.search(data, at)
            if found is None:
                raise ValueError("it ends too soon")
            out.append(data[at : found.start()])
            at = found.start()


def _is_picture(marker: int, body: bytes) -> bool:
    """Whether a segment is needed to show a JPEG: not its Exif, XMP, IPTC, previews and comments."""
    if marker == 0xFE:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    return (marker, body[: body.find(b"\0") + 1]) in ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0")) or (
        marker == 0xEE and body.startswith(b"Adobe")
    )


def _exif(orientation: int) -> bytes:
    """A segment that tells the orientation and nothing else: a TIFF of one entry (tag 0x0112, SHORT)."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _gif(data: bytes) -> bytes:
    at = 13 + _table(data[10])
    out = [data[:at]]
    while True:
        start = at
        if at == len(data) or data[at] == 0x3B:  # some programs leave the trailer out
            return b"".join([*out, b"\x3b"])
        if data[at] == 0x2C:
            at = _after_blocks(data, at + 11 + _table(data[at + 9]))
            out.append(data[start:at])
        elif data[at] == 0x21:
            at = _after_blocks(data, at + 2)
            if data[start + 1] == 0xF9:
                out.append(data[start:at])
            elif data[start + 1] == 0xFF and data[start + 3 : start + 14] in _GIF_LOOPS and data[start + 14] == 3:
                out.append(data[start : start + 18] + b"\0")  # how often it repeats, and nothing behind that
        else:
            raise ValueError("a block is of no known kind")


def _table(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of sub-blocks ends."""
    while size := data[at]:
        at += size + 1
    return at + 1


def _webp(data: bytes) -> bytes:
    (whole,) = struct.unpack_from("<I", data, 4)
    end = 8 + whole
    if end > len(data):
        raise ValueError("it ends too soon")
    out, at = [b"WEBP"], 12
    while at + 8 <= end:
        kind = data[at : at + 4]
        (size,) = struct.unpack_from("<I", data, at + 4)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise ValueError("it ends too soon")
        if kind == b"VP8X":
            body = bytes([body[0] & _WEBP_FLAGS]) + body[1:]
        if kind in _WEBP_KEPT:
            out.append(kind + struct.pack("<I", size) + body + b"\0" * (size % 2))
        at += 8 + size + size % 2
    body = b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_REWRITE: Mapping[str, Callable[[bytes], bytes]] = {"png": _png, "gif": _gif, "webp": _webp}
