"""What the desk hands to exporters, and what makes a published folder out of date beside the story."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sample_story import mention
from story_world import World

from hubbub.core.errors import ExportError
from hubbub.core.stories import edit_block
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import JSON, PublishedStory, Receipt


@dataclass
class Recorder:
    """An exporter that remembers what it was given, and rests on a file."""

    style: Path
    given: list[PublishedStory] = field(default_factory=list)
    broken: bool = False

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        self.given.append(story)
        (to / "page.txt").write_text(story.story.title)
        return Receipt(path="page.txt", files=("page.txt",))

    def rests_on(self) -> Iterable[Path]:
        if self.broken:
            raise ExportError("there is no such theme")
        return [self.style]


@dataclass
class Office:
    """A story desk whose one format is the recorder's."""

    world: World
    recorder: Recorder
    options: dict[str, JSON] = field(default_factory=dict)

    @property
    def desk(self) -> StoryDesk:
        return StoryDesk(
            archive=self.world.archive,
            media=self.world.desk.media,
            exporter=lambda name: self.recorder,
            exporters=["text"],
            published=self.world.folder / "published",
            now=self.world.now,
            options=lambda name: dict(self.options),
        )

    def is_current(self) -> bool:
        return self.desk.current("a", ["text"], self.world.folder / "published" / "a")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    style = tmp_path / "style.css"
    style.write_text("p {}")
    world = World(tmp_path)
    told = replace(mention("1", "acme is slow"), raw={"ip": "192.0.2.1"})
    revision = world.story(told, mention("2", "words to be taken out"))
    block = revision.story.blocks[0].id
    world.desk.edit("a", lambda now: edit_block(now, block, note="ask the lawyer"), "noted")
    return Office(world, Recorder(style))


def test_exporters_are_handed_only_what_readers_may_see(office: Office):
    office.world.desk.care.redact("a", office.world.desk.open("a").story.blocks[1].id, "at the author's request")
    office.desk.publish("a", formats=["text"])
    (given,) = office.recorder.given
    first, second = given.story.blocks
    assert first.copy is not None
    assert second.copy is not None
    assert (first.note, first.copy.mention.raw, first.copy.mention.text) == ("", None, "acme is slow")
    assert second.copy.redacted is not None
    assert second.copy.mention.text == ""
    assert "lawyer" not in repr(given)


def test_options_and_files_that_changed_make_a_folder_out_of_date(office: Office):
    office.desk.publish("a", formats=["text"])
    assert office.is_current()
    office.options["pictures"] = "beside"
    assert not office.is_current()
    office.desk.publish("a", formats=["text"])
    assert office.is_current()
    office.recorder.style.write_text("p { color: red }")
    assert not office.is_current()
    office.desk.publish("a", formats=["text"])
    office.recorder.style.unlink()
    assert not office.is_current()


def test_what_cannot_be_written_now_is_out_of_date_and_publishing_tells_why(office: Office):
    office.desk.publish("a", formats=["text"])
    office.recorder.broken = True
    assert not office.is_current()
    with pytest.raises(ExportError, match="no such theme"):
        office.desk.publish("a", formats=["text"])
