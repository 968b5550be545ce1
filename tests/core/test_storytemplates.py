"""Stories begin with a template's headings and placeholders: ours, or a file of the workspace."""

from pathlib import Path

import pytest
from sample_story import empty_story, mention, quote
from story_world import World

from hubbub.core.errors import ImportFailed, NotFound, StoryError
from hubbub.core.stories import lint
from hubbub.core.storytemplates import (
    SUMMARIES,
    Template,
    begin,
    built_in,
    read_template,
    template_names,
    template_of,
    write_template,
)
from hubbub.core.values import Block, BlockKind, StoryOrder


@pytest.mark.parametrize("lang", ["en", "es", "ro", "el", "fr", "de", "de-AT", "ja"])
@pytest.mark.parametrize("name", list(SUMMARIES))
def test_ours_have_headings_each_followed_by_a_placeholder(name: str, lang: str):
    template = built_in(name, lang)
    story = begin(empty_story(), template, [f"b{number}" for number in range(len(template.blocks))])
    told = lint(story)
    texts = sum(block.kind is BlockKind.TEXT for block in story.blocks)
    assert sum("still a template's placeholder" in remark for remark in told) == texts > 2
    assert not any("nothing stands between" in remark for remark in told)
    assert template.summary
    headings = [block.text for block in template.blocks if block.kind is BlockKind.HEADING]
    assert (headings == [block.text for block in built_in(name).blocks if block.kind is BlockKind.HEADING]) == (
        lang in ("en", "ja")
    )


def test_a_story_is_kept_as_a_template_without_its_mentions(tmp_path: Path):
    story = empty_story(
        byline="Ana",
        lang="ro",
        order=StoryOrder.MANUAL,
        formats=("html", "json"),
        blocks=(
            Block(id="h", kind=BlockKind.HEADING, text="Luni", note="which day?"),
            quote("m", mention("1", "words of another")),
            Block(id="day-2026-06-08", kind=BlockKind.HEADING, text="8 iunie"),
            Block(id="d", kind=BlockKind.DIVIDER, pinned=True),
        ),
    )
    path = write_template(template_of(story, "Weekly"), "weekly", tmp_path / "templates")
    assert "words of another" not in path.read_text(encoding="utf-8")
    again = read_template("weekly", tmp_path / "templates")
    assert again == template_of(story, "Weekly")
    begun = begin(empty_story(), again, ["x", "y"])
    assert [(block.kind, block.text, block.note, block.pinned) for block in begun.blocks] == [
        (BlockKind.HEADING, "Luni", "which day?", False),
        (BlockKind.DIVIDER, "", "", True),
    ]
    assert (begun.byline, begun.order, begun.formats) == ("Ana", StoryOrder.MANUAL, ("html", "json"))
    assert template_names(tmp_path / "templates")["weekly"] == path
    with pytest.raises(StoryError, match="cannot be a template's name"):
        write_template(Template(), "../evil", tmp_path / "templates")


def test_a_file_may_be_toml_and_one_that_cannot_be_read_says_why(tmp_path: Path):
    (tmp_path / "letter.toml").write_text('summary = "Ours"\n[[blocks]]\nkind = "heading"\ntext = "Hello\\u001b[2J"\n')
    assert read_template("letter", tmp_path).blocks[0].kind is BlockKind.HEADING
    world = World(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "letter.toml").rename(tmp_path / "templates" / "letter.toml")
    assert world.desk.new("A", template="letter").story.blocks[0].text == "Hello"
    with pytest.raises(NotFound, match="Did you mean 'letter'"):
        world.desk.new("B", template="leter")
    for text, words in (
        ("{", "cannot be understood"),
        ('{"blocks": [{"kind": "mention"}]}', "a mention, which a template cannot have"),
        ('{"blocks": [{"kind": "text", "shape": 1}]}', "newer hubbub"),
        ("[]", "newer hubbub"),
    ):
        (tmp_path / "templates" / "bad.json").write_text(text)
        with pytest.raises(ImportFailed, match=words):
            world.desk.new("B", template="bad")
    assert [story.slug for story in world.desk.list()] == ["a"]
    world.archive.close()


def test_what_is_said_beats_the_template(tmp_path: Path):
    world = World(tmp_path)
    story = world.desk.new("A", template="crisis").story
    assert (story.lang, story.order) == ("en", StoryOrder.MANUAL)
    own = world.desk.new("B", template="crisis", lang="ro", order=StoryOrder.NEWEST).story
    assert (own.lang, own.order, len(own.blocks)) == ("ro", StoryOrder.NEWEST, len(story.blocks))
    assert own.blocks[1].text == "Primele semnale"
    world.desk.save_template("a", "own", summary="s")
    assert world.desk.new("C", template="own").story.blocks[0].text == story.blocks[0].text
    world.archive.close()
