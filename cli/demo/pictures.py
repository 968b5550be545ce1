"""The demo's pictures, drawn by a few lines of code."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cache

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 640, 400
FACE = 120
"""Points of each side of a face."""

_NIGHT, _DAWN = ((14, 22, 48), (48, 66, 110)), ((255, 214, 140), (255, 244, 214))
_INK, _PAPER, _GREY = (40, 44, 52), (250, 249, 245), (208, 206, 200)
_RED, _GREEN, _BLUE = (214, 64, 52), (72, 160, 92), (66, 110, 190)
_GROUNDS = ((188, 214, 232), (226, 208, 180), (198, 222, 196), (226, 198, 206), (210, 204, 232))
_SKINS = ((246, 214, 186), (226, 178, 140), (178, 126, 88), (120, 80, 56))
_HAIRS = ((44, 36, 34), (112, 72, 44), (198, 150, 76), (150, 150, 152))
_CLOTHES = (_BLUE, _GREEN, _RED, (92, 88, 110))


class Canvas:
    """A picture in memory, filled row by row."""

    def __init__(self, top: Colour, bottom: Colour, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Begin with a gradient from the one colour down to the other."""
        self.width, self.height = width, height
        self.rows: list[bytearray] = []
        for y in range(height):
            share = y / (height - 1)
            colour = bytes(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
            self.rows.append(bytearray(colour * width))

    def span(self, y: int, left: float, right: float, colour: Colour) -> None:
        """Fill a row from one column up to another; what lies outside is left away."""
        first, last = max(0, round(left)), min(self.width, round(right))
        if 0 <= y < self.height and first < last:
            self.rows[y][first * 3 : last * 3] = bytes(colour) * (last - first)

    def box(self, left: int, top: int, width: int, height: int, colour: Colour, corner: int = 0) -> None:
        """A rectangle, its corners rounded."""
        for y in range(top, top + height):
            inside = min(y - top, top + height - 1 - y)
            cut = corner - math.sqrt(max(0, corner**2 - (corner - inside) ** 2)) if inside < corner else 0
            self.span(y, left + cut, left + width - cut, colour)

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        """A filled circle."""
        for row in range(y - radius, y + radius + 1):
            half = math.sqrt(radius**2 - (row - y) ** 2)
            self.span(row, x - half, x + half, colour)

    def below(self, height: Callable[[int], float], colour: Colour) -> None:
        """Everything under a curve."""
        for x in range(self.width):
            for y in range(max(0, round(height(x))), self.height):
                self.rows[y][x * 3 : x * 3 + 3] = bytes(colour)

    def png(self) -> bytes:
        """The picture as a PNG file."""

        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _phone(level: float, colour: Colour) -> Canvas:
    canvas = Canvas((228, 234, 240), (196, 206, 218))
    canvas.box(220, 24, 200, 352, _INK, 28)
    canvas.box(232, 52, 176, 288, _PAPER, 6)
    canvas.box(268, 150, 96, 60, _GREY, 8)
    canvas.box(364, 168, 10, 24, _GREY, 3)
    canvas.box(276, 158, max(6, round(80 * level)), 44, colour, 3)
    return canvas


def _cafe() -> Canvas:
    canvas = Canvas((168, 124, 88), (146, 104, 72))
    for plank in range(1, 5):
        canvas.box(0, plank * 80, WIDTH, 2, (128, 90, 62))
    canvas.disc(150, 170, 92, _PAPER)
    canvas.disc(150, 170, 66, (92, 58, 40))
    canvas.box(330, 90, 260, 148, _INK, 22)
    canvas.box(348, 102, 224, 124, _PAPER, 6)
    canvas.box(404, 138, 100, 52, _GREY, 8)
    canvas.box(504, 154, 9, 20, _GREY, 3)
    canvas.box(411, 145, 8, 38, _RED, 3)
    return canvas


def _hills() -> Canvas:
    canvas = Canvas(*_DAWN)
    canvas.disc(470, 170, 46, (255, 190, 90))
    canvas.below(lambda x: 220 + 34 * math.sin(x / 90) + 12 * math.sin(x / 31), (134, 172, 128))
    canvas.below(lambda x: 275 + 40 * math.sin(x / 120 + 2) + 9 * math.sin(x / 40), (92, 140, 98))
    canvas.below(lambda x: 335 + 28 * math.sin(x / 150 + 4), (58, 104, 74))
    return canvas


def _night() -> Canvas:
    canvas = Canvas(*_NIGHT)
    canvas.box(0, 250, WIDTH, 150, (10, 16, 36))
    for number in range(16):
        x, tall = 18 + number * 39, 40 + (number * 53) % 110
        canvas.box(x, 250 - tall, 30, tall, (24, 30, 54))
        for window in range(3):
            if (number + window) % 3:
                canvas.box(x + 6 + window * 8, 258 - tall, 4, 6, (255, 214, 120))
        canvas.box(x + 12, 256, 5, 20 + (number * 29) % 60, (150, 126, 84))
    canvas.disc(540, 70, 26, (240, 236, 214))
    return canvas


def _chart(levels: Sequence[float]) -> Canvas:
    canvas = Canvas(_PAPER, _PAPER)
    for line in range(5):
        canvas.box(60, 50 + line * 75, 540, 2, _GREY)
    for number, level in enumerate(levels):
        tall = round(300 * level)
        canvas.box(84 + number * 74, 350 - tall, 48, tall, _RED if level < 0.25 else _BLUE, 4)
    return canvas


def _bus() -> Canvas:
    canvas = Canvas((206, 224, 240), (236, 240, 240))
    canvas.box(0, 320, WIDTH, 80, (120, 122, 126))
    canvas.box(60, 110, 520, 210, (196, 60, 56), 22)
    for number in range(6):
        canvas.box(84 + number * 82, 134, 64, 56, (220, 236, 246), 6)
    canvas.box(150, 212, 320, 80, _PAPER, 4)
    canvas.box(240, 226, 140, 52, _INK, 8)
    canvas.box(380, 242, 10, 20, _INK, 3)
    canvas.box(246, 232, 128, 40, _GREEN, 4)
    canvas.disc(160, 322, 34, _INK)
    canvas.disc(480, 322, 34, _INK)
    return canvas


_DRAWN: dict[str, Callable[[], Canvas]] = {
    "low": lambda: _phone(0.05, _RED),
    "full": lambda: _phone(1.0, _GREEN),
    "cafe": _cafe,
    "hills": _hills,
    "night": _night,
    "chart": lambda: _chart((1.0, 0.86, 0.72, 0.58, 0.37, 0.18, 0.04)),
    "bus": _bus,
}

PICTURES = tuple(_DRAWN)
"""Names of the pictures that can be drawn."""


@cache
def picture(name: str) -> bytes:
    """A picture as PNG; raises ``KeyError`` for one that nobody draws."""
    return _DRAWN[name]().png()


@cache
def face(user: str) -> bytes:
    """The picture that an account shows, as PNG: a head and shoulders, in colours that its name decides."""
    draw = zlib.crc32(user.encode())
    ground = _GROUNDS[draw % len(_GROUNDS)]
    skin, hair = _SKINS[draw // 7 % len(_SKINS)], _HAIRS[draw // 31 % len(_HAIRS)]
    canvas = Canvas(ground, ground, FACE, FACE)
    canvas.disc(60, 128, 44, _CLOTHES[draw // 127 % len(_CLOTHES)])
    canvas.disc(60, 50, 27, hair)
    canvas.disc(60, 57, 23, skin)
    canvas.box(52, 74, 16, 14, skin, 4)
    if draw // 3 % 2:
        canvas.box(37, 56, 8, 34, hair, 4)
        canvas.box(75, 56, 8, 34, hair, 4)
    canvas.disc(52, 55, 3, _INK)
    canvas.disc(68, 55, 3, _INK)
    canvas.box(54, 67, 12, 3, (170, 70, 66), 1)
    return canvas.png()
