"""What was read or written of stories lately, so that a step of a long story does not read and write all of it again.

Copies and steps are kept by the SHA-256 of the bytes that the archive holds of them. Whatever changes those bytes, in this
program or another, makes other names: nothing that is found here can be out of date. How a block is written is kept by the
very block, which is frozen: a step of a long story writes the blocks that it changed.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from ..core.serial import to_json
from ..core.values import Block, FrozenCopy, Story
from .heads import encoded
from .rows import packed

COPIES = 4_000
"""Quotes that are kept: those of some long stories."""
STEPS = 32
"""Steps that are kept; their quotes are kept once."""
BLOCKS = 8_000
"""Blocks of which is kept how they are written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How a block is written within a step."""

    text: str
    """JSON, with the digest of what it quotes in the place of the copy."""
    copy: str
    """That digest; empty where it quotes nothing."""


class StoryCache:
    """Values by the digest of their bytes. Thread-safe."""

    def __init__(self, *, copies: int = COPIES, steps: int = STEPS, blocks: int = BLOCKS) -> None:
        self._copies: OrderedDict[str, FrozenCopy] = OrderedDict()
        self._digests: dict[int, str] = {}
        """The digest of each kept copy by its ``id``, which no other object has while the copy is kept."""
        self._steps: OrderedDict[str, Story] = OrderedDict()
        self._told: OrderedDict[int, tuple[Block, Told]] = OrderedDict()
        """By the ``id`` of the block, which is kept with it."""
        self._most_copies, self._most_steps, self._most_blocks = copies, steps, blocks
        self._lock = Lock()

    def copy(self, digest: str) -> FrozenCopy | None:
        """The quote of this digest, where it is kept."""
        with self._lock:
            found = self._copies.get(digest)
            if found is not None:
                self._copies.move_to_end(digest)
            return found

    def keep_copy(self, digest: str, copy: FrozenCopy) -> FrozenCopy:
        """Keep a quote; gives the one that is kept of this digest already, where there is one."""
        with self._lock:
            kept = self._copies.setdefault(digest, copy)
            self._digests[id(kept)] = digest
            self._copies.move_to_end(digest)
            while len(self._copies) > self._most_copies:
                _, gone = self._copies.popitem(last=False)
                del self._digests[id(gone)]
            return kept

    def digest(self, copy: FrozenCopy) -> str:
        """The digest of a quote, worked out where it is not known."""
        with self._lock:
            known = self._digests.get(id(copy))
        return known or hashlib.sha256(packed(to_json(copy))).hexdigest()

    def told(self, block: Block) -> Told:
        """How a block is written, worked out where it is not known."""
        with self._lock:
            known = self._told.get(id(block))
            if known is not None:
                self._told.move_to_end(id(block))
                return known[1]
        digest = self.digest(block.copy) if block.copy else ""
        plain = to_json(replace(block, copy=None) if block.copy else block)
        told = Told(text=encoded(plain | {"copy": digest or None}), copy=digest)
        with self._lock:
            self._told[id(block)] = block, told
            while len(self._told) > self._most_blocks:
                self._told.popitem(last=False)
        return told

    def step(self, body: bytes) -> Story | None:
        """The story that these bytes are, where it is kept."""
        name = hashlib.sha256(body).hexdigest()
        with self._lock:
            found = self._steps.get(name)
            if found is not None:
                self._steps.move_to_end(name)
            return found

    def keep_step(self, body: bytes, story: Story) -> None:
        """Keep a story under its bytes."""
        with self._lock:
            self._steps[hashlib.sha256(body).hexdigest()] = story
            while len(self._steps) > self._most_steps:
                self._steps.popitem(last=False)


LATELY = StoryCache()
"""The one of this process: digests are the same in every archive."""
