"""Publishing many stories: only what changed is written again, what is not there any more is taken away, the list follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .publishing import publication, withdraw
from .shelf import publications
from .values import Receipt, StoryState

if TYPE_CHECKING:
    from .storydesk import StoryDesk


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """What came of publishing one story."""

    slug: str
    folder: Path
    receipts: tuple[Receipt, ...] = ()
    """One for each format; none where nothing had changed."""
    withdrawn: tuple[str, ...] = ()
    """Folders of an earlier slug of the story that were taken away."""

    @property
    def written(self) -> bool:
        """Whether anything was written."""
        return bool(self.receipts)


def press(desk: StoryDesk, name: str, *, formats: Sequence[str] = (), to: Path | None = None, force: bool = False) -> Pressed:
    """Publish a story in these formats (or in those that it asks for), unless that is what stands there already.

    Folders in which it was published under an earlier slug are taken away. Raises as :meth:`StoryDesk.publish` does.
    """
    story = desk.open(name).story
    wanted = tuple(dict.fromkeys(formats or story.formats or ("html",)))
    place = to or desk.published
    folder = place / story.slug
    if not force and to is None and story.state is not StoryState.PUBLISHED:
        force = True  # a draft becomes a published story, and a private one is refused
    if not force and desk.current(name, wanted, folder):
        return Pressed(slug=story.slug, folder=folder)
    receipts = desk.publish(name, formats=wanted, to=to)
    old = _withdraw(place, story.id, but=story.slug)
    if old or to is not None:
        desk.shelve(place)
    return Pressed(slug=story.slug, folder=folder, receipts=tuple(receipts), withdrawn=old)


def retract(desk: StoryDesk, name: str) -> Pressed:
    """Take the pages of a story away that was made private after it was published. Raises where this person may not edit it."""
    story = desk.open(name).story
    desk.people.check_edit(story.id, story.slug, locks=False)
    old = _withdraw(desk.published, story.id)
    desk.shelve()
    return Pressed(slug=story.slug, folder=desk.published / story.slug, withdrawn=old)


def _withdraw(place: Path, story: str, *, but: str = "") -> tuple[str, ...]:
    """Take the folders of a story away, but for one; the names of those that went."""
    old = tuple(slug for slug, one in publications(place).items() if one.story == story and slug != but)
    for slug in old:
        withdraw(place / slug)
    return old


def published_names(desk: StoryDesk) -> list[str]:
    """The slugs of all stories that are published, the one changed last first."""
    return [story.slug for story in desk.list() if story.state is StoryState.PUBLISHED]


def stale_names(desk: StoryDesk) -> list[str]:
    """The slugs of the stories whose page is not as it would be written now, has an earlier slug, or is of a private story.

    What stands of a private story is to be taken away (:func:`retract`).
    """
    places = {one.story: slug for slug, one in publications(desk.published).items()}
    stale: list[str] = []
    for story in desk.list():
        slug = places.get(story.id)
        if slug is None:
            continue
        found = publication(desk.published / story.slug)
        private = story.state is StoryState.PRIVATE
        if private or found is None or not desk.current(story.id, found.formats, desk.published / story.slug):
            stale.append(story.slug)
    return stale
