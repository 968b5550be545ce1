"""Looking after what a story quotes: whether it is still there, was edited, and is what it was; and taking it out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from .contracts import HttpClient
from .deciding import content_digest
from .errors import StoryError
from .linkchecking import check_pages
from .stories import edit_block, find
from .storycopies import freeze, images, with_media
from .takedown import take_down
from .values import (
    Block,
    BlockKind,
    CheckState,
    FrozenCopy,
    LinkCheck,
    Media,
    Mention,
    Record,
    Redaction,
    RefreshReport,
    Revision,
    Story,
    Version,
)
from .worddiff import Piece, marked_lines, word_diff

if TYPE_CHECKING:
    from .storydesk import StoryDesk

Progress = Callable[[int, int, str], None]
"""Told (done, of, what)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The wording that a block quotes beside the newest that the archive has."""

    ref: str
    old: Mention
    """As it is quoted."""
    new: Mention | None
    """As it was collected last; ``None`` where the archive does not have it any more."""
    old_version: int
    new_version: int
    """0 where there is none."""
    title: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    """Word by word; empty where nothing differs."""
    sentences: tuple[str, ...] = ()
    """What differs, in words; never empty."""

    @property
    def changed(self) -> bool:
        """Whether it now says something else than what is quoted."""
        return self.new is not None and content_digest(self.new) != content_digest(self.old)

    @property
    def lines(self) -> list[str]:
        """The difference for people, marked ``[-so-]`` where words went and ``{+so+}`` where words came."""
        return [*marked_lines(self.title), *marked_lines(self.text)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of proving one block."""

    block: str
    number: int
    """Its place in the story, from 1."""
    ref: str
    """What it quotes; empty for an image of our own."""
    words: bool | None = None
    """Whether the words are those that the copy's digest is of; ``None`` where there are none to prove (redacted, an image)."""
    archived: bool | None = None
    """Whether the archive keeps that very version; ``None`` where it does not have the mention any more."""
    pictures: int = 0
    """How many copies of pictures are whole."""
    damaged: tuple[str, ...] = ()
    """Digests of copies of pictures that are missing or are not what they were."""
    source: LinkCheck | None = None
    """What the source last answered."""
    redacted: Redaction | None = None
    remarks: tuple[str, ...] = ()
    """What is wrong, or worth knowing, in sentences."""

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the copy; that its source is gone or was edited does not."""
        return self.words is not False and self.archived is not False and not self.damaged


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a quote comes from, as far as story and archive tell."""

    ref: str
    url: str
    version: int
    digest: str
    """SHA-256 (hex) of the wording."""
    when: datetime
    """Its place in time."""
    published: datetime | None
    edited: datetime | None
    seen: datetime | None
    """When the mention was first seen."""
    frozen: datetime
    """When the copy was made."""
    sources: tuple[str, ...]
    query: str
    record: Record | None
    """The mention in the archive: labels, tags, notes, raw; ``None`` where it was purged."""
    versions: tuple[Version, ...] = ()
    """All wordings that the archive has, the first first."""
    check: LinkCheck | None = None
    redaction: Redaction | None = None


class StoryCare:
    """What is done for the quotes of a desk's stories. Thread-safe as far as archive and web are."""

    def __init__(self, desk: StoryDesk, http: HttpClient | None, refresh: Callable[[Sequence[str]], RefreshReport]) -> None:
        self._desk = desk
        self._http = http
        self._refresh = refresh

    # --- is it still there? ----------------------------------------------------------------------------------

    def check(self, name: str, refs: Sequence[str] | None = None, progress: Progress | None = None) -> list[LinkCheck]:
        """Ask whether what the story quotes (or these of it) is still there; keeps the answers, in the story's order.

        A platform that can be asked for edits and deletions is asked first, and its word counts more than the page; the others
        are asked for the page. Nothing is asked of what was redacted, or has no address and no such platform.
        """
        blocks = self._quotes(self._desk.open(name).story, refs)
        archive, asked = self._desk.archive, [block.ref for block in blocks]
        before = {record.ref: record.last_seen for record in archive.records(asked)}
        if before:
            self._refresh(list(before))
        records = {record.ref: record for record in archive.records(list(before))}
        found: dict[str, LinkCheck] = {}
        pages: dict[str, str] = {}
        for block in blocks:
            record = records.get(block.ref)
            told = _told(block, record, record.last_seen > before[block.ref], self._desk.now()) if record else None
            if told is not None:
                found[block.ref] = told
            elif block.copy and block.copy.mention.url:
                pages[block.ref] = block.copy.mention.url
        if pages and self._http is not None:
            for check in check_pages(self._http, pages, self._desk.now, progress):
                found[check.ref] = check
        checks = [found[block.ref] for block in blocks if block.ref in found]
        archive.note_checks(checks)
        return checks

    def checks(self, name: str) -> Mapping[str, LinkCheck]:
        """What was found last, by ref; what was never asked is left out."""
        return self._desk.archive.link_checks([block.ref for block in self._desk.open(name).story.blocks if block.ref])

    # --- is it what it was? ----------------------------------------------------------------------------------

    def compare(self, name: str, block_id: str) -> Comparison:
        """What is quoted beside the newest wording that the archive has."""
        copy = self._copy(name, block_id)
        record = self._desk.archive.get(copy.mention.ref)
        return compared(copy, record)

    def renew(self, name: str, block_id: str) -> Revision:
        """Quote the newest wording that the archive has; nothing is done where that is quoted already.

        The part that is quoted stays chosen where its words are still there; else the whole is quoted, and the step says so.
        Raises ``StoryError`` where the archive does not have the mention any more, or it was redacted.
        """
        story = self._desk.open(name).story
        block = find(story, block_id)
        copy = self._copy(name, block_id)
        record = self._desk.archive.get(copy.mention.ref)
        if record is None:
            raise StoryError(f"The archive does not have {copy.mention.ref} any more; the story keeps the copy that it has.")
        if copy.redacted or record.redacted:
            raise StoryError(f"{copy.mention.ref} was redacted; its words are not quoted again.")
        if record.version == copy.version and content_digest(record.mention) == copy.digest:
            return self._desk.open(name)
        held = {media.url: media for media in images(story) if media.digest}
        fresh = freeze(record, self._desk.now(), query=copy.query, avatar=self._desk.avatar(record))
        lone = with_media(replace(story, blocks=(Block(id="x", kind=BlockKind.MENTION, copy=fresh),)), held).blocks[0].copy
        dropped = block.extent and find(edit_block(story, block_id, copy=lone), block_id).extent is None
        note = f"quoted version {record.version} of {record.ref}"
        if dropped:
            note += "; the chosen words are not in it, so the whole is quoted"
        revision = self._desk.edit(name, lambda now: edit_block(now, block_id, copy=lone), note)
        last = self._desk.archive.link_checks([record.ref]).get(record.ref)
        if last is not None and last.state is CheckState.CHANGED:  # it says what is quoted now
            self._desk.archive.note_checks([replace(last, state=CheckState.LIVE, detail="")])
        return revision

    def verify(self, name: str, ask: bool = False, progress: Progress | None = None) -> list[Verdict]:
        """Prove every copy: words and pictures by their digests, the version by the archive; ``ask`` the source, too."""
        story = self._desk.open(name).story
        if ask:
            self.check(name, progress=progress)
        refs = [block.ref for block in story.blocks if block.ref]
        archive = self._desk.archive
        checks, there = archive.link_checks(refs), {record.ref: record for record in archive.records(refs)}
        verdicts: list[Verdict] = []
        for number, block in enumerate(story.blocks, 1):
            if block.copy:
                verdicts.append(self._proved(number, block, block.copy, there.get(block.ref), checks.get(block.ref)))
            elif block.kind is BlockKind.IMAGE:
                whole, damaged = self._pictures([block.media])
                remarks = _about_pictures(len(damaged)) + (() if block.media else ("there is no copy of this picture",))
                verdicts.append(
                    Verdict(block=block.id, number=number, ref="", pictures=whole, damaged=damaged, remarks=remarks)
                )
        return verdicts

    def provenance(self, name: str, block_id: str) -> Provenance:
        """Where a quote comes from."""
        copy = self._copy(name, block_id)
        mention, archive = copy.mention, self._desk.archive
        record = archive.get(mention.ref)
        return Provenance(
            ref=mention.ref,
            url=mention.url,
            version=copy.version,
            digest=copy.digest,
            when=copy.when,
            published=mention.published,
            edited=mention.edited,
            seen=copy.seen or (record.first_seen if record else None),
            frozen=copy.frozen,
            sources=copy.sources or (record.sources if record else ()),
            query=copy.query,
            record=record,
            versions=tuple(archive.versions(mention.ref)) if record else (),
            check=archive.link_checks([mention.ref]).get(mention.ref),
            redaction=copy.redacted or archive.redactions([mention.ref]).get(mention.ref),
        )

    # --- taking it out ---------------------------------------------------------------------------------------

    def redact(self, name: str, block_id: str, reason: str) -> Revision:
        """Take what a block quotes out of the archive and of every story, for good; there is no undo.

        What is published of these stories is stale then: publish them again to take it out there.
        """
        desk, ref = self._desk, self._copy(name, block_id).mention.ref
        take_down(desk.archive, desk.media.folder, ref, reason=reason, at=desk.now())
        return self._desk.open(name)

    # --- inner workings --------------------------------------------------------------------------------------

    def _copy(self, name: str, block_id: str) -> FrozenCopy:
        block = find(self._desk.open(name).story, block_id)
        if block.copy is None:
            raise StoryError(f"This block is a {block.kind}; only a mention can be asked that of.")
        return block.copy

    def _quotes(self, story: Story, refs: Sequence[str] | None) -> list[Block]:
        quoted = {block.ref: block for block in story.blocks if block.copy}
        for ref in refs or ():
            if ref not in quoted:
                raise StoryError(f"The story {story.slug!r} does not quote {ref}.")
        wanted = quoted if refs is None else refs
        return [block for ref, block in quoted.items() if ref in wanted and block.copy and not block.copy.redacted]

    def _proved(self, number: int, block: Block, copy: FrozenCopy, record: Record | None, check: LinkCheck | None) -> Verdict:
        whole, damaged = self._pictures([media.digest for media in copy.mention.media if media.digest])
        words = None if copy.redacted else content_digest(copy.mention) == copy.digest
        archived = None
        if record is not None and not copy.redacted and not record.redacted:
            kept = self._wording(record, copy.version)
            archived = kept is not None and content_digest(kept) == copy.digest
        remarks: list[str] = []
        if copy.redacted:
            remarks.append(f"redacted on {copy.redacted.at:%Y-%m-%d}: {copy.redacted.reason}")
        if words is False:
            remarks.append("the words are not those that the digest is of; they were changed since they were quoted")
        if archived is False:
            remarks.append(f"the archive has no version {copy.version} with these words")
        if record is None:
            remarks.append("the archive does not have this mention any more; the story's copy is the only one")
        elif record.version > copy.version and not record.redacted:
            remarks.append(f"version {record.version} is newer than the quoted version {copy.version}; compare them")
        if check is not None and check.state is not CheckState.LIVE:
            remarks.append(f"{check.state} on {check.at:%Y-%m-%d}" + (f": {check.detail}" if check.detail else ""))
        return Verdict(
            block=block.id,
            number=number,
            ref=block.ref,
            words=words,
            archived=archived,
            pictures=whole,
            damaged=damaged,
            source=check,
            redacted=copy.redacted,
            remarks=(*remarks, *_about_pictures(len(damaged))),
        )

    def _wording(self, record: Record, number: int) -> Mention | None:
        """A version that the archive has; the newest is at hand."""
        if record.version == number:
            return record.mention
        return next((one.mention for one in self._desk.archive.versions(record.ref) if one.number == number), None)

    def _pictures(self, digests: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """How many copies are whole, and which are not."""
        damaged: list[str] = []
        for digest in filter(None, digests):
            path = self._desk.media.path(digest)
            try:
                whole = path is not None and hashlib.sha256(path.read_bytes()).hexdigest() == digest
            except OSError:
                whole = False
            if not whole:
                damaged.append(digest)
        return len(list(filter(None, digests))) - len(damaged), tuple(damaged)


def compared(copy: FrozenCopy, record: Record | None) -> Comparison:
    """A frozen copy beside the newest wording."""
    old, new = copy.mention, record.mention if record else None
    if record is None or new is None:
        told = ("The archive does not have this mention any more; the story's copy is the only one.",)
        return Comparison(ref=old.ref, old=old, new=None, old_version=copy.version, new_version=0, sentences=told)
    if copy.redacted or record.redacted:
        told = ("It was redacted; there are no words to compare.",)
        return Comparison(ref=old.ref, old=old, new=new, old_version=copy.version, new_version=record.version, sentences=told)
    sentences = [f"the {what} was changed" for what in ("title", "text") if getattr(old, what) != getattr(new, what)]
    sentences += _media_changes(old.media, new.media)
    if record.deleted:
        sentences.append("its platform says that it has been deleted")
    return Comparison(
        ref=old.ref,
        old=old,
        new=new,
        old_version=copy.version,
        new_version=record.version,
        title=word_diff(old.title, new.title) if old.title != new.title else (),
        text=word_diff(old.text, new.text) if old.text != new.text else (),
        sentences=tuple(sentences) or ("It still says what is quoted.",),
    )


def _media_changes(old: Sequence[Media], new: Sequence[Media]) -> list[str]:
    before, after = {media.url: media for media in old}, {media.url: media for media in new}
    sentences = [f"removed the {media.kind} {url}" for url, media in before.items() if url not in after]
    sentences += [f"added the {media.kind} {url}" for url, media in after.items() if url not in before]
    both = [url for url in before if url in after]
    return sentences + [f"described the {after[url].kind} {url} anew" for url in both if before[url].alt != after[url].alt]


def _told(block: Block, record: Record, answered: bool, at: datetime) -> LinkCheck | None:
    """What the platform itself says, where it answered just now or has told of a deletion; ``None`` where it does not say."""
    if record.deleted:
        return LinkCheck(ref=block.ref, at=at, state=CheckState.GONE, detail="its platform says that it has been deleted")
    if block.copy is None or not answered:
        return None
    if content_digest(record.mention) != block.copy.digest and not record.redacted:
        detail = f"it was edited: version {record.version} now, version {block.copy.version} is quoted"
        return LinkCheck(ref=block.ref, at=at, state=CheckState.CHANGED, detail=detail)
    return LinkCheck(ref=block.ref, at=at, state=CheckState.LIVE, detail="its platform says that it is there")


def _about_pictures(damaged: int) -> tuple[str, ...]:
    if not damaged:
        return ()
    return (f"{damaged} cop{'y' if damaged == 1 else 'ies'} of pictures missing or damaged; save the media again",)
