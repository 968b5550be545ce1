"""Bodies of answers, unpacked piece by piece and never beyond a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_ANY_HEADER = zlib.MAX_WBITS | 32
"""Reads gzip and zlib headers alike."""

_GZIP = b"\x1f\x8b"

PIECE = 1 << 18
"""Bytes unpacked at a time: what a compression bomb can cost before it is noticed."""


class TooLarge(Exception):
    """The body goes beyond the bound."""


class BadEncoding(Exception):
    """The body is packed in a way that we did not ask for, or not as it says."""


class CutShort(Exception):
    """The packed body ends in the middle."""


def read_body(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Unpack and join a body of the given ``Content-Encoding``; raises the errors above."""
    names = [name.strip() for name in encoding.lower().split(",") if name.strip() not in ("", "identity")]
    if not names:
        unpacked: Iterable[bytes] = pieces
    elif len(names) == 1 and names[0] in ("gzip", "x-gzip", "deflate"):
        unpacked = _inflate(pieces, raw_allowed=names[0] == "deflate")
    else:
        # Layers multiply: a thousandfold bomb inside another one is a millionfold.
        raise BadEncoding(encoding)
    parts: list[bytes] = []
    size = 0
    for part in unpacked:
        size += len(part)
        if size > max_bytes:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _inflate(pieces: Iterable[bytes], *, raw_allowed: bool) -> Iterator[bytes]:
    engine = None
    started = False
    held = b""
    for fresh in pieces:
        piece, held = held + fresh, b""
        while piece:
            if engine is None and not started:
                # Some servers send "deflate" without the zlib header that the standard asks for.
                raw = raw_allowed and piece[0] & 0x0F != zlib.DEFLATED
                engine, started = zlib.decompressobj(-zlib.MAX_WBITS if raw else _ANY_HEADER), True
            elif engine is None:
                if piece == _GZIP[:1]:
                    held = piece
                    break
                if not piece.startswith(_GZIP):  # a gzip body may have several members; anything else is padding
                    return
                engine = zlib.decompressobj(_ANY_HEADER)
            try:
                yield engine.decompress(piece, PIECE)
            except zlib.error as error:
                raise BadEncoding(str(error)) from error
            if engine.eof:
                piece, engine = engine.unused_data, None
            else:
                piece = engine.unconsumed_tail
    if engine is not None:
        yield engine.flush()
        if not engine.eof:
            raise CutShort
