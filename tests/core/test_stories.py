"""Edits of a story are pure: they keep every block, sort stably, keep glue and pins, and refuse nonsense."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_story import START, empty_story, freeze, mention, quote

from hubbub.core.errors import StoryError
from hubbub.core.extents import extent_of
from hubbub.core.stories import (
    add_block,
    add_mentions,
    check,
    diff,
    edit_block,
    in_order,
    introduction,
    lint,
    matching,
    move,
    move_to,
    pin,
    pull_out,
    quote_part,
    remove,
    reverse,
    set_details,
    set_order,
    set_slug,
    sort_range,
    word_count,
)
from hubbub.core.storylint import Known, remarks
from hubbub.core.values import (
    Block,
    BlockKind,
    CheckState,
    Extent,
    LinkCheck,
    Media,
    Redaction,
    Story,
    StoryOrder,
    StoryState,
)


def text(block_id: str, words: str = "words", **more: object) -> Block:
    return Block(id=block_id, kind=BlockKind.TEXT, text=words, **more)  # type: ignore[arg-type]


def heading(block_id: str, words: str = "A heading") -> Block:
    return Block(id=block_id, kind=BlockKind.HEADING, text=words)


def said(block_id: str, hours: float, **more: object) -> Block:
    return quote(block_id, mention(block_id, f"said at {hours}", hours=hours), **more)


def ids(story: Story) -> str:
    return " ".join(block.id for block in story.blocks)


def story_of(*blocks: Block, order: StoryOrder = StoryOrder.OLDEST) -> Story:
    return empty_story(blocks=blocks, order=order)


# --- adding --------------------------------------------------------------------------------------------------


def test_mentions_go_to_their_place_in_time_in_either_direction():
    copies = [freeze(mention(key, key, hours=hours)) for key, hours in (("late", 9), ("early", 1), ("middle", 5))]
    names = ["late", "early", "middle"]
    assert ids(add_mentions(story_of(), copies, ids=names)) == "early middle late"
    assert ids(add_mentions(story_of(order=StoryOrder.NEWEST), copies, ids=names)) == "late middle early"


def test_a_story_kept_by_hand_takes_mentions_where_it_is_told():
    story = story_of(said("a", 1), said("b", 2), order=StoryOrder.MANUAL)
    copies = [freeze(mention("x", "x", hours=9)), freeze(mention("y", "y", hours=0))]
    assert ids(add_mentions(story, copies, ids=["x", "y"], after="a")) == "a x y b"
    assert ids(add_mentions(story, copies, ids=["x", "y"])) == "a b x y"


def test_a_mention_is_quoted_once():
    story = story_of(said("a", 1))
    again = freeze(mention("a", "said at 1", hours=1))
    assert add_mentions(story, [again], ids=["other"]) is story
    assert ids(add_mentions(story_of(), [again, again], ids=["one", "two"])) == "one"


def test_a_new_mention_goes_before_what_introduces_the_next_and_behind_the_opening():
    story = story_of(heading("opening"), said("a", 1), text("on-b"), said("b", 5), text("closing"))

    def with_one_at(hours: float) -> str:
        return ids(add_mentions(story, [freeze(mention("n", "n", hours=hours))], ids=["n"]))

    assert with_one_at(3) == "opening a n on-b b closing"
    assert with_one_at(0) == "opening n a on-b b closing"
    assert with_one_at(9) == "opening a on-b b n closing"


def test_blocks_go_behind_or_before_others_and_only_one_of_the_two():
    story = story_of(said("a", 1), said("b", 2))
    assert ids(add_block(story, text("t"), after="a")) == "a t b"
    assert ids(add_block(story, text("t"), before="a")) == "t a b"
    assert ids(add_block(story, text("t"))) == "a b t"
    with pytest.raises(StoryError, match="not both"):
        add_block(story, text("t"), after="a", before="b")


def test_ids_are_unique_and_no_places():
    story = story_of(said("a", 1))
    with pytest.raises(StoryError, match="already"):
        add_block(story, text("a"))
    with pytest.raises(StoryError, match="cannot be called 'top'"):
        add_block(story, text("top"))
    with pytest.raises(StoryError, match="as many block ids"):
        add_mentions(story, [freeze(mention("z", "z"))], ids=[])


# --- editing -------------------------------------------------------------------------------------------------


def test_a_block_has_only_the_fields_of_its_kind():
    story = story_of(heading("h"), text("t"), said("m", 1))
    assert edit_block(story, "h", text="  Two\n lines ").blocks[0].text == "Two lines"
    with pytest.raises(StoryError, match="heading block has no 'alt'"):
        edit_block(story, "h", alt="x")
    with pytest.raises(StoryError, match="mention block has no 'text'"):
        edit_block(story, "m", text="words in another's mouth")
    with pytest.raises(StoryError, match="has no 'url'"):
        add_block(story, Block(id="bad", kind=BlockKind.TEXT, url="https://acme.example/"))
    with pytest.raises(StoryError, match="no block 'nowhere'"):
        edit_block(story, "nowhere", text="x")


def test_a_quotation_can_be_renewed_but_not_exchanged():
    story = story_of(said("m", 1), said("n", 2))
    newer = freeze(mention("m", "said better", hours=1), version=2)
    renewed = edit_block(story, "m", copy=newer)
    assert diff(story, renewed) == ["quoted version 2 instead of 1 of marta’s post “said better”"]
    with pytest.raises(StoryError, match="cannot quote mastodon:other"):
        edit_block(story, "m", copy=freeze(mention("other", "x")))


def test_a_renewed_quotation_that_moved_in_time_goes_to_its_place():
    story = story_of(said("m", 1), said("n", 2))
    later = freeze(mention("m", "said at 1", hours=1), when=START + timedelta(hours=7))
    assert ids(edit_block(story, "m", copy=later)) == "n m"


def test_details_change_and_the_slug_stays():
    story = set_details(story_of(), title=" Η εβδομάδα\nτης μπαταρίας ", lang="el", state="published")
    assert (story.title, story.lang, story.state) == ("Η εβδομάδα της μπαταρίας", "el", StoryState.PUBLISHED)
    assert story.slug == "battery-week"
    assert set_details(story, lang="el") is story
    for wrong, words in (
        ({"title": " "}, "needs a title"),
        ({"slug": "x"}, "'slug' cannot be set"),
        ({"lang": "greek!"}, "no language"),
        ({"byte": "x"}, "Did you mean 'byline'"),
    ):
        with pytest.raises(StoryError, match=words):
            set_details(story, **wrong)


# --- order ---------------------------------------------------------------------------------------------------


def test_text_stays_glued_to_the_mention_that_it_introduces():
    story = story_of(heading("h"), said("a", 5), text("on-b"), said("b", 1), text("closing"), order=StoryOrder.MANUAL)
    assert ids(set_order(story, StoryOrder.OLDEST)) == "on-b b h a closing"
    assert ids(set_order(story, StoryOrder.NEWEST)) == "h a on-b b closing"


def test_pinned_blocks_keep_their_index():
    story = story_of(text("p", pinned=True), said("a", 5), said("q", 9, pinned=True), said("b", 1), order=StoryOrder.MANUAL)
    assert ids(set_order(story, StoryOrder.OLDEST)) == "p b q a"


def test_pinning_a_mention_pins_what_introduces_it():
    story = pin(story_of(text("on-a"), said("a", 1), said("b", 2)), ["a"], True)
    assert [block.pinned for block in story.blocks] == [True, True, False]
    assert [block.pinned for block in pin(story, ["a"], False).blocks] == [False, False, False]


def test_an_unpinned_mention_goes_to_its_place():
    story = story_of(said("a", 5, pinned=True), said("b", 1), said("c", 2))
    assert in_order(story)
    assert ids(pin(story, ["a"], False)) == "b c a"


def test_sorting_by_hand_leaves_everything_where_it_is():
    story = story_of(said("a", 1), said("b", 2))
    by_hand = set_order(story, StoryOrder.MANUAL)
    assert (ids(by_hand), by_hand.order) == ("a b", StoryOrder.MANUAL)


def test_moving_against_time_makes_a_story_one_kept_by_hand_and_moving_text_does_not():
    story = story_of(text("t"), said("a", 1), said("b", 2))
    assert move(story, ["b"], -1).order is StoryOrder.MANUAL
    moved = move(story, ["t"], 1)
    assert (ids(moved), moved.order) == ("a t b", StoryOrder.OLDEST)


def test_marked_blocks_move_together_as_far_as_the_end():
    story = story_of(*(text(name) for name in "abcdef"))
    assert ids(move(story, ["b", "d"], 1)) == "a c b e d f"
    assert ids(move(story, ["b", "d"], 9)) == "a c e b f d"
    assert ids(move(story, ["b", "a"], -5)) == "a b c d e f"
    assert move(story, ["a"], -1) is story


def test_marked_blocks_are_gathered_at_a_place():
    story = story_of(*(text(name) for name in "abcdef"))
    assert ids(move_to(story, ["e", "b"], "top")) == "b e a c d f"
    assert ids(move_to(story, ["a", "c"], "bottom")) == "b d e f a c"
    assert ids(move_to(story, ["a", "f"], "c")) == "b c a f d e"
    with pytest.raises(StoryError, match="behind itself"):
        move_to(story, ["a", "c"], "c")


def test_an_introduction_is_what_stands_directly_before():
    story = story_of(said("a", 1), heading("h"), text("t"), said("b", 2))
    assert introduction(story, "b") == ("h", "t")
    assert introduction(story, "a") == introduction(story, "t") == ()


# --- properties ----------------------------------------------------------------------------------------------

KINDS = st.sampled_from(["mention", "text", "heading", "pinned mention", "pinned text"])


@st.composite
def stories(draw: st.DrawFn) -> Story:
    blocks: list[Block] = []
    for number, kind in enumerate(draw(st.lists(KINDS, max_size=9))):
        pinned = kind.startswith("pinned")
        if kind.endswith("mention"):
            blocks.append(said(f"m{number}", draw(st.integers(0, 4)), pinned=pinned))
        else:
            made = BlockKind.HEADING if kind == "heading" else BlockKind.TEXT
            blocks.append(Block(id=f"t{number}", kind=made, text=kind, pinned=pinned))
    story = story_of(*blocks, order=StoryOrder.MANUAL)
    return set_order(story, draw(st.sampled_from(list(StoryOrder))))


@st.composite
def moves(draw: st.DrawFn) -> Callable[[Story], Story]:
    """A step that neither adds nor removes a block."""
    picked = draw(st.lists(st.integers(0, 8), max_size=4))
    number = draw(st.integers(-5, 5))
    order = draw(st.sampled_from(list(StoryOrder)))
    what = draw(st.sampled_from(["move", "top", "bottom", "after", "order", "reverse", "pin", "unpin"]))

    def step(story: Story) -> Story:
        marked = [story.blocks[index].id for index in picked if index < len(story.blocks)]
        others = [block.id for block in story.blocks if block.id not in marked]
        match what:
            case "move":
                return move(story, marked, number)
            case "top" | "bottom":
                return move_to(story, marked, what)
            case "after" if others:
                return move_to(story, marked, others[number % len(others)])
            case "order":
                return set_order(story, order)
            case "pin" | "unpin":
                return pin(story, marked, what == "pin")
        return reverse(story)

    return step


def by_id(story: Story) -> list[Block]:
    """All blocks, pins left aside, whatever their order."""
    return sorted((replace(block, pinned=False) for block in story.blocks), key=lambda block: block.id)


def pins(story: Story) -> dict[int, Block]:
    """The pinned blocks by their index."""
    return {index: block for index, block in enumerate(story.blocks) if block.pinned}


def units(story: Story) -> list[tuple[str, ...]]:
    """Each mention in the flow with what introduces it."""
    flow = [block for block in story.blocks if block.kind is BlockKind.MENTION and not block.pinned]
    return [(*introduction(story, block.id), block.id) for block in flow]


@given(stories(), st.lists(moves(), max_size=6))
def test_no_sequence_of_moves_loses_or_doubles_a_block(story: Story, steps: list[Callable[[Story], Story]]):
    moved = story
    for step in steps:
        moved = step(moved)
        assert in_order(moved)
    assert by_id(moved) == by_id(story)
    assert check(moved) is moved


@given(stories(), st.sampled_from(list(StoryOrder)))
def test_glue_and_pins_hold_when_a_story_is_sorted(story: Story, order: StoryOrder):
    for arranged in (set_order(story, order), reverse(story)):
        assert sorted(units(arranged)) == sorted(units(story))
        assert {i: b for i, b in enumerate(story.blocks) if b.pinned} == {
            i: b for i, b in enumerate(arranged.blocks) if b.pinned
        }


@given(stories())
def test_sorting_is_stable_and_done_once(story: Story):
    by_time = set_order(story, StoryOrder.OLDEST)
    assert set_order(by_time, StoryOrder.OLDEST) is by_time
    for hour in range(5):
        at = START + timedelta(hours=hour)

        def same_time(one: Story, at=at) -> list[str]:
            return [b.id for b in one.blocks if b.copy and b.copy.when == at and not b.pinned]

        assert same_time(by_time) == same_time(story)


@given(stories())
def test_reversing_twice_changes_nothing(story: Story):
    assert reverse(reverse(story)) == story


@given(stories(), st.lists(st.integers(0, 4), min_size=1, max_size=3))
def test_added_mentions_keep_the_order_of_time_and_the_pins_of_nobody_else(story: Story, hours: list[int]):
    names = [f"new{number}" for number in range(len(hours))]
    copies = [freeze(mention(name, name, hours=at)) for name, at in zip(names, hours, strict=True)]
    added = add_mentions(story, copies, ids=names)
    assert in_order(added)
    assert remove(added, names) == story


@given(stories(), st.lists(moves(), max_size=3))
def test_a_diff_is_empty_only_where_nothing_differs(story: Story, steps: list[Callable[[Story], Story]]):
    moved = story
    for step in steps:
        moved = step(moved)
    assert bool(diff(story, moved)) == (story != moved)


# --- telling -------------------------------------------------------------------------------------------------


def test_a_diff_says_it_in_sentences():
    old = story_of(heading("h", "Monday"), said("a", 1), said("b", 2), text("t", "Old words"))
    new = add_block(edit_block(remove(old, ["h"]), "t", text="New words"), text("n", "More"), before="a")
    new = set_details(move_to(new, ["b"], "top"), title="Another")
    assert diff(old, new) == [
        "changed the title from “The battery week” to “Another”",
        "changed the order from “oldest” to “manual”",
        "removed the heading “Monday” (was 1)",
        "added the text “More” as 2",
        "edited the text “Old words” to “New words”",
        "moved marta’s post “said at 1” from 2 to 3",
    ]


def test_a_diff_names_as_few_moved_blocks_as_can_be():
    story = story_of(*(text(name) for name in "abcdef"))
    assert diff(story, move_to(story, ["a"], "bottom")) == ["moved the text “words” from 1 to 6"]


def test_lint_finds_what_a_reader_would_stumble_over():
    seen = replace(freeze(mention("1", "no date", published=None)), when=START)
    picture = mention("2", "", media=(Media(kind="image", url="https://files.example/a.png"),), url="", author=None)
    remarks = lint(
        story_of(
            heading("h1"),
            heading("h2", " "),
            Block(id="i", kind=BlockKind.IMAGE, url="https://files.example/b.png"),
            Block(id="l", kind=BlockKind.LINK, url="javascript:alert(1)"),
            Block(id="m", kind=BlockKind.MENTION, copy=seen),
            Block(id="n", kind=BlockKind.MENTION, copy=freeze(picture)),
            heading("end"),
        )
    )
    told = "\n".join(remarks)
    for words in (
        "no description",
        "no byline",
        "Block 1: nothing stands between this heading and the next",
        "Block 2: this heading is empty",
        "Block 3: this image has no text alternative",
        "Block 4: this link leads nowhere",
        "Block 5: marta’s post “no date” has no date",
        "Block 6: a post of mastodon has no address",
        "names no author",
        "1 picture without a copy of ours",
        "1 picture without text alternative",
        "ends with a heading",
    ):
        assert words in told
    whole = {"byline": "Ana", "description": "d", "cover": "0" * 64, "cover_alt": "A battery"}
    assert lint(empty_story(**whole)) == ["The story is empty; quote a mention or write a text."]
    assert lint(empty_story(**whole, blocks=(text("t"),))) == ["The story quotes no mention yet; add one from a search."]


def test_lint_finds_one_address_quoted_twice():
    twice = story_of(said("a", 1), quote("b", mention("b", "x", url=mention("a", "").url)))
    assert any("is quoted 2 times" in remark for remark in lint(twice))


def test_words_are_counted_in_every_script():
    assert word_count(story_of(text("t", "l’été d'Ana, well-known"), text("u", "日本語"))) == 3 + 3 + 3


# --- quoting a part, describing, pulling out ---------------------------------------------------------------------


def test_a_part_of_a_mention_is_quoted_and_only_of_a_mention():
    story = story_of(quote("m", mention("m", "It died twice. Nobody cares.", hours=1)), text("t"))
    part = extent_of("It died twice. Nobody cares.", "Nobody cares.")
    quoted = quote_part(story, "m", part)
    assert diff(story, quoted) == ["quoted the part “Nobody cares.” of marta’s post “It died twice. Nobody cares.”"]
    assert word_count(quoted) == word_count(story) - 3
    assert quote_part(quoted, "m", None) == story
    with pytest.raises(StoryError, match="not in the quoted text"):
        quote_part(story, "m", Extent(exact="Everybody cares."))
    with pytest.raises(StoryError, match="this block is a text"):
        quote_part(story, "t", part)
    redacted = replace(freeze(mention("m", "", hours=1)), redacted=Redaction(at=START, reason="asked", digest="0"))
    assert edit_block(quoted, "m", copy=redacted).blocks[0].extent is None


def test_our_text_alternatives_stand_beside_the_copy_whose_digest_stays_true():
    picture = Media(kind="image", url="https://files.example/a.png")
    story = story_of(quote("m", mention("m", "Look", hours=1, media=(picture,))))
    described = edit_block(story, "m", alts={picture.url: " A swollen\nphone "})
    block = described.blocks[0]
    assert (block.alts, block.copy) == ({picture.url: "A swollen phone"}, story.blocks[0].copy)
    assert any(remark.kind == "no-alt" for remark in remarks(story))
    assert not any(remark.kind == "no-alt" for remark in remarks(described))
    assert edit_block(described, "m", alts={picture.url: " "}) == story
    with pytest.raises(StoryError, match="has no picture"):
        edit_block(story, "m", alts={"https://other.example/": "x"})
    other = freeze(mention("m", "Look again", hours=1, media=(replace(picture, url="https://files.example/b.png"),)), version=2)
    assert edit_block(described, "m", copy=other).blocks[0].alts == {}


def test_a_picture_is_pulled_out_before_its_mention_with_credit_and_rights():
    picture = Media(kind="image", url="https://files.example/a.png", alt="A phone", digest="d" * 64)
    story = story_of(said("a", 0), quote("m", mention("m", "Look", hours=1, media=(picture,)), rights="CC BY 4.0"))
    pulled = pull_out(story, "m", picture.url, new_id="p")
    image = pulled.blocks[1]
    assert ids(pulled) == "a p m"
    assert (image.kind, image.text, image.alt, image.rights) == (BlockKind.IMAGE, "Marta", "A phone", "CC BY 4.0")
    assert introduction(pulled, "m") == ("p",)
    with pytest.raises(StoryError, match="quotes no picture"):
        pull_out(story, "a", picture.url, new_id="q")


def test_details_of_publishing_are_checked_and_kept():
    digest = "a" * 64
    story = set_details(
        story_of(), cover=digest, cover_alt="A phone", rights=" CC BY ", query="acme\n battery", formats=["json"]
    )
    assert (story.cover, story.cover_alt, story.rights, story.query) == (digest, "A phone", "CC BY", "acme battery")
    assert story.formats == ("json",)
    assert set_details(story, cover="b" * 64).cover_alt == ""
    assert set_details(story, cover=digest) is story
    assert "took the cover away" in diff(story, set_details(story, cover=""))
    assert "changed the formats from “json” to “json, html”" in diff(
        story, set_details(story, formats=("json", "html", "json"))
    )
    for wrong in ({"cover": "cells.jpg"}, {"formats": []}, {"formats": [""]}):
        with pytest.raises(StoryError):
            set_details(story, **wrong)


def test_a_slug_is_changed_only_by_name():
    story = story_of()
    assert set_slug(story, "another-week").slug == "another-week"
    assert set_slug(story, story.slug) is story
    for wrong in ("", "Another week", "../x", "a--b", "-a", "1a"):
        with pytest.raises(StoryError, match="cannot be a story's slug"):
            set_slug(story, wrong)


def test_words_are_found_whatever_their_case_and_accents():
    story = story_of(text("t", "Ședința de luni"), said("a", 1), quote("b", mention("b", "Sedinta s-a amânat", handle="ionut")))
    assert matching(story, "SEDINTA") == ("t", "b")
    assert matching(story, "sedinta amanat") == ("b",)
    assert matching(story, "ionut") == ("b",)
    assert matching(story, "  ") == matching(story, "zeppelin") == ()


# --- a range sorted alone ----------------------------------------------------------------------------------------


def test_only_the_range_is_sorted_with_what_introduces_its_first_mention():
    story = story_of(
        said("a", 9), text("on-b"), said("b", 5), said("c", 1), text("on-d"), said("d", 0), order=StoryOrder.MANUAL
    )
    assert ids(sort_range(story, ["b", "c"])) == "a c on-b b on-d d"
    assert ids(sort_range(story, ["b", "on-d"])) == "a c on-b b on-d d"
    assert ids(sort_range(story, ["d", "c"], StoryOrder.NEWEST)) == ids(story)
    assert sort_range(story, []) is story
    with pytest.raises(StoryError, match="oldest or newest"):
        sort_range(story, ["b"], StoryOrder.MANUAL)


def test_a_range_against_the_order_of_time_makes_the_story_one_kept_by_hand():
    story = story_of(said("a", 1), said("b", 2), said("c", 3))
    turned = sort_range(story, ["b", "c"], StoryOrder.NEWEST)
    assert (ids(turned), turned.order) == ("a c b", StoryOrder.MANUAL)
    assert sort_range(story, ["a", "c"]) is story


@given(stories(), st.data())
def test_sorting_a_range_touches_nothing_else(story: Story, data: st.DataObject):
    if not story.blocks:
        return
    marked = data.draw(st.lists(st.sampled_from([block.id for block in story.blocks]), min_size=1, max_size=3))
    order = data.draw(st.sampled_from([StoryOrder.OLDEST, StoryOrder.NEWEST]))
    done = sort_range(story, marked, order)
    assert by_id(done) == by_id(story)
    assert pins(done) == pins(story)
    assert sorted(units(done)) == sorted(units(story))
    assert in_order(done)
    last = max(index for index, block in enumerate(story.blocks) if block.id in marked)
    assert done.blocks[last + 1 :] == story.blocks[last + 1 :]


@given(stories(), st.lists(st.integers(0, 4), max_size=5))
def test_many_mentions_go_where_each_alone_would_go(story: Story, hours: list[int]):
    names = [f"new{number}" for number in range(len(hours))]
    copies = [freeze(mention(name, name, hours=at)) for name, at in zip(names, hours, strict=True)]
    one_by_one = story
    for name, copy in zip(names, copies, strict=True):
        one_by_one = add_mentions(one_by_one, [copy], ids=[name])
    assert add_mentions(story, copies, ids=names) == one_by_one


# --- what is told before publishing ------------------------------------------------------------------------------


def test_remarks_say_which_block_and_what_to_do():
    gone = LinkCheck(ref="mastodon:a", at=START, state=CheckState.GONE, detail="404")
    silent = LinkCheck(ref="mastodon:b", at=START, state=CheckState.UNREACHABLE, detail="no answer")
    redacted = replace(freeze(mention("r", "", hours=3)), redacted=Redaction(at=START, reason="asked for", digest="0"))
    story = story_of(
        said("a", 1),
        said("b", 2),
        Block(id="r", kind=BlockKind.MENTION, copy=redacted),
        Block(id="i", kind=BlockKind.IMAGE, url="https://files.example/a.png", media="d" * 64, alt="x"),
        text("t", "[Say what happened.]"),
    )
    story = set_details(story, state=StoryState.PRIVATE, cover="c" * 64)
    known = Known(checks={"mastodon:a": gone, "mastodon:b": silent}, versions={"mastodon:a": 2}, media=frozenset())
    told = {(remark.number, remark.kind): remark for remark in remarks(story, known)}
    assert {
        (1, "dead-link"),
        (1, "changed"),
        (2, "unreachable"),
        (3, "redacted"),
        (4, "no-rights"),
        (4, "no-media"),
    } <= told.keys()
    assert {(0, "private"), (0, "no-alt"), (0, "no-media"), (5, "placeholder")} <= told.keys()
    assert told[1, "changed"].block == "a"
    assert str(told[1, "changed"]) == (
        "Block 1: marta’s post “said at 1” was edited: version 2 is newer than the quoted 1; compare, and renew it."
    )
    assert all(remark.todo for remark in told.values())
    quiet = remarks(set_details(story, state=StoryState.DRAFT))
    assert not {"dead-link", "unreachable", "changed"} & {remark.kind for remark in quiet}


def test_more_slides_than_the_player_bears_are_told_where_it_is_wanted():
    story = story_of(*(said(f"m{number}", number) for number in range(101)))
    kinds = {remark.kind for remark in remarks(story)}
    assert ("long" in kinds, "many-slides" in kinds) == (True, False)
    assert "many-slides" in {remark.kind for remark in remarks(set_details(story, formats=["html", "timelinejs"]))}


def test_edits_of_ten_thousand_blocks_take_time_in_step_with_their_number():
    """Ten times the blocks may cost some thirty times the time, never a hundred: no edit is quadratic."""

    def seconds(size: int) -> float:
        blocks = [said(f"m{number}", number / 10) if number % 5 else text(f"t{number}") for number in range(size)]
        story = story_of(*blocks)
        names = [block.id for block in blocks]
        copies = [freeze(mention(f"n{number}", "new", hours=number / 10)) for number in range(size)]
        began = time.process_time()
        added = add_mentions(story, copies, ids=[f"n{number}" for number in range(size)])
        for step in (
            lambda one: pin(one, names, True),
            lambda one: pin(one, names, False),
            lambda one: move_to(one, names[::2], "bottom"),
            lambda one: set_order(one, StoryOrder.OLDEST),
            lambda one: sort_range(one, names[: size // 2], StoryOrder.NEWEST),
            lambda one: remove(one, names),
        ):
            added = step(added)
        assert diff(story, added)
        remarks(added)
        return time.process_time() - began

    assert seconds(10_000) < 30 * seconds(1_000)
