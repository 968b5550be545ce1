"""Asks for what is said of a story as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on

from ...core.errors import StoryError
from ...core.stories import set_details, set_slug
from ...core.storycopies import images
from ...core.values import BlockKind, Story, StoryState
from ..formatting import handle, safe
from .choose import Choice
from .form import Field, Form, Pick

STATES = {
    StoryState.DRAFT: "draft",
    StoryState.PUBLISHED: "published",
    StoryState.PRIVATE: "private: bulk exports leave it out",
}
NO_COVER = Choice("", "no cover")


class Details(Form):
    """The form of a story."""

    def __init__(self, story: Story, formats: Sequence[str]) -> None:
        """``formats`` are the names of the installed exporters."""
        self._story = story
        self._alts = {media.digest: media.alt for media in images(story) if media.digest}

        def check(answer: Mapping[str, str]) -> None:
            changed(story, answer, formats)

        super().__init__("Details of the story", fields(story), check)

    @on(Pick.Turned)
    def suggest(self, event: Pick.Turned) -> None:
        """The cover's own text alternative is a beginning."""
        event.stop()
        if event.pick.id == "field-cover":
            same = event.pick.value == self._story.cover
            self.put("cover_alt", self._story.cover_alt if same else safe(self._alts.get(event.pick.value, "")))


def fields(story: Story) -> list[Field]:
    """The lines of the form."""
    return [
        Field(name="title", label="Title", value=story.title),
        Field(name="subtitle", label="Subtitle", value=story.subtitle),
        Field(name="byline", label="Byline", value=story.byline, example="who tells it"),
        Field(name="description", label="Description", value=story.description, example="one or two sentences for previews"),
        Field(name="lang", label="Language", value=story.lang, example="of our own words: en, es, ro, el …"),
        Field(name="state", label="State", value=story.state.value, choices=[Choice(s.value, w) for s, w in STATES.items()]),
        Field(name="cover", label="Cover", value=story.cover, choices=covers(story)),
        Field(name="cover_alt", label="Cover, in words", value=story.cover_alt, example="for those who cannot see it"),
        Field(name="rights", label="Rights", value=story.rights, example="licence of our own words, as CC BY 4.0"),
        Field(name="formats", label="Formats", value=", ".join(story.formats), example="html, markdown, json …"),
        Field(name="slug", label="Address", value=story.slug, example="changing it breaks links to what is published"),
    ]


def covers(story: Story) -> list[Choice]:
    """The pictures of the story of which there is a copy."""
    found: dict[str, Choice] = {"": NO_COVER}
    for number, block in enumerate(story.blocks, 1):
        if block.copy:
            for media in block.copy.mention.media:
                if media.kind == "image" and media.digest:
                    name = f"block {number}, {handle(block.copy.mention.author)}"
                    found.setdefault(media.digest, Choice(media.digest, name, media.alt))
        elif block.kind is BlockKind.IMAGE and block.media:
            found.setdefault(block.media, Choice(block.media, f"block {number}", block.alt or block.text))
    if story.cover not in found:
        found[story.cover] = Choice(story.cover, "the picture that stands there now", story.cover_alt)
    return list(found.values())


def changed(story: Story, answer: Mapping[str, str], formats: Sequence[str]) -> Story:
    """The story with the answers of the form; raises ``StoryError``."""
    plain = {name: value for name, value in answer.items() if name not in ("slug", "formats")}
    asked = [name.strip() for name in answer["formats"].split(",") if name.strip()]
    for name in asked:
        if name not in formats:
            raise StoryError(f"There is no format {name!r}. Installed are: {', '.join(formats)}.")
    return set_slug(set_details(story, **plain, formats=tuple(asked)), answer["slug"])
