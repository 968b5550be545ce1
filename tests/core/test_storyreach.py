"""What became of what a story quotes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sample_story import NOW, mention
from story_world import World

from hubbub.core.storyreach import Change, reach_of
from hubbub.core.values import Author, Engagement


def counts(hours: int, **numbers: int) -> Engagement:
    return Engagement(at=NOW + timedelta(hours=hours), **numbers)


def test_counts_at_the_time_of_quoting_against_the_newest(tmp_path: Path):
    world = World(tmp_path)
    ana = Author(platform="mastodon", key="ana", handle="ana", name="Ana", followers=120)
    first = replace(mention("1", "acme is slow"), author=ana, engagement=counts(0, likes=5, shares=2))
    second = replace(mention("2", "acme is fast"), author=ana, engagement=counts(0, likes=9))
    third = mention("3", "acme is")
    made = world.story(first, second, third)
    world.save(replace(first, engagement=counts(5, likes=12, shares=1, replies=3)))
    world.archive.mark_deleted([second.ref], NOW)
    world.archive.purge([third.ref])

    refs = [block.ref for block in made.story.blocks]
    found = reach_of(made.story, world.archive.records(refs))
    by_ref = {one.ref: one for one in found.mentions}
    one = by_ref[first.ref]
    assert one.counts == {"likes": Change(then=5, now=12), "shares": Change(then=2, now=1)}
    assert (one.author, one.followers, one.counts["shares"].by) == ("Ana", 120, -1)
    assert by_ref[second.ref].deleted
    assert not by_ref[third.ref].archived
    assert found.counts == {"likes": Change(then=14, now=21), "shares": Change(then=2, now=1)}
    assert (found.followers, found.untold) == (120, 1)


def test_a_mention_that_is_quoted_twice_counts_once(tmp_path: Path):
    world = World(tmp_path)
    made = world.story(replace(mention("1", "acme"), engagement=counts(0, score=4)))
    twice = replace(made.story, blocks=(*made.story.blocks, replace(made.story.blocks[0], id="again")))
    found = reach_of(twice, world.archive.records([made.story.blocks[0].ref]))
    assert len(found.mentions) == 2
    assert found.counts == {"score": Change(then=4, now=4)}
