"""What must hold of one entry by itself: what was exported passes unchanged, foreign text becomes safe to keep.

Each function gives the entry as it is kept, or raises ``ValueError`` with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from .cleaning import MAX_KEY, clean_mention
from .controls import clean
from .duplicates import SIZE
from .entries import AuthorEntry, MentionEntry, RedactionEntry, RejectionEntry, SharingEntry, StepLine, StoryStep, wording
from .errors import StoryError
from .muting import checked_value
from .sharing import Comment, person_name
from .slugs import SLUG
from .stories import check
from .storycomments import checked_text
from .storycopies import cleaned
from .values import Author, FrozenCopy, Label, LinkCheck, Mention, Mute, Revision, SavedSearch, SourceState, Story

_MOST = 2**31 - 1
_HEXADECIMAL = frozenset("0123456789abcdef")


def checked_author(entry: AuthorEntry) -> AuthorEntry:
    """An author."""
    author = Author(platform=entry.platform, key=entry.key, handle=entry.handle, name=entry.name, url=entry.url)
    tidy = clean_mention(Mention(platform="x", key="x", author=author)).author
    assert tidy is not None
    _same("platform", entry.platform, _line(entry.platform))
    _same("key", entry.key, tidy.key)
    _in_order("series", [point.at for point in entry.series])
    own = {"relation": _line(entry.relation), "notes": clean(entry.notes), "tags": _set(entry.tags)}
    return replace(entry, handle=tidy.handle, name=tidy.name, url=tidy.url, **own)


def checked_redaction(entry: RedactionEntry) -> RedactionEntry:
    """That somebody's words were taken out."""
    _check_ref(entry.ref)
    for name, value, digits in (("digest", entry.digest, 64), ("twin", entry.twin, 32)):
        if value and (len(value) != digits or not set(value) <= _HEXADECIMAL):
            raise ValueError(f"{name}: must be {digits} hexadecimal digits, or empty")
    return replace(entry, reason=_line(entry.reason))


def checked_rejection(entry: RejectionEntry) -> RejectionEntry:
    """What a story does not want to see."""
    _check_ref(entry.ref)
    return entry


def checked_sharing(entry: SharingEntry) -> SharingEntry:
    """Who may do what with a story."""
    for name in entry.people:
        _same("people", name, person_name(name))
        if not name:
            raise ValueError("people: a person needs a name")
    lock = entry.lock
    return replace(entry, lock=replace(lock, by=person_name(lock.by), note=_line(lock.note)) if lock else None)


def checked_comment(comment: Comment) -> Comment:
    """What somebody said about a story."""
    if not 1 <= comment.id <= _MOST:
        raise ValueError("id: must be a number from 1 on")
    if comment.answers is not None and not 1 <= comment.answers < comment.id:
        raise ValueError("answers: must be the number of a comment above")
    _same("block", comment.block, _line(comment.block))
    try:
        words = checked_text(comment.text)
    except StoryError as error:
        raise ValueError(f"text: {error}") from error
    return replace(comment, text=words, by=person_name(comment.by), resolved_by=person_name(comment.resolved_by))


def checked_link(check: LinkCheck) -> LinkCheck:
    """What was found at the address of a mention."""
    _check_ref(check.ref)
    return replace(check, detail=_line(check.detail))


def checked_mention(entry: MentionEntry) -> MentionEntry:
    """A mention with its wordings."""
    _same("platform", entry.platform, _line(entry.platform))
    if not entry.platform or not entry.ref.startswith(f"{entry.platform}:") or len(entry.ref) == len(entry.platform) + 1:
        raise ValueError(f"ref: {entry.ref[:200]!r} does not begin with its platform: {entry.platform[:100]!r} and a colon")
    if [version.number for version in entry.versions] != list(range(1, len(entry.versions) + 1)) or not entry.versions:
        raise ValueError("versions: must be numbered from 1 without a gap")
    if entry.copy_of == entry.ref:
        raise ValueError("copy_of: a mention is no copy of itself")
    _in_order("engagements", [counts.at for counts in entry.engagements])
    _check_signature(entry.signature)
    versions = []
    for version in entry.versions:
        tidy = clean_mention(entry.mention(version))
        _same("ref", entry.ref, tidy.ref)
        versions.append(wording(version.number, version.seen, tidy))
    return replace(
        entry,
        versions=tuple(versions),
        sources=_set(entry.sources),
        tags=_set(entry.tags),
        notes=clean(entry.notes),
        labels=tuple(map(_label, entry.labels)),
    )


def checked_search(search: SavedSearch) -> SavedSearch:
    """A saved search."""
    if not _line(search.name).strip():
        raise ValueError("name: a saved search needs one")
    return replace(search, name=_line(search.name), query=clean(search.query))


def checked_mute(mute: Mute) -> Mute:
    """A mute."""
    if not 1 <= mute.id <= _MOST:
        raise ValueError("id: must be a number from 1 on")
    value = checked_value(mute.kind, _line(mute.value))
    _same("value", mute.value, value)
    return replace(mute, note=_line(mute.note))


def checked_source(state: SourceState) -> SourceState:
    """How a source has been doing."""
    _same("id", state.id, _line(state.id))
    if not state.id:
        raise ValueError("id: a source needs one")
    if not 0 <= state.failures <= _MOST or state.found < 0 or not 0 <= state.arrivals <= _MOST:
        raise ValueError("failures, found and arrivals: must be counts")
    if state.gap is not None and not 0 <= state.gap < float("inf"):
        raise ValueError("gap: must be a number of seconds")
    quota = replace(state.quota, unit=_line(state.quota.unit)) if state.quota else None
    return replace(state, message=_line(state.message), quota=quota)


def checked_step(step: StepLine, story: Story, copies: Sequence[FrozenCopy | None]) -> StoryStep:
    """A step of a story, its quotes put in."""
    if not 1 <= step.number <= _MOST:
        raise ValueError("number: must be a number from 1 on")
    _same("story.id", story.id, _line(story.id))
    if not story.id or not SLUG.fullmatch(story.slug):
        raise ValueError(f"story: it needs an id, and a slug of small letters, digits and hyphens, unlike {story.slug[:100]!r}")
    blocks = [replace(block, copy=copy) for block, copy in zip(story.blocks, copies, strict=True)]
    try:
        whole = check(cleaned(replace(story, blocks=tuple(blocks))))
    except StoryError as error:
        raise ValueError(f"story: {error}") from error
    told = {"number": step.number, "parent": step.parent, "at": step.at, "note": _line(step.note), "by": person_name(step.by)}
    revision = Revision(**told, story=whole)
    return StoryStep(revision=revision, standing=step.standing)


def _check_signature(signature: str | None) -> None:
    if signature and (len(signature) != 2 * SIZE or not set(signature) <= _HEXADECIMAL):
        raise ValueError(f"signature: must be {2 * SIZE} hexadecimal digits, empty, or null")


def _check_ref(ref: str) -> None:
    """A ref of a mention that may not be there."""
    platform, colon, key = ref.partition(":")
    _same("ref", ref, _line(ref))
    if not platform or not colon or not key or len(key) > MAX_KEY:
        raise ValueError(f"ref: {ref[:200]!r} is not a platform, a colon and a key")


def _in_order(name: str, times: Sequence[datetime]) -> None:
    if any(before >= after for before, after in pairwise(times)):
        raise ValueError(f"{name}: must be in order of time, each time once")


def _same(name: str, given: str, tidy: str) -> None:
    """What things are known by is not changed on the way in: it is right, or it is refused."""
    if given != tidy:
        raise ValueError(f"{name}: {given[:200]!r} has control characters or is too long")


def _label(label: Label) -> Label:
    told = label.name, label.value, label.by, label.version
    name, value, by, version = tidy = tuple(map(_line, told))
    # Nearly all are as they should be, and there are several in every mention.
    return label if tidy == told else replace(label, name=name, value=value, by=by, version=version)


def _set(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({_line(text) for text in texts}))


def _line(text: str) -> str:
    return clean(text, newlines=False)
