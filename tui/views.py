"""What the side bar of the inbox offers: everything, by state, our own posts, by topic, and the saved searches. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.desk import Saved
from ..core.values import Order, SavedSearch, Topic, TriageState
from .formatting import STATE_MARKS
from .narrowing import value_clause

OTHERS = "is:others"


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at the mentions. Two are equal where the same is searched for, whatever was counted."""

    name: str
    query: str
    """Added to what is searched for; empty for everything."""
    count: int | None = field(default=None, compare=False)
    """How many mentions it has; ``None`` while that is not known."""
    mark: str = field(default=" ", compare=False)
    """The mark of its state, where it has one."""
    title: str = field(default="", compare=False)
    """The heading that it stands under, where it is the first of its kind."""
    is_saved: bool = False
    """Whether it is a saved search."""
    usual: Order = "newest"
    """The order that it is read in unless it is a saved search."""
    saved: SavedSearch | None = field(default=None, compare=False)
    """The saved search that it is, as it stood when it was counted."""
    new: int = field(default=0, compare=False)
    """Of a saved search: how many were collected since it was last looked at."""
    problem: str = ""
    """Why its query cannot be asked; empty where it can."""

    @property
    def key(self) -> str:
        """What tells it from the other views."""
        return f"saved {self.name.casefold()}" if self.is_saved else f"{self.usual} {self.query}"

    @property
    def order(self) -> Order:
        """The order that it is read in until another is chosen."""
        return self.saved.order if self.saved else self.usual


EVERYTHING = View("Everything", "")
OURS = View("Ours", "is:ours")
"""What our own accounts wrote, the newest first: all networks side by side."""


@dataclass(frozen=True, slots=True)
class Ours:
    """How much of what is archived we wrote ourselves; it is left out where people look for what others say."""

    total: int = 0
    new: int = 0
    """Of these, those that nobody has handled."""
    topics: Mapping[str, int] = field(default_factory=dict)
    """By topic."""


def views(
    topics: Sequence[Topic],
    states: Mapping[str, int] | None,
    by_topic: Mapping[str, int] | None,
    searches: Sequence[Saved] = (),
    ours: Ours | None = None,
) -> list[View]:
    """All views, with the counts that are known.

    Where there are accounts of ours, what they wrote has a view of its own and is left out of what is new and of the topics.
    """
    apart = any(topic.accounts for topic in topics)
    known = ours is not None or not apart
    ours = ours or Ours()
    total = None if states is None else sum(states.values())
    found = [replace(EVERYTHING, count=total, title="Views")]
    for state in TriageState:
        count = None if states is None else states.get(state.value, 0)
        query = f"status:{state.value}"
        if apart and state is TriageState.NEW:
            query, count = f"{query} {OTHERS}", count - ours.new if known and count is not None else None
        found.append(View(state.value.capitalize(), query, count, STATE_MARKS[state]))
        if state is TriageState.NEW:
            found.append(View("Needs you", query, mark="!", usual="priority"))
    if apart:
        found.append(replace(OURS, count=ours.total if known else None))
    names = [topic.name for topic in topics]
    names += sorted(name for name in by_topic or {} if name not in names)
    for index, name in enumerate(names):
        count = None if by_topic is None else by_topic.get(name, 0)
        # Quotation marks cannot be written within quotation marks; such a topic stands there with its count.
        query = value_clause("topic", name) or 'topic:"' + name.replace('"', " ") + '"'
        if apart:
            query, count = f"{query} {OTHERS}", count - ours.topics.get(name, 0) if known and count is not None else None
        found.append(View(name, query, count, title="" if index else "Topics"))
    for index, saved in enumerate(searches):
        search = saved.search
        found.append(
            View(
                name=search.name,
                query=search.query,
                count=None if saved.problem else saved.total,
                mark="!" if saved.problem else " ",
                title="" if index else "Searches",
                is_saved=True,
                saved=search,
                new=saved.new,
                problem=saved.problem,
            )
        )
    return found


def within(view: str, text: str) -> str:
    """A query that asks for both."""
    if not view.strip() or not text.strip():
        return view if view.strip() else text
    return f"({view}) AND ({text})"
