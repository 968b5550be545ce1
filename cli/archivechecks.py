"""What ``hubbub doctor`` looks at in the archive, its index and the sources' health."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from ..config.workspace import Workspace
from ..core.archives import Archive
from ..core.errors import HubbubError
from ..core.health import FINE
from ..core.values import Health, SourceState
from .checks import Check, fail, ok, warn
from .following import with_own_accounts

MANY_PENDING = 10_000
"""Changes that wait for the index beyond which something must be wrong."""

_FINE = FINE | {Health.UNTRIED}


def check_archive(workspace: Workspace, *, whole: bool) -> Iterator[Check]:
    """The archive and everything that needs it open; ``whole`` reads all of it, which takes a while on a large one."""
    from .compose import open_archive_of

    if workspace.archive.url.startswith("postgresql") and not find_spec("psycopg"):
        yield fail("archive", "the driver of PostgreSQL is not installed", "pip install 'hubbub[postgres]'")
        return
    try:
        archive = open_archive_of(workspace)
    except HubbubError as error:
        yield fail("archive", str(error), "See docs/archive.md, or restore a backup: hubbub archive restore FILE")
        return
    try:
        yield _archive(archive, whole=whole)
        yield _index(workspace, archive)
        yield from _judged(workspace, archive)
        states = archive.source_states()
        for source in with_own_accounts(workspace).sources:
            if source.enabled and source.id in states:
                yield _health(states[source.id])
    finally:
        archive.close()


def _archive(archive: Archive, *, whole: bool) -> Check:
    problems = archive.check() if whole else []
    if problems:
        return fail("archive", " ".join(problems), "Restore the newest good backup: hubbub archive restore --replace FILE")
    return ok("archive", f"{archive.count():,} mentions" + (", all whole" if whole else "; not read through (--quick)"))


def _index(workspace: Workspace, archive: Archive) -> Check:
    from .compose import build_indexer, engine_name, late_http

    http = late_http(workspace)
    indexer = build_indexer(workspace, archive, http=http)
    name = f"index ({engine_name(workspace)})"
    try:
        in_step, pending, mentions = indexer.in_step(), archive.pending(), archive.count()
        documents = indexer.engine.count()
    except HubbubError as error:
        return fail(name, str(error), "hubbub index rebuild")
    finally:
        indexer.close()
        http.close()
    if not in_step and mentions:
        return warn(name, "it is not in step with the archive; the next search builds it", "hubbub index rebuild")
    if pending > MANY_PENDING:
        return warn(name, f"{pending:,} changes wait for it", "hubbub index status, and hubbub index rebuild if they stay")
    return ok(name, f"{documents:,} mentions, {pending:,} changes to take in")


def _judged(workspace: Workspace, archive: Archive) -> Iterator[Check]:
    """What installed processors would judge anew: a change of a model is offered, never applied by itself."""
    from .judging import offer_words, offers

    for offer in offers(workspace, archive, count=True):
        message, _, command = offer_words(offer).rpartition(": ")
        yield warn(f"judged by {offer.name}", message, command)


def _health(state: SourceState) -> Check:
    name = f"source {state.id}"
    if state.health in _FINE:
        return ok(name, state.message)
    since = f" ({state.failures} failed runs)" if state.failures > 1 else ""
    return warn(name, f"{state.health.value}: {state.message}{since}", f"hubbub sources test {state.id}")
