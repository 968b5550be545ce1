"""``hubbub watch``: listen on schedule until stopped."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import datetime
from types import FrameType

import click

from ...config.loading import load_workspace
from ...config.workspace import Workspace
from ...core.desk import Desk
from ...core.errors import ArchiveLocked, ConfigError, HubbubError
from ...core.health import FINE
from ...core.scheduling import due, pause
from ...core.streaming import Taps
from ...core.values import RunReport
from ..exits import Exit, note
from ..output import plural, say
from ..session import Session
from .collect import failure_words

PATIENCE = 60.0
"""Seconds after which what failed altogether is tried again."""


TOGETHER = 0.5
"""Seconds in which what comes of streams is gathered for one round."""


class Stopped(BaseException):
    """SIGTERM came. Not an ``Exception``, so that nothing on the way takes it for a failure."""


@click.command()
@click.option("--once", is_flag=True, help="Ask what is due now, then end: for cron and timers.")
@click.pass_obj
def command(session: Session, once: bool) -> Exit:
    """Listen on schedule until stopped.

    Each source is asked as often as its ``every`` says; sources that stream are listened to all the time, and connected again
    where they end. Changes of hubbub.toml count from the next round on. A source that fails is asked again later, with growing
    pauses. What fails altogether after a first good round, as a full disk does, is tried
    again every minute. Ctrl-C or SIGTERM end it; nothing is lost.
    """
    signal.signal(signal.SIGTERM, _stop)
    workspace, rounds, fine = session.workspace, 0, True
    changed = _changed(workspace)
    try:
        while True:
            try:
                for well in _rounds(workspace, changed, once=once):
                    rounds, fine = rounds + 1, well
            except (HubbubError, OSError) as error:
                if not rounds:
                    raise
                note(f"{error} Trying again in a minute, or when the settings change.")
                _settings_change_within(workspace, changed, PATIENCE)
            if once:
                return Exit.OK if fine else Exit.SOURCES
            changed, workspace = _changed(workspace), _reloaded(workspace)
    except (KeyboardInterrupt, Stopped):
        say("Stopped. Everything saved so far is safe.")
        return Exit.OK


def _rounds(workspace: Workspace, changed: float, *, once: bool) -> Iterator[bool]:
    """Listen until the settings change, or once; yields after each round whether all sources that were asked are well."""
    from ..compose import now, open_desk

    with Taps(now) as taps, open_desk(workspace, None if once else taps) as desk:
        say(f"Listening to {plural(sum(source.enabled for source in desk.sources), 'source')} for {workspace.name}.")
        while True:
            yield _round(desk, taps)
            if once:
                return
            wait = pause(desk.sources, desk.archive.source_states(), desk.now()).total_seconds()
            if _settings_change_within(workspace, changed, wait, taps):
                return


def _round(desk: Desk, taps: Taps) -> bool:
    fine = True
    try:
        ready = [source.id for source in due(desk.sources, desk.archive.source_states(), desk.now())]
        ready += sorted(taps.ready().difference(ready))
        if ready:
            report = desk.collect(ready)
            _tell(report, desk.now())
            fine = all(source.health in FINE for source in report.sources)
    except ArchiveLocked as error:
        # Another program is at it; what is due stays due.
        note(f"{error} Trying again in the next round.")
        time.sleep(1)
    while desk.indexer.messages:
        note(desk.indexer.messages.pop(0))
    return fine


def _tell(report: RunReport, at: datetime) -> None:
    stamp = at.astimezone().strftime("%H:%M:%S")
    if report.new or report.changed:
        say(f"{stamp} {report.new:,} new, {report.changed:,} changed from {plural(len(report.sources), 'source')}")
    for source in report.sources:
        if source.health not in FINE:
            note(f"{stamp} {source.id}: {source.health.value}: {source.message}")
    again = report.refreshed
    if again.changed or again.deleted:
        say(f"{stamp} asked again for {plural(again.asked, 'mention')}: {again.changed:,} changed, {again.deleted:,} deleted")
    for failure in again.failures:
        note(f"{stamp} asked again: {failure_words(failure)}")


def _settings_change_within(workspace: Workspace, changed: float, seconds: float, taps: Taps | None = None) -> bool:
    """Wait so long, or until something came of a stream; whether the settings have changed."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if taps is None:
            time.sleep(min(left, 1.0))
        elif taps.wait(min(left, 1.0)):
            time.sleep(TOGETHER)
            return _changed(workspace) != changed
        if _changed(workspace) != changed:
            return True
    return False


def _changed(workspace: Workspace) -> float:
    try:
        return workspace.paths.settings.stat().st_mtime
    except OSError:
        # An editor may be replacing the file this very moment.
        return 0.0


def _reloaded(workspace: Workspace) -> Workspace:
    try:
        return load_workspace(workspace.folder)
    except ConfigError as error:
        note(f"The changed settings cannot be used; going on with the old ones. {error}")
        return workspace


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
