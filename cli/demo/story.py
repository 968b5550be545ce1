"""The demo's story, built step by step through the same desk that people use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ...core.desk import Desk
from ...core.stories import set_details
from ...core.values import Receipt, Revision
from .pier import TIMELINE

TITLE = "The battery week"
SLUG = "the-battery-week"
TAG = "battery-week"
FORMATS = ("html", "markdown", "json")

_SUBTITLE = "How an update emptied the Acme Phone, and what came of it"
_DESCRIPTION = "Eleven days, six languages: the battery of the Acme Phone as its owners told it, from the update to the fix."

# A heading, a text or none, and the quoted posts: by site and name, those of the Pier by some of their words.
_CHAPTERS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("An ordinary update", "On a day like any other, version 2.4 goes out to every phone.", (("courier", "arc-update"),)),
    (
        "The first reports",
        "The next morning, three people in three languages describe **the same thing** within hours. They do not know of each "
        "other.",
        (("plaza", "arc-marta"), ("steki", "arc-kostas"), ("gadget", "arc-ionut")),
    ),
    (
        "It has a shape",
        "By the second day people measure, and compare what they measure.",
        (("board", "arc-board"), ("carnet", "arc-lucie")),
    ),
    (
        "The press, the workbench and the bus",
        "On the third day a newspaper counts the reports, a repairer finds the cause, and the rival finds an occasion.",
        (
            ("courier", "arc-press"),
            (TIMELINE, "La actualización 2.4 vacía la batería"),
            ("werkbank", "arc-ute"),
            ("plaza", "arc-globex"),
        ),
    ),
    (
        "Acme answers",
        "Three days after the first report, Acme calls the fault its own and names a date.",
        (("notes", "arc-answer"), ("bahia", "arc-bahia"), ("podcast", "ep-41")),
    ),
    (
        "The fix",
        "Version 2.4.1 arrives as promised. Marta, who was among the first to complain, comes back.",
        (
            (TIMELINE, "Version 2.4.1 is out"),
            (TIMELINE, "measured on three phones"),
            ("courier", "arc-fix"),
            ("plaza", "arc-rodica"),
            ("steki", "arc-eleni"),
            ("plaza", "arc-marta-again"),
        ),
    ),
    ("Afterwards", "", (("streetlight", "arc-review"), ("plaza", "arc-ridge"))),
)
_LAST_WORDS = "All names, brands and posts in this story are invented; `hubbub demo` made it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """What came of it."""

    revision: Revision
    mentions: int
    pictures: int
    problems: tuple[str, ...]
    """Pictures that could not be had."""
    receipts: tuple[Receipt, ...]

    @property
    def page(self) -> Path:
        """The page to open."""
        return Path(self.receipts[0].path)


def tell(desk: Desk) -> Built:
    """Build the story and publish it."""
    wanted = [post for _, _, posts in _CHAPTERS for post in posts]
    refs = {post: ref for post in wanted if (ref := _ref(desk, *post))}
    stories = desk.stories
    name = stories.new(TITLE, lang="en").story.slug
    stories.edit(name, lambda s: set_details(s, subtitle=_SUBTITLE, byline="The Acme desk"), "wrote the subtitle")
    stories.edit(name, lambda s: set_details(s, description=_DESCRIPTION, formats=FORMATS), "wrote the description")
    revision = stories.add(name, [refs[post] for post in wanted if post in refs])
    block_of = {block.ref: block.id for block in revision.story.blocks}
    for heading, text, posts in _CHAPTERS:
        first = next((block_of[refs[post]] for post in posts if post in refs), None)
        stories.add_heading(name, heading, before=first)
        if text:
            stories.add_text(name, text, before=first)
    stories.add_text(name, _LAST_WORDS, after=stories.open(name).story.blocks[-1].id)
    saved = stories.save_media(name)
    desk.tag(list(refs.values()), add=[TAG])
    receipts = stories.publish(name, formats=FORMATS)
    return Built(
        revision=stories.open(name),
        mentions=len(refs),
        pictures=saved.saved,
        problems=saved.problems,
        receipts=tuple(receipts),
    )


def _ref(desk: Desk, source: str, post: str) -> str:
    """The mention of a post, found by its source and its address or some of its words; empty where it was not collected."""
    for row in desk.search(f"source:{source}", limit=500).rows:
        said = row.record.mention
        if urlsplit(said.url).path.strip("/").split("/")[0] == post or post in said.text:
            return row.record.ref
    return ""
