"""Having the workspace's processors judge again what is archived: chosen, asked, told."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ..core.errors import HubbubError, NotFound
from ..core.processing import in_words
from ..core.relabelling import PIECE, Outdated, Rejudged, Stage, Way, all_of, is_unjudged, noted, outdated, rejudge, unjudged
from .compose import is_ours, processors_of
from .exits import note
from .output import plural

if TYPE_CHECKING:
    from ..config.workspace import Workspace
    from ..core.archives import Archive
    from ..core.desk import Desk
    from .pools import LatePool
    from .processing import Processing


@dataclass(kw_only=True)
class Judging:
    """A workspace's processors, ready to judge again."""

    workspace: Workspace
    desk: Desk
    names: Sequence[str]
    """Those that are to judge, in the order in which they judge."""
    processing: Processing
    pool: LatePool | None
    order: Sequence[str]
    """All processors of the workspace."""

    def again(
        self,
        *,
        everything: bool = False,
        query: str = "",
        asked: str = "",
        dry_run: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Iterator[Rejudged]:
        """Have one processor after the other judge; what it has judged in its installed version only with ``everything``.

        ``query``: only what it finds; ``asked``: how that was told, by which what was stopped is gone on with. ``progress`` is
        told the processor, how many are done and of how many.
        """
        archive = self.desk.archive
        for name in self.names:
            try:
                version = self.processing.version(name)
            except Exception as error:
                yield Rejudged(name=name, version="", failures=(in_words(error),), given_up=True)
                continue
            of = self._count(name, version, everything=everything, query=query)
            way = self._way(name, version, everything=everything, query=query)
            yield rejudge(
                archive,
                name,
                version,
                self.processing.judge(name),
                way,
                over=f"{self._basis(name)} {asked or query}" if everything else "",
                earlier=self.order[: self.order.index(name)],
                ahead=self.pool.workers + 2 if self.pool else 1,
                dry_run=dry_run,
                progress=(lambda done, name=name, of=of: progress(name, done, of)) if progress else None,
            )
            if not dry_run:
                self.desk.indexer.try_to_catch_up()

    def _basis(self, name: str) -> str:
        """Another one wherever the settings that a processor may go by are others: a way that was stopped then begins anew."""
        options = [one.options for one in self.workspace.processors if one.name == name]
        return sha256(repr((options, self.workspace.topics, self.workspace.languages)).encode()).hexdigest()[:16]

    def _way(self, name: str, version: str, *, everything: bool, query: str) -> Way:
        archive = self.desk.archive
        if not query:
            return all_of(archive, name) if everything else unjudged(archive, name, version)

        def found(start: str) -> Generator[Stage, None, None]:
            after = start or None
            while True:
                page = self.desk.search(query, order="oldest", limit=PIECE, after=after)
                records = [row.record for row in page.rows]
                wanted = [record for record in records if everything or is_unjudged(record, name, version)]
                after = page.next
                yield Stage(records=wanted, reached=after or "")
                if after is None:
                    return

        return found

    def _count(self, name: str, version: str, *, everything: bool, query: str) -> int:
        """How many mentions there are on the way at most."""
        archive = self.desk.archive
        if query:
            return self.desk.search(query, limit=1).total
        if everything:
            return archive.count()
        return archive.count_to_judge(name, noted(archive, name, version))


@contextmanager
def judging(workspace: Workspace, desk: Desk, names: Iterable[str] = ()) -> Iterator[Judging]:
    """The processors of a workspace, or those named, ready to judge; raises ``NotFound``."""
    from .processing import Processing, judging_pool

    order = processors_of(workspace)
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in order:
            raise NotFound("processor in this workspace's order", name, order)
    with judging_pool(workspace, desk.archive.count()) as pool:
        yield Judging(
            workspace=workspace,
            desk=desk,
            names=[name for name in order if not chosen or name in chosen],
            processing=Processing(workspace, pool),
            pool=pool,
            order=order,
        )


# --- what could be judged again ------------------------------------------------------------------------------


def offers(workspace: Workspace, archive: Archive, *, count: bool = False) -> list[Outdated]:
    """What installed processors of hubbub would judge anew, for they are of another version than those that judged.

    Strangers' processors are asked for their version only where a run needs them anyway. ``count``: not as remembered.
    """
    from .processing import Processing

    processing = Processing(workspace, None)
    found: list[Outdated] = []
    for name in processors_of(workspace):
        if not is_ours(workspace, "processor", name):
            continue
        try:
            version = processing.version(name)
        except Exception:
            # Whoever uses it says what is wrong with it.
            continue
        offer = outdated(archive, name, version, count=count)
        if offer:
            found.append(offer)
    return found


def offer_words(offer: Outdated) -> str:
    """What is offered, in a sentence with the command that does it."""
    if offer.versions:
        versions = ", ".join(f"version {version}" if version else "one without a version" for version in sorted(offer.versions))
        judged = f"{plural(offer.mentions, 'mention')} {'was' if offer.mentions == 1 else 'were'} judged by {versions}"
        if sum(offer.versions.values()) < offer.mentions:
            judged += " or not at all"
    else:
        judged = f"{plural(offer.mentions, 'earlier mention')} {'was' if offer.mentions == 1 else 'were'} not judged by it"
    return f"{offer.name} {offer.version} is installed; {judged}: hubbub process --only {offer.name}"


def tell_offers(workspace: Workspace, archive: Archive) -> None:
    """Say what could be judged again; that it cannot be told is no reason to fail."""
    try:
        found = offers(workspace, archive)
    except HubbubError:
        return
    for offer in found:
        note(offer_words(offer))


def summary(reports: Sequence[Rejudged]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "name": report.name,
            "version": report.version,
            "judged": report.judged,
            "changed": report.changed,
            "corrected": report.corrected,
            "unjudged": report.unjudged,
            "resumed": report.resumed,
            "given_up": report.given_up,
            "failures": list(report.failures),
            "changes": [
                {"label": turn.label, "from": turn.before or None, "to": turn.after or None, "mentions": count}
                for turn, count in report.turns.items()
            ],
        }
        for report in reports
    ]
