"""Conversations: posts and their answers as a tree, of what is archived and of what the platform has now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .archives import ArchiveReader
from .cleaning import clean_mention
from .errors import HubbubError, NotFound
from .values import Mention, Record, RunReport

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post of a conversation, in its place."""

    mention: Mention
    """As it is archived; as the platform has it, where it is not."""
    depth: int = 0
    """How many posts stand above it, up to the first."""
    record: Record | None = None
    """What is archived of it; ``None`` where only the platform has it."""
    gap: bool = False
    """Whether it answers a post that is not here: it stands below the first post of its thread, or at the top."""

    @property
    def ref(self) -> str:
        """The identity of the mention."""
        return self.mention.ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A conversation around one mention."""

    ref: str
    """The mention that was asked about."""
    posts: tuple[Post, ...]
    """A post before its answers, which are in the order of time."""
    asked: bool = False
    """Whether the platform was asked."""
    problem: str = ""
    """Why it did not answer, in words for the user; empty where it did, or was not asked."""

    @property
    def unarchived(self) -> tuple[Mention, ...]:
        """What only the platform has."""
        return tuple(post.mention for post in self.posts if post.record is None)


def arrange(records: Iterable[Record], live: Iterable[Mention] = ()) -> tuple[Post, ...]:
    """Order posts into a tree: each is followed by its answers, the oldest first.

    What is archived wins over what came live with the same ref, but for what it answers where only the live one tells: lists of
    some platforms do not say. Where the answered post is not among them, the post stands
    below the first one of its thread, if that is there, else by itself. Posts that answer each other in a circle begin with the
    oldest of them. Pure, and as fast for a thousand levels as for one.
    """
    kept = {record.ref: record for record in records}
    mentions = {mention.ref: mention for mention in live}
    mentions |= {ref: _with_place(record.mention, mentions.get(ref)) for ref, record in kept.items()}
    when = {ref: kept[ref].when if ref in kept else mention.published or _LAST for ref, mention in mentions.items()}
    order = {ref: place for place, ref in enumerate(sorted(mentions, key=lambda ref: (when[ref], ref)))}
    above = {ref: _above(mention, mentions) for ref, mention in mentions.items()}
    for ref in sorted(_first_of_circles(above, order)):
        above[ref] = ""
    below: dict[str, list[str]] = {}
    for ref in order:
        below.setdefault(above[ref], []).append(ref)
    posts: list[Post] = []
    waiting = [(ref, 0) for ref in reversed(below.get("", ()))]
    while waiting:
        ref, depth = waiting.pop()
        mention = mentions[ref]
        gap = bool(mention.parent) and mention.parent not in mentions
        posts.append(Post(mention=mention, depth=depth, record=kept.get(ref), gap=gap))
        waiting += [(answer, depth + 1) for answer in reversed(below.get(ref, ()))]
    return tuple(posts)


def _with_place(mention: Mention, live: Mention | None) -> Mention:
    """The archived mention, with what it answers from the live one where it does not tell itself."""
    if live is None or (mention.parent and mention.thread):
        return mention
    return replace(mention, parent=mention.parent or live.parent, thread=mention.thread or live.thread)


def _above(mention: Mention, there: Mapping[str, Mention]) -> str:
    """The post that a post stands below: what it answers, else the first of its thread; empty for none."""
    return next((ref for ref in (mention.parent, mention.thread) if ref in there and ref != mention.ref), "")


def _first_of_circles(above: Mapping[str, str], order: Mapping[str, int]) -> set[str]:
    """Of each circle of posts that answer each other, the oldest."""
    found: set[str] = set()
    done: set[str] = {""}
    for start in above:
        path: list[str] = []
        met: dict[str, int] = {}
        here = start
        while here not in done and here not in met:
            met[here] = len(path)
            path.append(here)
            here = above[here]
        if here in met:
            found.add(min(path[met[here] :], key=order.__getitem__))
        done.update(path)
    return found


class Conversations:
    """Reads conversations from the archive, and from the platforms where that is asked for."""

    def __init__(
        self,
        archive: ArchiveReader,
        *,
        ask: Callable[[Record], Sequence[Mention]] | None = None,
        keep: Callable[[Sequence[Mention]], RunReport] | None = None,
    ) -> None:
        """``ask`` reads the whole conversation from the platform, ``keep`` saves mentions as a collect does."""
        self._archive, self._ask, self._keep = archive, ask, keep

    def of(self, ref: str, *, ask: bool = False) -> Conversation:
        """The conversation of an archived mention; raises ``NotFound``.

        With ``ask`` the platform is asked for the whole of it. Where it does not answer, what is archived is given, and why.
        """
        record = self._archive.get(ref)
        if record is None:
            raise NotFound("mention", ref)
        live: list[Mention] = []
        problem = ""
        if ask:
            try:
                live = [clean_mention(mention) for mention in self._asked(record)]
            except HubbubError as error:
                problem = str(error)
        posts = self._placed(live, [*self._archive.thread(ref), record])
        return Conversation(ref=ref, posts=posts, asked=ask, problem=problem)

    def again(self, conversation: Conversation) -> Conversation:
        """The same posts as they are archived now, without asking the platform."""
        posts = self._placed([post.mention for post in conversation.posts], [])
        return replace(conversation, posts=posts)

    def keep(self, conversation: Conversation) -> RunReport | None:
        """Save what only the platform has, as a collect would; ``None`` where there is nothing to save."""
        fresh = conversation.unarchived
        return self._keep(fresh) if fresh and self._keep else None

    def _placed(self, live: Sequence[Mention], records: Sequence[Record]) -> tuple[Post, ...]:
        """The tree of these, and of what else is archived of them: maybe without its thread, or under another ref."""
        known = {ref: found.ref for ref, found in self._archive.known(live).items()} if live else {}
        there = (*records, *self._archive.records(list(known.values())))
        return arrange(there, [mention for mention in live if known.get(mention.ref, mention.ref) == mention.ref])

    def _asked(self, record: Record) -> Sequence[Mention]:
        if self._ask is None:
            raise HubbubError("No platform can be asked in this program.")
        return self._ask(record)
