"""Stories: every saved step is a revision, and a quoted mention is kept once however many revisions quote it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from ..core.errors import ArchiveDamaged, NotFound, StoryConflict
from ..core.serial import DecodeError, from_json, to_json
from ..core.sharing import Role, Sharing
from ..core.values import BlockKind, FrozenCopy, Revision, Story, StoryState, StorySummary
from .columns import storable
from .database import chunks
from .heads import encoded
from .redactions import story_without
from .rows import packed, pressed, unpacked
from .sharings import write as write_sharing
from .storycache import LATELY
from .tables import comments, copies, rejections, revisions, sharings, stories

T = TypeVar("T")


def summaries(connection: Connection) -> list[StorySummary]:
    """All stories, the one changed last first."""
    rows = connection.execute(select(stories).order_by(stories.c.updated.desc(), stories.c.id))
    return [StorySummary(**{**row._mapping, "state": StoryState(row.state)}) for row in rows]


def story(connection: Connection, name: str, number: int | None) -> Revision:
    """The standing (or a given) revision of a story, by slug or id."""
    row = connection.execute(select(stories).where(or_(stories.c.id == name, stories.c.slug == name))).first()
    if row is None:
        raise NotFound("story", name, [slug for (slug,) in connection.execute(select(stories.c.slug))])
    wanted = row.revision if number is None else number
    found = _read(connection, row.id, revisions.c.number == wanted)
    if not found:
        raise NotFound("revision", f"{wanted} of {row.slug}")
    return found[0]


def steps(connection: Connection, story_id: str) -> list[Revision]:
    """All revisions of a story; raises ``NotFound``."""
    found = _read(connection, story_id)
    if not found:
        raise NotFound("story", story_id)
    return found


def next_step(connection: Connection, story_id: str, number: int) -> int | None:
    """Number of the newest step that was made from this one."""
    made = (revisions.c.story_id == story_id) & (revisions.c.parent == number)
    return connection.execute(select(func.max(revisions.c.number)).where(made)).scalar()


def each_step(connection: Connection, story_id: str) -> Iterator[Revision]:
    """All revisions of a story, one at a time; those that quote one copy share it."""
    held = connection.execute(select(copies.c.digest, copies.c.body).where(copies.c.story_id == story_id))
    quoted = {row.digest: _decoded(FrozenCopy, unpacked(row.body), "A quote", story_id) for row in held}
    numbers = select(revisions.c.number).where(revisions.c.story_id == story_id).order_by(revisions.c.number)
    for number in connection.execute(numbers).scalars().all():
        here = (revisions.c.story_id == story_id) & (revisions.c.number == number)
        row = connection.execute(select(revisions).where(here)).one()
        body = unpacked(row.body)
        names = [block["copy"] for block in body["blocks"]]
        for block in body["blocks"]:
            block["copy"] = None
        told = _decoded(Story, body, f"Revision {number}", story_id)
        blocks = [replace(b, copy=quoted.get(name)) if name else b for b, name in zip(told.blocks, names, strict=True)]
        story = replace(told, blocks=tuple(blocks))
        yield _revision(row, story)


def save_story(connection: Connection, story: Story, *, note: str, expected: int | None, at: datetime, by: str) -> Revision:
    """Save a step on top of the revision that is expected to stand; a new story is that of who begins it."""
    standing = connection.execute(select(stories.c.revision).where(stories.c.id == story.id)).scalar()
    _check(story.slug, standing, expected)
    _check_slug(connection, story)
    story = story_without(connection, story)
    last = connection.execute(select(func.max(revisions.c.number)).where(revisions.c.story_id == story.id)).scalar() or 0
    revision = Revision(number=last + 1, parent=standing, at=at, note=storable(note), by=storable(by), story=story)
    row = summary_row(revision)
    if standing is None:
        connection.execute(insert(stories), row)
        if by:
            write_sharing(connection, story.id, Sharing(people={revision.by: Role.OWNER}))
    else:
        connection.execute(update(stories).where(stories.c.id == story.id).values(row))
    write_step(connection, revision)
    return revision


def stand(connection: Connection, story_id: str, number: int, expected: int) -> Revision:
    """Let another revision be the standing one."""
    row = connection.execute(select(stories.c.revision, stories.c.slug).where(stories.c.id == story_id)).first()
    if row is None:
        raise NotFound("story", story_id)
    _check(row.slug, row.revision, expected)
    found = _read(connection, story_id, revisions.c.number == number)
    if not found:
        raise NotFound("revision", f"{number} of {row.slug}")
    _check_slug(connection, found[0].story)
    # The list is ordered by the newest step, which undoing does not make.
    values = {key: value for key, value in summary_row(found[0]).items() if key != "updated"}
    connection.execute(update(stories).where(stories.c.id == story_id).values(values))
    return found[0]


def delete_story(connection: Connection, story_id: str) -> None:
    """Remove a story with all its revisions and copies; raises ``NotFound``."""
    for table in (comments, sharings, rejections, copies, revisions):
        connection.execute(delete(table).where(table.c.story_id == story_id))
    if not connection.execute(delete(stories).where(stories.c.id == story_id)).rowcount:
        raise NotFound("story", story_id)


def _check(slug: str, standing: int | None, expected: int | None) -> None:
    if standing == expected:
        return
    if expected is None:
        raise StoryConflict(f"There is a story {slug!r} already; open it instead of making a new one.")
    if standing is None:
        raise StoryConflict(f"The story {slug!r} has been deleted meanwhile; save it as a new one to keep your work.")
    raise StoryConflict(f"Another program changed the story {slug!r} meanwhile; open it again to go on from its newest step.")


def _check_slug(connection: Connection, story: Story) -> None:
    taken = connection.execute(select(stories.c.id).where(stories.c.slug == story.slug, stories.c.id != story.id)).scalar()
    if taken is not None:
        raise StoryConflict(f"Another story is called {story.slug!r} already; choose another name.")


def summary_row(revision: Revision) -> dict[str, Any]:
    """The row of ``stories`` while this step stands and is the newest."""
    story = revision.story
    return {
        "id": story.id,
        "slug": story.slug,
        "title": story.title,
        "state": story.state.value,
        "blocks": len(story.blocks),
        "mentions": sum(block.kind is BlockKind.MENTION for block in story.blocks),
        "created": story.created,
        "updated": revision.at,
        "revision": revision.number,
    }


# --- revisions and copies as rows ----------------------------------------------------------------------------


def write_step(connection: Connection, revision: Revision) -> None:
    """Write a step with the copies that no earlier one quotes."""
    story = revision.story
    told = [LATELY.told(block) for block in story.blocks]
    quoted = {name.copy: block.copy for block, name in zip(story.blocks, told, strict=True) if block.copy}
    held = set(connection.execute(select(copies.c.digest).where(copies.c.story_id == story.id)).scalars())
    new = [digest for digest in quoted if digest not in held]
    if new:
        rows = [{"story_id": story.id, "digest": digest, "body": packed(to_json(quoted[digest]))} for digest in new]
        connection.execute(insert(copies), rows)
    for digest in new:
        LATELY.keep_copy(digest, quoted[digest])
    written = pressed(_body(story, [block.text for block in told]))
    row = {"story_id": story.id, "number": revision.number, "parent": revision.parent, "at": revision.at}
    connection.execute(insert(revisions), {**row, "note": revision.note, "body": written, "by": revision.by})
    LATELY.keep_step(written, story)


def _body(story: Story, blocks: Sequence[str]) -> str:
    """A story as JSON, of which the blocks are JSON already."""
    fields = {name: encoded(value) for name, value in to_json(replace(story, blocks=())).items()}
    fields["blocks"] = f"[{','.join(blocks)}]"
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}"


def _read(connection: Connection, story_id: str, *which: Any) -> list[Revision]:
    rows = select(revisions).where(revisions.c.story_id == story_id, *which).order_by(revisions.c.number)
    found = connection.execute(rows).all()
    known = {row.number: LATELY.step(row.body) for row in found}
    bodies = {row.number: unpacked(row.body) for row in found if known[row.number] is None}
    wanted = {block["copy"] for body in bodies.values() for block in body["blocks"] if block["copy"]}
    held = _copies(connection, story_id, wanted)
    return [_revision(row, known[row.number] or _told(row, bodies[row.number], held)) for row in found]


def _copies(connection: Connection, story_id: str, wanted: Collection[str]) -> dict[str, FrozenCopy]:
    found = {digest: copy for digest in wanted if (copy := LATELY.copy(digest)) is not None}
    for part in chunks(sorted(set(wanted) - set(found))):
        rows = select(copies.c.digest, copies.c.body).where(copies.c.story_id == story_id, copies.c.digest.in_(part))
        for row in connection.execute(rows):
            found[row.digest] = LATELY.keep_copy(row.digest, _decoded(FrozenCopy, unpacked(row.body), "A quote", story_id))
    return found


def _told(row: Row[Any], body: Any, held: Mapping[str, FrozenCopy]) -> Story:
    """The story that a row of ``revisions`` is."""
    names = [block["copy"] for block in body["blocks"]]
    for block in body["blocks"]:
        block["copy"] = None
    told = _decoded(Story, body, f"Revision {row.number}", row.story_id)
    blocks = [replace(b, copy=held.get(name)) if name else b for b, name in zip(told.blocks, names, strict=True)]
    story = replace(told, blocks=tuple(blocks))
    LATELY.keep_step(row.body, story)
    return story


def _revision(row: Row[Any], story: Story) -> Revision:
    return Revision(number=row.number, parent=row.parent, at=row.at, note=row.note, by=row.by, story=story)


def _decoded(kind: type[T], body: Any, what: str, story_id: str) -> T:
    try:
        return from_json(kind, body)
    except DecodeError as error:
        raise ArchiveDamaged(f"{what} of the story {story_id} cannot be read: {error}") from error
