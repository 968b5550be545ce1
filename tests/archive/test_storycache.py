"""What is kept of stories that were written or read lately."""

from __future__ import annotations

from dataclasses import replace
from json import loads

from archive_samples import NOW, mention
from sqlalchemy import select

from hubbub.archive.rows import unpacked
from hubbub.archive.sqlarchive import SqlArchive
from hubbub.archive.storycache import StoryCache
from hubbub.archive.tables import revisions
from hubbub.core.deciding import content_digest
from hubbub.core.serial import to_json
from hubbub.core.values import Block, BlockKind, FrozenCopy, Story


def quote(key: str) -> Block:
    said = mention(key, raw={"key": key})
    copy = FrozenCopy(mention=said, version=1, when=NOW, frozen=NOW, digest=content_digest(said))
    return Block(id=f"b{key}", kind=BlockKind.MENTION, copy=copy, note="să vedem")


def test_a_block_is_written_with_the_digest_of_what_it_quotes() -> None:
    cache, block = StoryCache(), quote("1")
    told = cache.told(block)
    assert block.copy is not None
    assert loads(told.text) == to_json(replace(block, copy=None)) | {"copy": cache.digest(block.copy)}
    assert told.copy == cache.digest(block.copy)
    divider = Block(id="d", kind=BlockKind.DIVIDER)
    assert (loads(cache.told(divider).text), cache.told(divider).copy) == (to_json(divider), "")


def test_the_very_same_block_is_worked_out_once_and_a_changed_one_anew() -> None:
    cache, block = StoryCache(), quote("1")
    assert cache.told(block) is cache.told(block)
    assert loads(cache.told(replace(block, pinned=True)).text)["pinned"] is True


def test_only_so_many_blocks_are_kept() -> None:
    cache, first, second = StoryCache(blocks=1), quote("1"), quote("2")
    told = cache.told(first)
    cache.told(second)
    assert cache.told(first) == told
    assert cache.told(first) is not told


def test_a_step_is_written_as_its_story_is(archive: SqlArchive) -> None:
    blocks = (quote("1"), Block(id="t", kind=BlockKind.TEXT, text="Și “apoi”"), quote("2"))
    story = Story(id="s1", slug="two-days", title="Two days", created=NOW, blocks=blocks)
    archive.save_story(story, note="", expected=None, at=NOW)
    moved = replace(story, blocks=(blocks[1], blocks[0], blocks[2]))
    archive.save_story(moved, note="", expected=1, at=NOW)
    with archive._db.read() as connection:
        bodies = [
            unpacked(body) for body in connection.execute(select(revisions.c.body).order_by(revisions.c.number)).scalars()
        ]
    for told, body in zip((story, moved), bodies, strict=True):
        without = replace(told, blocks=tuple(replace(block, copy=None) for block in told.blocks))
        assert [bool(block.pop("copy")) for block in body["blocks"]] == [block.copy is not None for block in told.blocks]
        expected = to_json(without)
        for block in expected["blocks"]:
            block.pop("copy")
        assert body == expected
        assert list(body) == list(expected)
