"""What a person does with stories: every edit is a saved step, nothing is ever lost."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from .. import __version__
from .archives import Archive
from .cleaning import clean_url
from .contracts import Exporter, HttpClient, Reimports
from .errors import ConfigError, ExportError, ImportFailed, NotFound, PluginError, StoryConflict, StoryError
from .markdown import render_markdown
from .media import MediaStore
from .phrases import zone
from .picturing import fetch_all
from .publishing import Publication, making_digest, publication, publish, story_digest
from .quoting import for_readers
from .seeking import Finder
from .shelf import publications, write_shelf
from .slugs import slugify, unique
from .stories import (
    add_block,
    add_mentions,
    one_line,
    pull_out,
    quote_part,
    remove,
    set_details,
    set_order,
    set_slug,
    sort_range,
)
from .storycare import StoryCare
from .storycomments import StoryComments
from .storycopies import avatars, cleaned, freeze, images, with_media
from .storygroups import add_day_headings, group_by_source, remove_group_headings
from .storyinbox import StoryInbox
from .storylint import Known, Remark, remarks
from .storymerge import merge
from .storypeople import StoryPeople
from .storytemplates import Template, begin, read_template, template_of, write_template
from .values import (
    JSON,
    Block,
    BlockKind,
    Extent,
    Media,
    PublishedStory,
    Receipt,
    Record,
    RefreshReport,
    Revision,
    Story,
    StoryOrder,
    StoryState,
    StorySummary,
)

ATTEMPTS = 10
"""How often an edit is applied anew when another program saves a step in between."""
LONGEST_PAUSE = 0.2
"""Seconds before another attempt, at most."""

Change: TypeAlias = Callable[[Story], Story]
Summaries: TypeAlias = list[StorySummary]
Revisions: TypeAlias = list[Revision]
Strings: TypeAlias = list[str]
Receipts: TypeAlias = list[Receipt]
Remarks: TypeAlias = list[Remark]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedMedia:
    """What came of saving a story's pictures."""

    revision: Revision
    """The standing revision afterwards."""
    saved: int = 0
    """Pictures of which we hold a copy now and did not before."""
    problems: tuple[str, ...] = ()
    """One sentence for each picture that could not be had."""


class StoryDesk:
    """The stories of a workspace. Thread-safe as far as its archive is.

    A story is named by slug or id. Edits are optimistic: where another program saved a step meanwhile, the edit is applied
    again to what stands then. Unknown stories and mentions raise ``NotFound``, senseless edits ``StoryError``; every edit of
    somebody who may not edit, or while somebody else has the story locked, raises ``StoryRefused`` (:mod:`.sharing`).
    """

    def __init__(
        self,
        *,
        archive: Archive,
        media: MediaStore,
        exporter: Callable[[str], Exporter],
        exporters: Sequence[str],
        published: Path,
        now: Callable[[], datetime],
        timezone: str = "UTC",
        base_url: str = "",
        shelf_title: str = "Stories",
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
        finder: Finder | None = None,
        http: HttpClient | None = None,
        templates: Path | None = None,
        refresh: Callable[[Sequence[str]], RefreshReport] = lambda refs: RefreshReport(),
        options: Callable[[str], JSON] = lambda exporter: None,
        person: str = "",
    ) -> None:
        """``person`` is at the desk: steps, locks and comments carry the name. ``finder`` answers the queries of stories,
        ``http`` asks whether pages are there, ``refresh`` asks platforms how mentions are; without them nothing is found, and
        nothing is asked. ``options`` are those of an exporter, as plain JSON."""
        self.archive = archive
        self.media = media
        self.exporters = tuple(exporters)
        self.published = published
        self.timezone = timezone
        self.base_url = base_url
        self.shelf_title = shelf_title
        self._exporter = exporter
        self._options = options
        self.now = now
        self._new_id = new_id
        self.templates = templates or published.parent / "templates"
        self.inbox = StoryInbox(self, finder)
        self.care = StoryCare(self, http, refresh)
        self.people = StoryPeople(self, person)
        self.comments = StoryComments(self)

    # --- the shelf -------------------------------------------------------------------------------------------

    def list(self) -> Summaries:
        """All stories, the one changed last first."""
        return self.archive.stories()

    def open(self, name: str) -> Revision:
        """The standing revision of a story."""
        return self.archive.story(name)

    def new(
        self, title: str, *, lang: str = "", order: StoryOrder | None = None, template: str | Template | None = None
    ) -> Revision:
        """Begin a story, empty or with all that a template has (by its name, or itself); its slug is made from the title.

        Language and order are those of the template, else English and oldest first, where they are not given. Raises
        ``NotFound`` and ``ImportFailed`` for a template that there is not, or that cannot be read.
        """
        if isinstance(template, str):
            template = read_template(template, self.templates, lang or "en")
        story = Story(id=self._new_id(), slug="", title="-", created=self.now())
        story = set_details(story, title=title, lang=lang or (template.lang if template else "") or "en")
        if template:
            story = begin(story, template, [self._block_id() for _ in template.blocks])
        story = story if order is None else set_order(story, order)
        return self._save_new(story, slugify(title), "began the story")

    def save_template(self, name: str, template: str, *, summary: str = "") -> Path:
        """Keep what a story has beside its mentions as a template of the workspace; gives its file."""
        return write_template(template_of(self.open(name).story, summary), template, self.templates)

    def duplicate(self, name: str, title: str | None = None) -> Revision:
        """Begin another story with the same blocks; it is a draft, and remembers neither the steps nor what was rejected."""
        old = self.open(name).story
        title = title if title is not None else f"{old.title} (2)"
        copy = replace(old, id=self._new_id(), slug="", state=StoryState.DRAFT, created=self.now())
        return self._save_new(set_details(copy, title=title), slugify(title), f"copied from {old.slug}")

    def rename(self, name: str, slug: str) -> Revision:
        """Give a story another slug: its address changes, and what was published under the old one stays there until somebody
        removes it. Raises ``StoryConflict`` where another story has it."""
        return self.edit(name, lambda story: set_slug(story, slug), f"called it {slug}")

    def delete(self, name: str) -> None:
        """Remove a story with all its steps; what was published stays."""
        story = self.open(name).story
        self.people.check_delete(story.id, story.slug)
        self.archive.delete_story(story.id)

    # --- steps -----------------------------------------------------------------------------------------------

    def edit(self, name: str, change: Change, note: str, *, seen: Revision | None = None) -> Revision:
        """Save a step; the standing revision comes back where the change changes nothing.

        ``seen`` is what a person had before them while they made up the change: what others changed since is merged with it
        (:mod:`.storymerge`). Raises ``StoryConflict``, with nothing saved, where both changed the same thing.
        """
        for attempt in range(ATTEMPTS):
            standing = self.open(name)
            story = change(standing.story) if seen is None else _merged(seen, change(seen.story), standing)
            if story == standing.story:
                return standing
            self.people.check_edit(standing.story.id, standing.story.slug)
            try:
                return self._save(story, note, standing.number)
            except StoryConflict:
                if attempt == ATTEMPTS - 1:
                    raise
                _step_aside(attempt)
        raise AssertionError("unreachable")

    def note(self, name: str, note: str) -> Revision:
        """Save a step that changes nothing, for the history to tell."""
        for attempt in range(ATTEMPTS):
            standing = self.open(name)
            try:
                return self._save(standing.story, note, standing.number)
            except StoryConflict:
                if attempt == ATTEMPTS - 1:
                    raise
                _step_aside(attempt)
        raise AssertionError("unreachable")

    def undo(self, name: str) -> Revision | None:
        """Stand on the step before, of whomever; ``None`` where there is none. Steps that changed nothing are passed over."""
        return self._step(name, self._before)

    def redo(self, name: str) -> Revision | None:
        """Stand on the newest step that was made from this one; ``None`` where there is none."""
        return self._step(name, lambda standing: self.archive.next_step(standing.story.id, standing.number))

    def history(self, name: str) -> Revisions:
        """All steps, the first first, those that were undone too."""
        return self.archive.revisions(self.open(name).story.id)

    def restore(self, name: str, revision: int) -> Revision:
        """Save a new step that makes the story as it stood at a revision; its slug stays, so that its address does."""
        old = self.archive.story(name, revision).story
        return self.edit(name, lambda now: replace(old, slug=now.slug), f"restored step {revision}")

    # --- blocks ----------------------------------------------------------------------------------------------

    def add(self, name: str, refs: Sequence[str], *, after: str | None = None, query: str = "") -> Revision:
        """Quote mentions: their newest wording is copied into the story. Mentions that it quotes already are left out.

        ``query`` is what they were found by. Raises ``NotFound`` for a mention that is not archived, and ``StoryError`` for one
        whose words were taken out.
        """
        refs = list(dict.fromkeys(refs))
        records = self.archive.records(refs)
        found = {record.ref for record in records}
        for ref in refs:
            if ref not in found:
                raise NotFound("mention", ref)
        for record in records:
            if record.redacted:
                raise StoryError(f"{record.ref} was redacted ({record.redacted.reason}); there are no words to quote.")
        copies = [freeze(record, self.now(), query=one_line(query), avatar=self.avatar(record)) for record in records]
        ids = [self._block_id() for _ in copies]
        quoted = {block.ref for block in self.open(name).story.blocks}
        note = _count("added", sum(copy.mention.ref not in quoted for copy in copies), "mention")
        return self.edit(name, lambda story: add_mentions(story, copies, ids=ids, after=after), note)

    def avatar(self, record: Record) -> str:
        """Address of the avatar that the author of a mention has today, as far as the archive knows; empty for none."""
        said = record.mention.author
        author = self.archive.author(said.platform, said.key) if said else None
        return author.avatar if author else ""

    def add_text(
        self, name: str, text: str, *, after: str | None = None, before: str | None = None, seen: Revision | None = None
    ) -> Revision:
        """Put words of our own (Markdown) into the story; ``seen`` as in :meth:`edit`."""
        return self._add(name, BlockKind.TEXT, text.strip(), after, before, seen)

    def add_heading(
        self, name: str, text: str, *, after: str | None = None, before: str | None = None, seen: Revision | None = None
    ) -> Revision:
        """Put a heading into the story; ``seen`` as in :meth:`edit`."""
        return self._add(name, BlockKind.HEADING, one_line(text), after, before, seen)

    def add_divider(self, name: str, *, after: str | None = None, before: str | None = None) -> Revision:
        """Part what is before from what is after."""
        block = Block(id=self._block_id(), kind=BlockKind.DIVIDER)
        return self.edit(name, lambda story: add_block(story, block, after=after, before=before), "added a divider")

    def add_link(self, name: str, url: str, *, text: str = "", after: str | None = None, before: str | None = None) -> Revision:
        """Put a link into the story; raises ``StoryError`` for what is no http(s) address."""
        if not (address := clean_url(url)):
            raise StoryError(f"{url!r} is no web address; it must begin with https:// or http://.")
        block = Block(id=self._block_id(), kind=BlockKind.LINK, url=address, text=one_line(text))
        return self.edit(name, lambda story: add_block(story, block, after=after, before=before), "added a link")

    def add_image(
        self,
        name: str,
        source: Path | str,
        *,
        alt: str,
        text: str = "",
        rights: str = "",
        after: str | None = None,
        before: str | None = None,
    ) -> Revision:
        """Put a picture into the story, from a file or from a web address; ``text`` is its caption.

        Raises ``ImportFailed`` or a ``SourceError`` where the picture cannot be had, and saves nothing then.
        """
        media = self.take_picture(source)
        block = Block(
            id=self._block_id(),
            kind=BlockKind.IMAGE,
            url=media.url,
            media=media.digest,
            alt=one_line(alt),
            text=one_line(text),
            rights=rights,
        )
        return self.edit(name, lambda story: add_block(story, block, after=after, before=before), "added an image")

    def set_cover(self, name: str, source: Path | str | None, *, alt: str = "") -> Revision:
        """Let a picture (a file or web address) be the story's cover, or with ``None`` none; raises as :meth:`add_image`."""
        cover = self.take_picture(source).digest if source else ""
        note = "chose a cover" if cover else "took the cover away"
        return self.edit(name, lambda story: set_details(story, cover=cover, cover_alt=alt), note)

    def take_picture(self, source: Path | str) -> Media:
        """Our own copy of a picture from a file or from a web address; raises ``ImportFailed`` or a ``SourceError``."""
        if isinstance(source, str) and (url := clean_url(source)):
            return self.media.fetch(Media(kind="image", url=url))
        path = Path(source).expanduser()
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ImportFailed(f"The picture cannot be read: {error.strerror or error}.", file=str(path)) from error
        return Media(kind="image", url="", digest=self.media.adopt(data))

    def pull_out(self, name: str, block_id: str, url: str) -> Revision:
        """Show a picture of a quoted mention as a block of its own, before the mention."""
        new_id = self._block_id()
        return self.edit(name, lambda story: pull_out(story, block_id, url, new_id=new_id), "pulled out a picture")

    def quote(self, name: str, block_id: str, extent: Extent | None) -> Revision:
        """Quote a part of a mention's text (:func:`hubbub.core.extents.extent_at`), or with ``None`` the whole."""
        note = "quoted a part" if extent else "quoted the whole"
        return self.edit(name, lambda story: quote_part(story, block_id, extent), note)

    def sort_range(self, name: str, block_ids: Sequence[str], order: StoryOrder = StoryOrder.OLDEST) -> Revision:
        """Sort a stretch alone by time, with what introduces each mention."""
        return self.edit(name, lambda story: sort_range(story, block_ids, order), f"sorted a range, {order} first")

    def group(self, name: str, by: Literal["day", "source", "nothing"]) -> Revision:
        """Put a heading before each day, or before all of each source, which come together then; again: they are brought up to
        date. ``nothing`` takes these headings out."""

        def grouped(story: Story) -> Story:
            if by == "day":
                return add_day_headings(story, zone(self.timezone))
            return group_by_source(story) if by == "source" else remove_group_headings(story)

        return self.edit(name, grouped, "took the group headings out" if by == "nothing" else f"grouped by {by}")

    def remove(self, name: str, block_ids: Sequence[str]) -> Revision:
        """Take blocks out."""
        return self.edit(name, lambda story: remove(story, block_ids), _count("removed", len(block_ids), "block"))

    def remarks(self, name: str) -> Remarks:
        """What ought to be looked at before publishing, as far as archive and media folder know; empty when all is well."""
        story = self.open(name).story
        refs = [block.ref for block in story.blocks if block.ref]
        known = Known(
            checks=self.archive.link_checks(refs),
            versions={record.ref: record.version for record in self.archive.records(refs)},
            media=frozenset(m.digest for m in images(story) if self.media.path(m.digest)),
        )
        return remarks(story, known)

    # --- pictures --------------------------------------------------------------------------------------------

    def save_media(self, name: str, progress: Callable[[int, int, str], None] | None = None) -> SavedMedia:
        """Fetch the pictures of which we hold no copy; ``progress`` is told (done, of, address).

        Avatars and posters are among them. A picture that cannot be had is reported and never stops the others.
        """
        story = self.open(name).story
        wanted = [m for m in images(story) if m.url and not self.media.path(m.digest)]
        if wanted:
            self.people.check_edit(story.id, story.slug)
        fetched = fetch_all(self.media, wanted, progress, avatars=avatars(story))
        held = fetched.held
        revision = self.edit(name, lambda story: with_media(story, held), _count("saved", len(held), "picture"))
        return SavedMedia(revision=revision, saved=len(held), problems=fetched.problems)

    # --- out and in ------------------------------------------------------------------------------------------

    def preview(self, name: str) -> str:
        """The story as the Markdown exporter would write it."""
        return render_markdown(self._publishable(self.open(name).story))

    def publish(self, name: str, *, formats: Sequence[str] = ("html",), to: Path | None = None) -> Receipts:
        """Write the story into a folder named after its slug, all formats or none; the workspace's ``published/`` by default.

        The whole folder is replaced in one step. Files that others put there stay. Publishing into the workspace makes a
        draft a published story; writing elsewhere is only a copy. A private story is not published (``StoryError``), but can be
        written elsewhere.
        """
        standing = self.open(name)
        story = standing.story
        if to is None and story.state is StoryState.PRIVATE:
            raise StoryError(
                f"The story {story.slug!r} is private and is not published. To publish it, make it a draft first: "
                f"hubbub story set {story.slug} --state draft"
            )
        if to is None:
            # What stands is written by whoever may edit, a lock or not: words that were taken out have to leave the page.
            self.people.check_edit(story.id, story.slug, locks=story.state is StoryState.DRAFT)
        if to is None and story.state is StoryState.DRAFT:
            story = set_details(story, state=StoryState.PUBLISHED)
        exporters = {name: self._exporter(name) for name in dict.fromkeys(formats)}
        folder = (to or self.published) / story.slug
        whole = replace(self._publishable(story), revision=standing.number)
        options = {name: self._options(name) for name in exporters}
        receipts = publish(whole, folder, exporters, revision=standing.number, options=options)
        if story.state is not standing.story.state:
            self.edit(story.id, lambda now: set_details(now, state=story.state), "published")
        if to is None:
            self.shelve()
        return receipts

    def shelve(self, to: Path | None = None) -> Strings:
        """Write the page that lists what is published; a sentence for each of its files that was left as somebody made it."""
        hidden = {story.id for story in self.list() if story.state is StoryState.PRIVATE}
        return write_shelf(
            to or self.published,
            title=self.shelf_title,
            base_url=self.base_url,
            timezone=self.timezone,
            generator=f"hubbub {__version__}",
            hidden=hidden,
        )

    def current(self, name: str, formats: Sequence[str], folder: Path) -> bool:
        """Whether a folder holds the story as it would be written now, in these formats and no others.

        Where a format cannot be written now (no plugin, a theme that is not there), it does not: publishing tells why.
        """
        story = self.open(name).story
        found = publication(folder)
        if found is None or found.story != story.id or set(found.formats) != set(formats):
            return False
        if found.digest != story_digest(story) or not all((folder / file).is_file() for file in found.files):
            return False
        try:
            exporters = {name: self._exporter(name) for name in found.formats}
            options = {name: self._options(name) for name in found.formats}
            return found.made == making_digest(self._publishable(story), exporters, options)
        except (ConfigError, ExportError, PluginError):
            return False

    def publication(self, name: str) -> Publication | None:
        """What stands in the workspace's ``published/`` of a story; ``None`` where it was not published."""
        story = self.open(name).story
        found = publication(self.published / story.slug)
        return found if found and found.story == story.id else None

    def stale(self, name: str) -> bool | None:
        """Whether the story was changed since it was published in the workspace; ``None`` where it never was."""
        found = self.publication(name)
        return None if found is None else found.digest != story_digest(self.open(name).story)

    def import_story(self, path: Path) -> Revision:
        """Take in a story that was exported without loss, pictures included; it gets a new id and slug where those are taken.

        It has the state that it had, but for one that was published elsewhere: here it is a draft until it is published.

        Raises ``ImportFailed``; nothing is saved then.
        """
        brought = self._read(path)
        copies: dict[str, str] = {}
        for digest, file in brought.media.items():
            try:
                copies[digest] = self.media.adopt(Path(file).read_bytes(), exactly=True)
            except OSError as error:
                raise ImportFailed(f"The picture cannot be read: {error.strerror or error}.", file=file) from error
            if copies[digest] != digest:
                raise ImportFailed("The picture is not the one that the story names: its SHA-256 differs.", file=file)
        taken = {summary.id for summary in self.list()}
        story = cleaned(brought.story)
        while story.id in taken or not story.id:
            story = replace(story, id=self._new_id())
        shelved = {one.story for one in publications(self.published).values()}
        if story.state is StoryState.PUBLISHED and story.id not in shelved:
            story = replace(story, state=StoryState.DRAFT)
        return self._save_new(story, slugify(story.slug), f"imported from {path.name}")

    # --- inner workings --------------------------------------------------------------------------------------

    def _add(
        self, name: str, kind: BlockKind, text: str, after: str | None, before: str | None, seen: Revision | None
    ) -> Revision:
        if not text:
            raise StoryError(f"A {kind} needs words.")
        block = Block(id=self._block_id(), kind=kind, text=text)
        change: Change = lambda story: add_block(story, block, after=after, before=before)  # noqa: E731
        return self.edit(name, change, f"added a {kind}", seen=seen)

    def _block_id(self) -> str:
        return f"b{self._new_id()}"

    def _save(self, story: Story, note: str, expected: int | None) -> Revision:
        return self.archive.save_story(story, note=note, expected=expected, at=self.now(), by=self.people.me)

    def _before(self, standing: Revision) -> int | None:
        """The step before; of those that changed nothing (:meth:`note`), the one before them."""
        while standing.parent is not None:
            before = self.archive.story(standing.story.id, standing.parent)
            if before.story != standing.story:
                break
            standing = before
        return standing.parent

    def _save_new(self, story: Story, slug: str, note: str) -> Revision:
        for attempt in range(ATTEMPTS):
            taken = {summary.slug for summary in self.list()} | {summary.id for summary in self.list()}
            try:
                return self._save(replace(story, slug=unique(slug, taken)), note, None)
            except StoryConflict:
                if attempt == ATTEMPTS - 1:
                    raise
                _step_aside(attempt)
        raise AssertionError("unreachable")

    def _step(self, name: str, target: Callable[[Revision], int | None]) -> Revision | None:
        for attempt in range(ATTEMPTS):
            standing = self.open(name)
            number = target(standing)
            if number is None:
                return None
            self.people.check_edit(standing.story.id, standing.story.slug)
            try:
                return self.archive.stand(standing.story.id, number, expected=standing.number)
            except StoryConflict:
                if attempt == ATTEMPTS - 1:
                    raise
                _step_aside(attempt)
        raise AssertionError("unreachable")

    def _publishable(self, story: Story) -> PublishedStory:
        found = {media.digest: self.media.path(media.digest) for media in images(story) if media.digest}
        return PublishedStory(
            story=for_readers(story),
            media={digest: str(path) for digest, path in found.items() if path},
            at=self.now(),
            timezone=self.timezone,
            base_url=self.base_url,
            checks=self.archive.link_checks([block.ref for block in story.blocks if block.ref]),
            generator=f"hubbub {__version__}",
        )

    def _read(self, path: Path) -> PublishedStory:
        if not path.exists():
            raise ImportFailed("There is no such file or folder.", file=str(path))
        readers = [reader for name in self.exporters if isinstance(reader := self._exporter(name), Reimports)]
        if not readers:
            raise ImportFailed("No installed exporter can read stories back.", file=str(path))
        failures: list[ImportFailed] = []
        for reader in readers:
            try:
                return reader.read(path)
            except ImportFailed as error:
                failures.append(error)
        raise failures[0]


def _merged(seen: Revision, ours: Story, standing: Revision) -> Story:
    found = merge(seen.story, ours, standing.story)
    if found.conflicts:
        who = f"{standing.by} has" if standing.by else "Somebody has"
        told = "\n".join(f"  {conflict.said}" for conflict in found.conflicts)
        raise StoryConflict(
            f"{who} changed the story {standing.story.slug!r} since you saw it (step {seen.number}, now {standing.number}). "
            f"Your change contradicts that, and nothing was saved:\n{told}"
        )
    return found.story


def _step_aside(attempt: int) -> None:
    """Wait a moment, longer each time and never as long as another program: two at once would else meet again and again."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.01 * 2**attempt)))


def _count(done: str, number: int, what: str) -> str:
    return f"{done} {number} {what}{'s' if number != 1 else ''}"
