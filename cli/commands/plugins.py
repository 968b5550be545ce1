"""``hubbub plugins``: which plugins are installed, and the kit to write one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import click

from ...config.workspace import Workspace
from ...core.contracts import Role
from ...core.errors import WorkspaceNotFound
from ...core.registry import PluginInfo
from ..exits import Exit
from ..output import Column, json_option, print_listing, say
from ..session import Session

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """List, check and switch plugins, and write one of your own.

    Without a further command they are listed.
    """
    return ctx.invoke(list_plugins, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_plugins(session: Session, as_json: bool) -> Exit:
    """List the installed plugins, by role.

    "used" says whether this workspace makes use of a plugin; outside of a workspace it is not told. Plugins of others are
    installed with pip and appear here by themselves.
    """
    from ..compose import registry

    workspace = _workspace_if_any(session)
    infos = registry(workspace).listing()
    used = _used_in(workspace)
    columns = [
        Column(title="role", show=lambda info: info.role),
        Column(title="name", show=lambda info: info.name),
        Column(title="used", show=lambda info: used(info) if info.enabled else "disabled"),
        Column(title="from", show=lambda info: f"{info.origin} {info.version}"),
        Column(title="problem", show=lambda info: info.problem, gives_way=True),
    ]
    print_listing(
        "plugins",
        infos,
        columns,
        as_json=as_json,
        to_dict=lambda info: _to_dict(info, used(info)),
        empty="No plugins are installed, not even those of hubbub: install it again (pip install --force-reinstall hubbub).",
    )
    return Exit.CONFIG if any(info.problem for info in infos) else Exit.OK


@command.command()
@click.argument("role", type=click.Choice(get_args(Role)))
@click.argument("name")
@click.option("--folder", type=FOLDER, help="Where to write it; otherwise hubbub-NAME, here.")
@click.pass_obj
def new(session: Session, role: Role, name: str, folder: Path | None) -> Exit:
    """Write a plugin to begin with: a complete package with tests that pass.

    hubbub plugins new source acme-forum

    Nothing is overwritten. Install it with pip install -e, and hubbub finds it.
    """
    from ..newplugin import write_plugin

    place = session.cwd / (folder or Path(f"hubbub-{name}"))
    written = write_plugin(role, name, place)
    say(f"The {role} plugin {name!r} has been written to {place}:")
    for path in written:
        say(f"  {path.relative_to(place)}")
    say("Now, in that folder:")
    say('  pip install -e ".[test]"')
    say(f"  hubbub plugins check {role}.{name}")
    say("  pytest")
    return Exit.OK


@command.command()
@click.argument("plugin", metavar="NAME")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="An option to try it with, in TOML; repeatable.")
@click.option("--fixtures", type=FOLDER, help="Recorded exchanges, which are played to a source.")
@json_option
@click.pass_obj
def check(session: Session, plugin: str, options: tuple[str, ...], fixtures: Path | None, as_json: bool) -> Exit:
    """Ask a plugin whether it keeps what plugins promise.

    \b
    hubbub plugins check source.acme-forum
    hubbub plugins check acme-forum --option server=https://forum.example --fixtures tests/fixtures

    No network is asked and nothing is kept: sites are played, with every failure that they have. What cannot be told is said to
    be so. A broken promise makes the exit code 1.
    """
    from ..compose import registry
    from ..plugincheck import check_plugin
    from ..sourceoptions import read_option

    given = dict(read_option(text) for text in options)
    return check_plugin(
        registry(_workspace_if_any(session)), plugin, given, session.cwd / fixtures if fixtures else None, as_json=as_json
    )


@command.command()
@click.argument("source_id", metavar="SOURCE_ID")
@click.option("--to", "folder", type=FOLDER, required=True, help="The folder for the files: one for each exchange.")
@click.option("--batches", type=click.IntRange(1, 100), default=3, show_default=True, help="How many pages are read at most.")
@click.option("--names", is_flag=True, help="Replace the names of people, too, where JSON says that they are names.")
@click.pass_obj
def record(session: Session, source_id: str, folder: Path, batches: int, names: bool) -> Exit:
    """Record what a source asks and is answered, as fixtures for tests.

    hubbub plugins record acme-forum --to tests/fixtures --names

    Nothing is saved in the archive. Secrets, tokens, cookies, e-mail and IP addresses are taken out; where a secret of the
    source cannot be taken out, nothing is written.
    """
    from ..pluginrecord import record_source

    workspace = session.workspace
    return record_source(workspace, workspace.source(source_id), (session.cwd / folder).resolve(), batches=batches, names=names)


@command.command()
@click.argument("plugin", metavar="NAME")
@click.pass_obj
def disable(session: Session, plugin: str) -> Exit:
    """Use a plugin no more in this workspace; its settings stay.

    hubbub plugins disable source.acme-forum
    """
    from ..compose import engine_name
    from ..installed import switch

    name = switch(session.workspace, plugin, on=False, engine=engine_name(session.workspace))
    say(f"{name} is not used in this workspace any more. To use it again: hubbub plugins enable {name}")
    return Exit.OK


@command.command()
@click.argument("plugin", metavar="NAME")
@click.pass_obj
def enable(session: Session, plugin: str) -> Exit:
    """Use a plugin again that was disabled."""
    from ..installed import switch

    say(f"{switch(session.workspace, plugin, on=True)} is used again.")
    return Exit.OK


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask: you have looked at the files.")
@click.option("--forget", is_flag=True, help="Trust none of this workspace's files any more.")
@click.pass_obj
def trust(session: Session, yes: bool, forget: bool) -> Exit:
    """Let the plugins run that are files in this workspace's folder plugins/.

    A plugin can do all that you can do, so look at the files first. What you say holds for the files as they are now, in this
    folder on this machine: a file that changes, and a copy of the workspace, need it said again.
    """
    from ..installed import trust_files

    return trust_files(session.workspace, yes=yes, forget=forget)


def _workspace_if_any(session: Session) -> Workspace | None:
    if session.wanted is not None:
        return session.workspace
    try:
        return session.workspace
    except WorkspaceNotFound:
        return None


class _used_in:
    """Whether a workspace uses a plugin; ``None`` where there is no workspace."""

    def __init__(self, workspace: Workspace | None) -> None:
        self._used: set[tuple[str, str]] | None = None
        if workspace is not None:
            from ..compose import engine_name
            from ..following import with_own_accounts

            self._used = {("source", source.plugin) for source in with_own_accounts(workspace).sources if source.enabled}
            self._used |= {("processor", settings.name) for settings in workspace.processors}
            self._used.add(("search", engine_name(workspace)))

    def __call__(self, info: PluginInfo) -> bool | None:
        if self._used is None:
            return None
        # Stories can be published in every format that is installed.
        return info.role == "exporter" or (info.role, info.name) in self._used


def _to_dict(info: PluginInfo, used: bool | None) -> Mapping[str, object]:
    return {
        "role": info.role,
        "name": info.name,
        "used": used,
        "module": info.module,
        "origin": info.origin,
        "version": info.version,
        "enabled": info.enabled,
        "problem": info.problem,
    }
