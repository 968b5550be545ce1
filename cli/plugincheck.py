"""What an installed plugin promises, asked without its own tests and without a network."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..core.contracts import Role
from ..core.errors import NotFound, PluginError
from ..core.registry import Registry
from .exits import Exit
from .output import Column, print_listing, say

if TYPE_CHECKING:
    from ..testing.promises import Finding, Promise

LOADS = "It can be loaded, and registers one component of its name"


def role_and_name(registry: Registry, wanted: str) -> tuple[Role, str]:
    """``source.acme-forum``, or ``acme-forum`` where only one role has that name; raises ``NotFound``."""
    known = [f"{info.role}.{info.name}" for info in registry.listing()]
    found = sorted({full for full in known if wanted in (full, full.partition(".")[2])})
    if len(found) != 1:
        raise NotFound("plugin", wanted, found or known)
    role, _, name = found[0].partition(".")
    return cast("Role", role), name


def check_plugin(registry: Registry, wanted: str, options: Mapping[str, Any], fixtures: Path | None, *, as_json: bool) -> Exit:
    """Ask the plugin for each of its promises, and print what came of it."""
    from ..testing.promises import Finding

    role, name = role_and_name(registry, wanted)
    try:
        component = registry.component(role, name)
    except PluginError as error:
        findings = [Finding(promise=LOADS, verdict="broken", why=str(error))]
    else:
        from ..testing.fakes import FakeClock
        from ..testing.promises import Subject, judge
        from ..testing.recording import Replay

        replay = Replay(fixtures) if fixtures else None
        clock = FakeClock(replay.at) if replay else None
        with tempfile.TemporaryDirectory(prefix="hubbub-check-") as folder:
            subject = Subject(component, role, options, Path(folder), replay, clock)
            findings = [Finding(promise=LOADS, verdict="kept"), *judge(subject, _promises(role))]
    return _print(f"{role}.{name}", findings, as_json=as_json)


def _promises(role: Role) -> Sequence[Promise]:
    from ..testing import rolepromises as roles
    from ..testing.promises import GENERAL
    from ..testing.sourcepromises import SOURCE

    special: dict[Role, Sequence[Promise]] = {
        "source": SOURCE,
        "processor": roles.PROCESSOR,
        "ranker": roles.RANKER,
        "exporter": roles.EXPORTER,
        "notifier": roles.NOTIFIER,
        "search": roles.SEARCH,
    }
    return [*GENERAL, *special[role]]


def _print(plugin: str, findings: Sequence[Finding], *, as_json: bool) -> Exit:
    from ..testing.sourcepromises import UNKNOWN

    counts = {verdict: sum(f.verdict == verdict for f in findings) for verdict in ("kept", "broken", "not judged")}
    print_listing(
        "promises",
        findings,
        [
            Column(title="verdict", show=lambda finding: finding.verdict),
            Column(title="promise", show=lambda finding: finding.promise),
            Column(title="why", show=lambda finding: finding.why, gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda finding: {"promise": finding.promise, "verdict": finding.verdict, "why": finding.why},
        empty="",
        more={"plugin": plugin, "kept": counts["kept"], "broken": counts["broken"], "not_judged": counts["not judged"]},
    )
    if not as_json:
        say(f"{plugin}: {', '.join(f'{count} {verdict}' for verdict, count in counts.items() if count)}.")
        if plugin.startswith("source.") and any(UNKNOWN in finding.why for finding in findings):
            say("To have more of it judged, record what its site answers: hubbub plugins record SOURCE_ID --to FOLDER")
    return Exit.FAILED if counts["broken"] else Exit.OK
