"""A story's query goes on proposing mentions: what is quoted, rejected, muted or a copy is not proposed again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from story_world import World, post

from hubbub.core.errors import NotFound, QueryError
from hubbub.core.values import BY_MUTES, MUTED, Label

RECALL = "Acme recalls the battery of the phone after forty reports of swelling within a single week, it said on Monday."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.story(post("1", "acme battery dead", hours=1))
    world.save(post("2", "acme battery swells", hours=2), post("3", "acme battery again", hours=3), post("4", "lunch", hours=4))
    yield world
    world.archive.close()


def proposed(world: World, limit: int = 50) -> list[str]:
    return [record.mention.key for record in world.desk.inbox.proposals("a", limit).records]


def test_a_story_without_a_query_is_proposed_nothing(world: World):
    assert (proposed(world), world.desk.inbox.count("a")) == ([], 0)


def test_a_query_is_checked_and_proposes_what_is_not_quoted_the_newest_first(world: World):
    with pytest.raises(QueryError) as raised:
        world.desk.inbox.attach("a", 'acme "battery')
    assert raised.value.position == 5
    assert world.desk.open("a").story.query == ""
    assert world.desk.inbox.attach("a", " acme\n battery ").story.query == "acme battery"
    assert proposed(world) == ["3", "2"]
    assert proposed(world, 1) == ["3"]
    assert world.desk.inbox.proposals("a", 1).total == world.desk.inbox.count("a") == 2
    assert world.desk.inbox.attach("a", "").note == "took the query away"
    assert proposed(world) == []


def test_what_is_accepted_is_quoted_with_the_query(world: World):
    world.desk.inbox.attach("a", "battery")
    story = world.desk.inbox.accept("a", ["mastodon:2"]).story
    copies = [block.copy for block in story.blocks if block.copy]
    assert [(copy.mention.key, copy.query, copy.sources) for copy in copies] == [
        ("1", "", ("press",)),
        ("2", "battery", ("press",)),
    ]
    assert copies[1].seen is not None
    assert proposed(world) == ["3"]


def test_what_was_rejected_never_returns_until_it_is_let_in_again(world: World):
    world.desk.inbox.attach("a", "battery")
    world.desk.inbox.reject("a", ["mastodon:3"])
    assert proposed(world) == ["2"]
    world.desk.inbox.accept("a", ["mastodon:2"])
    world.desk.undo("a")
    assert proposed(world) == ["2"]
    assert [record.ref for record in world.desk.inbox.rejected("a")] == ["mastodon:3"]
    with pytest.raises(NotFound, match="no mention 'mastodon:99'"):
        world.desk.inbox.reject("a", ["mastodon:99"])
    world.desk.inbox.unreject("a", ["mastodon:3"])
    assert proposed(world) == ["3", "2"]
    world.desk.inbox.reject("a", ["mastodon:3"])
    world.desk.inbox.accept("a", ["mastodon:3"])
    assert world.archive.rejected(world.desk.open("a").story.id) == frozenset()


def test_another_story_is_not_concerned_by_what_one_rejects(world: World):
    world.desk.inbox.attach("a", "battery")
    world.desk.inbox.reject("a", ["mastodon:3"])
    world.desk.duplicate("a", "B")
    assert [record.mention.key for record in world.desk.inbox.proposals("b").records] == ["3", "2"]


def test_what_is_muted_is_not_proposed(world: World):
    world.desk.inbox.attach("a", "battery")
    world.archive.add_mute("word", "again", note="", at=world.at)
    world.archive.relabel({"mastodon:3": (Label(name=MUTED, value="word:again", by=BY_MUTES),)}, BY_MUTES)
    world.indexer.catch_up()
    assert (proposed(world), world.desk.inbox.count("a")) == (["2"], 1)


def test_near_copies_are_one_proposal_and_none_of_what_is_decided(world: World):
    world.desk.inbox.attach("a", "recalls")
    world.save(post("r1", RECALL, hours=5))
    world.save(post("r2", f"{RECALL} Via the wire.", hours=6, handle="ionut"), post("r3", RECALL, hours=7, handle="eleni"))
    assert (proposed(world), world.desk.inbox.count("a")) == (["r1"], 1)
    world.desk.inbox.reject("a", ["mastodon:r1"])
    assert proposed(world) == []
    world.desk.inbox.unreject("a", ["mastodon:r1"])
    world.desk.add("a", ["mastodon:r2"])
    assert proposed(world) == []
