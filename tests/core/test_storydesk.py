"""The story desk: every edit is a step, nothing is lost, and a published folder is replaced as a whole or not at all."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sample_story import NOW, START, NoHttp, empty_story, mention, plain, quote

from hubbub.archive import open_archive
from hubbub.core import folders
from hubbub.core.contracts import Exporter, Response
from hubbub.core.deciding import content_digest, decide
from hubbub.core.errors import (
    BrokenPlugin,
    ExportError,
    ImportFailed,
    NotFound,
    SourceGone,
    StoryConflict,
    StoryError,
    UnknownPlugin,
)
from hubbub.core.media import MediaStore
from hubbub.core.publishing import STAMP
from hubbub.core.serial import to_json
from hubbub.core.sharing import Sharing
from hubbub.core.slugs import SLUG, slugify, unique
from hubbub.core.stories import add_block, set_details
from hubbub.core.storydesk import StoryDesk
from hubbub.core.values import (
    Author,
    Block,
    BlockKind,
    LinkCheck,
    Media,
    PublishedStory,
    Receipt,
    Record,
    Revision,
    Story,
    StoryOrder,
    StoryState,
    StorySummary,
)
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.testing.fakes import FakeClock

PNG = plain(10, 20, 30, 8, 8)


class Shelf:
    """The part of an archive that the story desk uses, in memory; conflicts can be ordered."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self._records = {record.ref: record for record in records}
        self._steps: dict[str, list[Revision]] = {}
        self._standing: dict[str, int] = {}
        self.conflicts = 0
        """How many of the next saves meet another program's step."""

    def records(self, refs: Sequence[str]) -> list[Record]:
        return [self._records[ref] for ref in refs if ref in self._records]

    def author(self, platform: str, key: str) -> Author | None:
        return None

    def link_checks(self, refs: Sequence[str]) -> dict[str, LinkCheck]:
        return {}

    def stories(self) -> list[StorySummary]:
        return [summary(self.story(key)) for key in self._steps]

    def story(self, name: str, revision: int | None = None) -> Revision:
        for key, steps in self._steps.items():
            standing = steps[self._standing[key] - 1]
            if name in (key, standing.story.slug):
                return standing if revision is None else steps[revision - 1]
        raise NotFound("story", name)

    def revisions(self, story_id: str) -> list[Revision]:
        return list(self._steps[story_id])

    def next_step(self, story_id: str, number: int) -> int | None:
        return max((step.number for step in self._steps[story_id] if step.parent == number), default=None)

    def sharing(self, story_id: str) -> Sharing:
        return Sharing()

    def save_story(self, story: Story, *, note: str, expected: int | None, at: object, by: str = "") -> Revision:
        steps = self._steps.setdefault(story.id, [])
        if self.conflicts and steps:
            self.conflicts -= 1
            other = add_block(steps[-1].story, Block(id=f"other{self.conflicts}", kind=BlockKind.TEXT, text="Theirs"))
            self._append(steps, other, "theirs")
        if self._standing.get(story.id) != expected:
            raise StoryConflict(f"{story.slug} was changed")
        return self._append(steps, story, note)

    def stand(self, story_id: str, revision: int, *, expected: int) -> Revision:
        assert self._standing[story_id] == expected
        self._standing[story_id] = revision
        return self._steps[story_id][revision - 1]

    def delete_story(self, story_id: str) -> None:
        del self._steps[story_id], self._standing[story_id]

    def _append(self, steps: list[Revision], story: Story, note: str) -> Revision:
        made = Revision(number=len(steps) + 1, parent=self._standing.get(story.id), at=NOW, note=note, story=story)
        steps.append(made)
        self._standing[story.id] = made.number
        return made


def summary(revision: Revision) -> StorySummary:
    story = revision.story
    return StorySummary(
        id=story.id,
        slug=story.slug,
        title=story.title,
        state=story.state,
        blocks=len(story.blocks),
        mentions=sum(block.copy is not None for block in story.blocks),
        created=story.created,
        updated=revision.at,
        revision=revision.number,
    )


class Pictures:
    """A web that has one picture and lacks all others."""

    def get(self, url: str, **_: object) -> Response:
        if not url.endswith("good.png"):
            raise SourceGone(f"{url} is not there any more.", url=url)
        return Response(url=url, status=200, headers={}, content=PNG)


class Writer:
    """An exporter that writes what it was told to, or raises it."""

    def __init__(self, files: dict[str, str], fault: Exception | None = None) -> None:
        self.files, self.fault = files, fault

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        for name, text in self.files.items():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_text(text.format(story=story.story))
        if self.fault:
            raise self.fault
        return Receipt(path=str(to / next(iter(self.files))), files=tuple(self.files))


def ids() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"id{number}"


def record(key: str, text: str = "said", **more: object) -> Record:
    said = mention(key, text, **more)
    return Record(mention=said, version=3, when=said.published or START, first_seen=START, last_seen=START)


def story_of(revision: Revision | None) -> Story:
    assert revision is not None
    return revision.story


def desk(
    folder: Path, *, records: Sequence[Record] = (), writers: dict[str, Exporter] | None = None, http: object = None
) -> StoryDesk:
    exporters: dict[str, Exporter] = {"json": JsonExporter(), **(writers or {})}

    def exporter(name: str) -> Exporter:
        if name not in exporters:
            raise UnknownPlugin(role="exporter", name=name, known=exporters)
        return exporters[name]

    fresh = ids()
    return StoryDesk(
        archive=Shelf(records),  # type: ignore[arg-type]
        media=MediaStore(folder / "media", http or NoHttp()),  # type: ignore[arg-type]
        exporter=exporter,
        exporters=list(exporters),
        published=folder / "published",
        now=FakeClock(NOW),
        new_id=lambda: next(fresh),
    )


# --- slugs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "slug"), [("CON", "story-con"), ("Lpt1!", "story-lpt1"), ("Console", "console")])
def test_no_slug_is_a_name_that_windows_keeps_for_devices(title: str, slug: str):
    assert slugify(title) == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The battery week", "the-battery-week"),
        ("Η εβδομάδα της μπαταρίας", "i-evdomada-tis-mpatarias"),
        ("Ουρανός & Θάλασσα", "ouranos-thalassa"),
        ("Săptămâna bateriei — ședința", "saptamana-bateriei-sedinta"),
        ("La semana de la batería, ¿y qué?", "la-semana-de-la-bateria-y-que"),
        ("Straße Łódź Ærø", "strasse-lodz-aero"),
        ("Щука и Ёж", "shchuka-i-ezh"),
        ("日本語", "story"),
        ("2026 in review", "story-2026-in-review"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "story"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_slug_is_made_of_any_title(title: str, slug: str):
    assert slugify(title) == slug
    assert SLUG.fullmatch(slug)


def test_slugs_are_numbered_where_they_are_taken():
    assert unique("a", {"a", "a-2"}) == "a-3"


# --- steps ---------------------------------------------------------------------------------------------------


def test_a_new_story_has_a_slug_of_its_own(tmp_path: Path):
    stories = desk(tmp_path)
    first, second = stories.new("Acme, once more", lang="ro"), stories.new("Acme once more!", order=StoryOrder.MANUAL)
    assert (first.story.slug, second.story.slug) == ("acme-once-more", "acme-once-more-2")
    assert (first.story.lang, first.story.created, second.story.order) == ("ro", NOW, StoryOrder.MANUAL)
    assert [story.slug for story in stories.list()] == ["acme-once-more", "acme-once-more-2"]
    with pytest.raises(StoryError, match="needs a title"):
        stories.new("  ")


def test_undo_stands_on_the_parent_and_redo_on_the_newest_child(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.add_text("a", "one")
    stories.add_text("a", "two")
    assert [block.text for block in story_of(stories.undo("a")).blocks] == ["one"]
    stories.add_text("a", "three")
    assert stories.redo("a") is None
    assert [block.text for block in story_of(stories.undo("a")).blocks] == ["one"]
    assert [block.text for block in story_of(stories.redo("a")).blocks] == ["one", "three"]
    assert (stories.undo("a"), stories.undo("a")) != (None, None)
    assert stories.undo("a") is None
    assert [step.note for step in stories.history("a")] == ["began the story", *["added a text"] * 3]


def test_an_old_step_is_restored_as_a_new_one(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.add_text("a", "one")
    stories.remove("a", [stories.open("a").story.blocks[0].id])
    restored = stories.restore("a", 2)
    assert (restored.number, restored.note, [block.text for block in restored.story.blocks]) == (4, "restored step 2", ["one"])


def test_an_edit_that_changes_nothing_is_no_step(tmp_path: Path):
    stories = desk(tmp_path)
    begun = stories.new("A")
    assert stories.edit("a", lambda story: replace(story), "nothing") == begun
    assert len(stories.history("a")) == 1


def test_an_edit_is_applied_again_where_another_program_was_quicker(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.archive.conflicts = 8  # type: ignore[attr-defined]
    after = stories.add_text("a", "Ours")
    assert [block.text for block in after.story.blocks] == [*["Theirs"] * 8, "Ours"]
    stories.archive.conflicts = 99  # type: ignore[attr-defined]
    with pytest.raises(StoryConflict):
        stories.add_text("a", "Ours again")


def test_two_threads_lose_nothing_of_each_other(tmp_path: Path):
    archive = open_archive(tmp_path / "archive.db")
    shared = StoryDesk(
        archive=archive,
        media=MediaStore(tmp_path / "media", NoHttp()),  # type: ignore[arg-type]
        exporter=lambda name: JsonExporter(),
        exporters=["json"],
        published=tmp_path,
        now=FakeClock(NOW),
    )
    shared.new("A")
    wanted = 6

    def write(who: str) -> None:
        for number in range(wanted):
            while True:
                try:
                    shared.add_text("a", f"{who}{number}")
                    break
                except StoryConflict:
                    continue

    threads = [threading.Thread(target=write, args=(who,)) for who in "xy"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {block.text for block in shared.open("a").story.blocks}
    archive.close()
    assert texts == {f"{who}{number}" for who in "xy" for number in range(wanted)}


# --- blocks and pictures -------------------------------------------------------------------------------------


def test_adding_freezes_the_newest_wording(tmp_path: Path):
    stories = desk(tmp_path, records=[record("1", "se apaga", lang="", raw={"secret": 1}), record("2", hours=2)])
    stories.new("A")
    after = stories.add("a", ["mastodon:2", "mastodon:1", "mastodon:2"])
    copy = after.story.blocks[0].copy
    assert copy is not None
    assert (copy.mention.text, copy.version, copy.frozen, copy.mention.raw) == ("se apaga", 3, NOW, None)
    assert after.note == "added 2 mentions"
    assert stories.add("a", ["mastodon:1"]).number == after.number
    with pytest.raises(NotFound, match=r"no mention 'mastodon:9'"):
        stories.add("a", ["mastodon:1", "mastodon:9"])


def test_words_are_needed_in_texts_and_headings(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.add_heading("a", " Two\nlines ")
    stories.add_text("a", "before", before=stories.open("a").story.blocks[0].id)
    assert [block.text for block in stories.open("a").story.blocks] == ["before", "Two lines"]
    with pytest.raises(StoryError, match="A heading needs words"):
        stories.add_heading("a", " \n")


def test_pictures_are_saved_and_failures_are_told(tmp_path: Path):
    media = [Media(kind="image", url=f"https://files.example/{name}.png") for name in ("good", "gone")]
    media.append(Media(kind="video", url="https://files.example/film"))
    stories = desk(tmp_path, records=[record("1", media=tuple(media))], http=Pictures())
    stories.new("A")
    stories.add("a", ["mastodon:1"])
    stories.edit(
        "a",
        lambda story: add_block(story, Block(id="i", kind=BlockKind.IMAGE, url="https://files.example/good.png")),
        "image",
    )
    seen: list[tuple[int, int, str]] = []
    saved = stories.save_media("a", lambda done, of, url: seen.append((done, of, url)))
    assert saved.problems == ("https://files.example/gone.png is not there any more.",)
    assert seen[-1][0] == seen[-1][1] == len(seen)
    story = stories.open("a").story
    digest = next(block.media for block in story.blocks if block.kind is BlockKind.IMAGE)
    quoted = next(block.copy for block in story.blocks if block.copy)
    assert [media.digest for media in quoted.mention.media] == [digest, "", ""]
    assert stories.media.path(digest)
    assert (quoted.digest == record("1", media=quoted.mention.media) and False) or quoted.digest
    again = stories.save_media("a")
    assert (again.saved, again.revision.number) == (0, saved.revision.number)


# --- publishing ----------------------------------------------------------------------------------------------


def published_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_publishing_writes_all_formats_into_one_folder(tmp_path: Path):
    writers: dict[str, Exporter] = {
        "one": Writer({"a.txt": "{story.title}", "media/p.png": "same"}),
        "two": Writer({"b/c.txt": "x", "media/p.png": "same"}),
    }
    stories = desk(tmp_path, writers=writers)
    stories.new("A")
    receipts = stories.publish("a", formats=["one", "two", "one"])
    folder = tmp_path / "published" / "a"
    assert [receipt.path for receipt in receipts] == [str(folder / "a.txt"), str(folder / "b/c.txt")]
    assert published_files(folder) == {"a.txt", "b/c.txt", "media/p.png", STAMP}
    assert stories.open("a").story.state is StoryState.PUBLISHED
    found = stories.publication("a")
    assert found is not None
    assert (found.formats, found.revision, stories.stale("a")) == (("one", "two"), 1, False)
    stories.add_text("a", "news")
    assert stories.stale("a") is True
    stories.undo("a")
    assert stories.stale("a") is False


def test_publishing_again_replaces_ours_and_keeps_what_others_put_there(tmp_path: Path):
    writer = Writer({"old.txt": "x"})
    stories = desk(tmp_path, writers={"one": writer})
    stories.new("A")
    stories.publish("a", formats=["one"])
    folder = tmp_path / "published" / "a"
    (folder / "deep").mkdir()
    (folder / "deep" / "CNAME").write_text("acme.example")
    writer.files = {"new.txt": "y"}
    stories.publish("a", formats=["one"])
    assert published_files(folder) == {"new.txt", "deep/CNAME", STAMP}


@pytest.mark.parametrize("fault", [ExportError("no"), OSError(28, "No space left on device"), ValueError("bug")])
def test_a_failed_publication_leaves_the_old_one(tmp_path: Path, fault: Exception):
    writer = Writer({"page.txt": "old"})
    stories = desk(tmp_path, writers={"one": writer})
    stories.new("A")
    stories.publish("a", formats=["one"])
    writer.files, writer.fault = {"page.txt": "half"}, fault
    with pytest.raises((ExportError, BrokenPlugin)):
        stories.publish("a", formats=["one"])
    assert (tmp_path / "published" / "a" / "page.txt").read_text() == "old"
    assert [path.name for path in (tmp_path / "published").iterdir() if path.is_dir()] == ["a"]


def test_a_draft_whose_first_publication_fails_stays_a_draft(tmp_path: Path):
    stories = desk(tmp_path, writers={"one": Writer({"a": "x"}, ExportError("no"))})
    stories.new("A")
    with pytest.raises(ExportError):
        stories.publish("a", formats=["one"])
    with pytest.raises(UnknownPlugin):
        stories.publish("a", formats=["json", "nothing"])
    assert stories.open("a").story.state is StoryState.DRAFT
    assert not (tmp_path / "published" / "a").exists()
    assert stories.stale("a") is None


def test_folders_of_others_are_never_replaced(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.new("B")
    (tmp_path / "home" / "a").mkdir(parents=True)
    stories.publish("a", formats=["json"], to=tmp_path / "home")
    assert stories.open("a").story.state is StoryState.DRAFT
    (tmp_path / "home" / "b").mkdir()
    (tmp_path / "home" / "b" / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="files that hubbub did not write"):
        stories.publish("b", formats=["json"], to=tmp_path / "home")
    (tmp_path / "home" / "b" / STAMP).write_text((tmp_path / "home" / "a" / STAMP).read_text())
    with pytest.raises(ExportError, match="another story"):
        stories.publish("b", formats=["json"], to=tmp_path / "home")
    assert (tmp_path / "home" / "b" / "thesis.txt").read_text() == "years of work"


def test_two_formats_cannot_write_one_file_in_two_ways(tmp_path: Path):
    stories = desk(tmp_path, writers={"one": Writer({"a": "x"}), "two": Writer({"a": "y"})})
    stories.new("A")
    with pytest.raises(ExportError, match="Two formats write a"):
        stories.publish("a", formats=["one", "two"])


def test_a_crash_between_the_two_steps_is_made_good(tmp_path: Path):
    target = tmp_path / "story"
    (tmp_path / ".story.old-12345678").mkdir()
    (tmp_path / ".story.old-12345678" / "page").write_text("old")
    folders.recover(target)
    assert (target / "page").read_text() == "old"
    (tmp_path / ".story.old-87654321").mkdir()
    folders.recover(target)
    assert [path.name for path in tmp_path.iterdir()] == ["story"]


def test_a_reader_never_meets_a_folder_that_is_half_written(tmp_path: Path):
    writer = Writer({"a": "0", "b": "0"})
    stories = desk(tmp_path, writers={"one": writer})
    stories.new("A")
    stories.publish("a", formats=["one"])
    folder = tmp_path / "published" / "a"
    done = threading.Event()
    torn: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                first, second = (folder / "a").stat().st_size, (folder / "b").stat().st_size
            except OSError as error:
                torn.append(error)
                return
            if not {first, second} <= {1, 2}:
                torn.append((first, second))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(40):
        writer.files = {"a": "x" * (1 + number % 2), "b": "x" * (1 + number % 2)}
        stories.publish("a", formats=["one"])
    done.set()
    reader.join()
    assert torn == []


# --- import --------------------------------------------------------------------------------------------------


def test_an_export_comes_back_with_its_pictures_under_a_name_of_its_own(tmp_path: Path):
    image = Media(kind="image", url="https://files.example/good.png")
    ours = desk(tmp_path / "ours", records=[record("1", media=(image,))], http=Pictures())
    ours.new("Η εβδομάδα")
    name = "i-evdomada"
    ours.add(name, ["mastodon:1"])
    ours.save_media(name)
    ours.publish(name, formats=["json"], to=tmp_path / "out")
    theirs = desk(tmp_path / "theirs")
    first = theirs.import_story(tmp_path / "out" / name)
    assert first.story == ours.open(name).story
    assert theirs.media.path(first.story.blocks[0].copy.mention.media[0].digest)  # type: ignore[union-attr]
    second = theirs.import_story(tmp_path / "out" / name / "story.json")
    assert (second.story.slug, second.story.blocks) == (f"{name}-2", first.story.blocks)
    assert second.story.id != first.story.id


def test_an_imported_story_is_published_only_where_it_stands_on_the_shelf(tmp_path: Path):
    ours = desk(tmp_path / "ours")
    ours.new("A")
    ours.publish("a", formats=["json"])
    assert ours.open("a").story.state is StoryState.PUBLISHED
    assert desk(tmp_path / "theirs").import_story(tmp_path / "ours" / "published" / "a").story.state is StoryState.DRAFT
    ours.new("B")
    ours.edit("b", lambda now: set_details(now, state=StoryState.PRIVATE), "kept to ourselves")
    ours.publish("b", formats=["json"], to=tmp_path / "out")
    assert desk(tmp_path / "theirs").import_story(tmp_path / "out" / "b").story.state is StoryState.PRIVATE
    ours.delete("a")
    assert ours.import_story(tmp_path / "ours" / "published" / "a").story.state is StoryState.PUBLISHED


def test_a_strange_export_is_made_harmless(tmp_path: Path):
    evil = empty_story(
        slug="../../../etc",
        title="A\x1b[31m\u202e title",
        blocks=(
            quote(
                "m\u202e",
                mention(
                    "1",
                    "red\x1b[2J",
                    url="javascript:alert(1)",
                    platform="web\x1b[31m",
                    thread="rss:\u202e1",
                    author=Author(platform="web\u202e", key="k", metrics={"karma\x1b[2J": 1}),
                    media=(Media(kind="image", url="https://files.example/1.png", mime="image/png\x1b[2J"),),
                ),
            ),
            Block(id="l", kind=BlockKind.LINK, url="file:///etc/passwd", text="x"),
        ),
    )
    (tmp_path / "in").mkdir()
    JsonExporter().export(PublishedStory(story=evil, media={}, at=NOW), tmp_path / "in")
    story = desk(tmp_path).import_story(tmp_path / "in").story
    said, link = story.blocks
    assert (story.slug, story.title) == ("etc", "A title")
    assert said.copy is not None
    assert (said.copy.mention.url, link.url) == ("", "")
    whole = json.dumps(to_json(story), ensure_ascii=False)
    assert not any(sign in whole for sign in ("\\u001b", "\u202e"))
    assert said.copy.digest == content_digest(said.copy.mention)


def test_a_picture_that_is_another_than_named_is_refused(tmp_path: Path):
    stories = desk(tmp_path)
    digest = stories.media.adopt(PNG)
    story = empty_story(blocks=(Block(id="i", kind=BlockKind.IMAGE, media=digest),))
    (tmp_path / "in").mkdir()
    JsonExporter().export(PublishedStory(story=story, media={digest: str(stories.media.path(digest))}, at=NOW), tmp_path / "in")
    (tmp_path / "in" / "media" / f"{digest}.png").write_bytes(plain(1, 2, 3, 4, 4))
    with pytest.raises(ImportFailed, match="SHA-256 differs"):
        stories.import_story(tmp_path / "in")
    with pytest.raises(ImportFailed, match="no such file"):
        stories.import_story(tmp_path / "nowhere")
    assert stories.list() == []


def test_a_deleted_story_is_gone_and_its_page_stays(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.publish("a", formats=["json"])
    stories.delete("a")
    assert stories.list() == []
    assert (tmp_path / "published" / "a" / "story.json").exists()


def test_steps_survive_in_the_real_archive(tmp_path: Path):
    archive = open_archive(tmp_path / "archive.db")
    said = mention("1", "acme", hours=1)
    archive.save("s", [decide(None, said, seen=NOW)], None, NOW)
    stories = StoryDesk(
        archive=archive,
        media=MediaStore(tmp_path / "media", NoHttp()),  # type: ignore[arg-type]
        exporter=lambda name: JsonExporter(),
        exporters=["json"],
        published=tmp_path / "published",
        now=FakeClock(NOW + timedelta(days=1)),
    )
    stories.new("Acme")
    stories.add("acme", [said.ref])
    stories.edit("acme", lambda story: set_details(story, byline="Ana"), "byline")
    stories.undo("acme")
    undone = stories.open("acme").story
    stories.redo("acme")
    redone = stories.open("acme").story
    with pytest.raises(NotFound, match="Did you mean 'acme'"):
        stories.open("acne")
    archive.close()
    assert (undone.byline, redone.byline, undone.blocks) == ("", "Ana", redone.blocks)


# --- what is put between mentions, and other names ------------------------------------------------------------------


def test_pictures_links_and_dividers_are_put_in_and_nothing_where_they_cannot_be_had(tmp_path: Path):
    stories = desk(tmp_path, http=Pictures())
    stories.new("A")
    (tmp_path / "p.png").write_bytes(PNG)
    stories.add_image("a", tmp_path / "p.png", alt=" A\nsquare ", text="Caption", rights="CC BY 4.0")
    stories.add_image("a", "https://files.example/good.png", alt="The same", before="bid2")
    stories.add_link("a", " https://acme.example/notes ", text="Notes", after="bid2")
    stories.add_divider("a")
    web, file, link, divider = stories.open("a").story.blocks
    assert (file.alt, file.text, file.rights, file.url) == ("A square", "Caption", "CC BY 4.0", "")
    assert (web.url, web.media, link.url) == ("https://files.example/good.png", file.media, "https://acme.example/notes")
    assert stories.media.path(file.media)
    assert divider.kind is BlockKind.DIVIDER
    standing = stories.open("a")
    with pytest.raises(SourceGone):
        stories.add_image("a", "https://files.example/bad.png", alt="x")
    with pytest.raises(ImportFailed, match="cannot be read"):
        stories.add_image("a", tmp_path / "nothing.png", alt="x")
    with pytest.raises(StoryError, match="must begin with https"):
        stories.add_link("a", "javascript:alert(1)")
    assert stories.open("a") == standing


def test_a_cover_is_kept_and_published(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    (tmp_path / "p.png").write_bytes(PNG)
    cover = stories.set_cover("a", tmp_path / "p.png", alt="A square").story.cover
    assert stories.media.path(cover)
    assert "cover" not in {remark.kind for remark in stories.remarks("a")}
    stories.publish("a", formats=["json"])
    again = desk(tmp_path / "other").import_story(tmp_path / "published" / "a").story
    assert (again.cover, again.cover_alt) == (cover, "A square")
    assert stories.set_cover("a", None).story.cover == ""


def test_a_copy_of_a_story_is_a_draft_of_its_own(tmp_path: Path):
    stories = desk(tmp_path, records=[record("1")])
    stories.new("A")
    stories.add("a", ["mastodon:1"], query=" said\n ")
    stories.edit("a", lambda story: set_details(story, state=StoryState.PUBLISHED, byline="Ana"), "published")
    copy = stories.duplicate("a")
    assert (copy.number, copy.story.slug, copy.story.title, copy.story.state) == (1, "a-2", "A (2)", StoryState.DRAFT)
    assert (copy.story.blocks, copy.story.byline) == (stories.open("a").story.blocks, "Ana")
    assert copy.story.blocks[0].copy is not None
    assert copy.story.blocks[0].copy.query == "said"
    assert stories.duplicate("a", "Another").story.slug == "another"


def test_a_private_story_is_written_only_where_it_is_not_published(tmp_path: Path):
    stories = desk(tmp_path)
    stories.new("A")
    stories.edit("a", lambda story: set_details(story, state=StoryState.PRIVATE), "private")
    with pytest.raises(StoryError, match="is private and is not published"):
        stories.publish("a", formats=["json"])
    assert not (tmp_path / "published" / "a").exists()
    stories.publish("a", formats=["json"], to=tmp_path / "backup")
    assert stories.open("a").story.state is StoryState.PRIVATE


def test_another_slug_is_given_by_name_and_a_taken_one_is_refused(tmp_path: Path):
    archive = open_archive(tmp_path / "archive.db")
    stories = StoryDesk(
        archive=archive,
        media=MediaStore(tmp_path / "media", NoHttp()),  # type: ignore[arg-type]
        exporter=lambda name: JsonExporter(),
        exporters=["json"],
        published=tmp_path / "published",
        now=FakeClock(NOW),
    )
    stories.new("A")
    stories.rename("a", "b")
    stories.new("A")
    for step in (lambda: stories.rename("b", "a"), lambda: stories.undo("b")):
        with pytest.raises(StoryConflict, match="Another story is called 'a' already"):
            step()
    assert stories.restore("b", 1).story.slug == "b"
    assert sorted(story.slug for story in stories.list()) == ["a", "b"]
    archive.close()
