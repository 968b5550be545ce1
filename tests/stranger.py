"""Processors of somebody else, installed for a while: one does what the text of a mention tells it to, the other one learns."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = """
import os
from collections import Counter

from hubbub import Component, Label, Learnt, hookimpl


class Stranger:
    version = "7"

    def __init__(self, context):
        self._context = context

    def process(self, mentions):
        for mention in mentions:
            match mention.text:
                case "end": os._exit(3)
                case "end once":
                    mark = self._context.data_dir / "ended"
                    if not mark.exists():
                        mark.touch()
                        os._exit(3)
                case "hang":
                    while True: pass
                case "eat":
                    eaten = []
                    while True: eaten.append(bytearray(10**7))
                case "raise": raise RuntimeError("δεν μπορώ")
        return [(Label(name="mood", value="calm" if len(m.text) % 2 else "loud", by="you", version="?"),) for m in mentions]


class Pupil:
    # It says of every mention what most corrections said.
    learns = "mood"

    def __init__(self, context):
        self._learnt = context.data_dir / "learnt"

    @property
    def version(self):
        return f"1+{self._said}" if self._said else "1"

    @property
    def _said(self):
        return self._learnt.read_text() if self._learnt.exists() else ""

    def process(self, mentions):
        return [(Label(name="mood", value=self._said or "calm", by="pupil", version=self.version),) for _ in mentions]

    def learn(self, corrected, *, keep=True):
        counts = Counter(label.value for _, label in corrected)
        if len(corrected) < 2:
            return Learnt(examples=counts, kept=False, why="two corrections are needed")
        if keep:
            self._learnt.write_text(counts.most_common(1)[0][0])
        return Learnt(examples=counts, left_out=1, accuracy=(0.5, 0.75), kept=keep, why="it is right more often")

    def forget(self):
        there = self._learnt.exists()
        self._learnt.unlink(missing_ok=True)
        return there


def build(options, context):
    if (context.data_dir / "hang").exists():
        while True: pass
    return Stranger(context)


@hookimpl
def register_processors():
    return [
        Component(name="stranger", build=build, summary="a stranger"),
        Component(name="pupil", build=lambda options, context: Pupil(context), summary="a stranger that learns"),
    ]
"""


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Have the processor ``stranger`` installed, for this process and for those that it starts."""
    site = folder / "site"
    info = site / "hubbub_stranger-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "hubbub_stranger.py").write_text(CODE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hubbub-stranger\nVersion: 1.0\n", encoding="utf-8")
    points = "".join(f"processor.{name} = hubbub_stranger\n" for name in ("stranger", "pupil"))
    (info / "entry_points.txt").write_text(f"[hubbub]\n{points}", encoding="utf-8")
    sys.path.insert(0, str(site))
    try:
        yield
    finally:
        sys.path.remove(str(site))
        sys.modules.pop("hubbub_stranger", None)
