"""``hubbub doctor``: is everything in order, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from ...core.errors import HubbubError
from ..checks import Check, check_machine, check_plugins, check_settings, fail
from ..exits import Exit
from ..output import json_option, print_json, say
from ..session import Session


@click.command()
@click.option("--quick", is_flag=True, help="Do not read the whole archive.")
@json_option
@click.pass_obj
def command(session: Session, quick: bool, as_json: bool) -> Exit:
    """Check that everything is in order, and say what to do.

    Looks at the machine, the settings, the plugins with their options and secrets, the archive, the index and the health of
    the sources. Asks nothing of the network: for that, see "hubbub sources test".
    """
    checks: list[Check] = []
    for check in _all(session, quick=quick):
        checks.append(check)
        if not as_json:
            _print(check)
    failed = sum(check.level == "fail" for check in checks)
    warned = sum(check.level == "warn" for check in checks)
    if as_json:
        print_json({"total": len(checks), "checks": checks, "failed": failed, "warned": warned})
    elif failed or warned:
        say(f"\n{len(checks)} things looked at: {failed} failed, {warned} could be better.")
    else:
        say(f"\n{len(checks)} things looked at: all is well.")
    return Exit.FAILED if failed else Exit.OK


def _all(session: Session, *, quick: bool) -> Iterator[Check]:
    from ..archivechecks import check_archive

    yield from check_machine()
    try:
        workspace = session.workspace
    except HubbubError as error:
        yield fail("workspace", str(error), "Mend that first; the rest is looked at then.")
        return
    for name, group in (
        ("settings", check_settings(workspace)),
        ("plugins", check_plugins(workspace)),
        ("archive", check_archive(workspace, whole=not quick)),
    ):
        yield from _to_the_end(name, group)


def _to_the_end(name: str, group: Iterable[Check]) -> Iterator[Check]:
    """A group of checks; one that breaks down is a finding, too, and does not end the others."""
    try:
        yield from group
    except Exception as error:
        yield fail(name, f"it could not be looked at: {type(error).__name__}: {error}", "Run hubbub -v with the same command.")


_SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def _print(check: Check) -> None:
    say(f"{_SIGNS[check.level]}  {check.name}: {check.message}")
    if check.advice:
        say(f"      → {check.advice}")
