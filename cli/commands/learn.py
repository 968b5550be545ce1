"""``hubbub learn``: teach processors by what you corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ...core.errors import NotFound, PluginError
from ...core.serial import to_json
from ...core.values import BY_YOU, Label, Learnt, Mention, Record
from ..exits import Exit
from ..output import json_option, plural, print_json, say
from ..session import Session

if TYPE_CHECKING:
    from ...config.workspace import Workspace
    from ...core.contracts import HttpClient, Learns


@click.command()
@click.argument("processors", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Learn and measure, and keep nothing.")
@click.option("--forget", is_flag=True, help="Forget what was learnt; your corrections stay.")
@json_option
@click.pass_obj
def command(session: Session, processors: tuple[str, ...], dry_run: bool, forget: bool, as_json: bool) -> Exit:
    """Teach processors by what you corrected.

    \b
    hubbub learn --dry-run
    hubbub learn sentiment
    hubbub learn sentiment --forget

    Without PROCESSORS all that can learn do. Each learns from all your corrections of its labels (hubbub correct, or c in the
    terminal application) and is measured on some that it has not seen; what it learnt is kept only where that shows a gain. It
    lies in this workspace and judges what is collected from then on; what is archived is judged anew only when you say so.
    """
    from ..compose import late_http, open_archive_of

    if dry_run and forget:
        raise click.UsageError("--dry-run learns and --forget forgets: choose one.")
    workspace = session.workspace
    http = late_http(workspace)
    found: dict[str, Learnt | None] = {}
    forgotten: dict[str, bool] = {}
    archive = open_archive_of(workspace)
    try:
        for name, processor in _learning(workspace, processors, http):
            if forget:
                forgotten[name] = processor.forget()
                continue
            corrected = list(_corrections(archive.corrected(processor.learns), processor.learns))
            found[name] = processor.learn(corrected, keep=not dry_run) if corrected else None
            if not as_json:
                _tell(name, processor.learns, found[name], dry_run=dry_run)
    finally:
        archive.close()
        http.close()
    if as_json:
        told = {name: {"name": name, "learnt": to_json(learnt)} for name, learnt in found.items()}
        told |= {name: {"name": name, "forgotten": was} for name, was in forgotten.items()}
        print_json({"total": len(told), "processors": list(told.values()), "dry_run": dry_run})
        return Exit.OK
    for name, was in forgotten.items():
        say(f"{name} has forgotten what it learnt. {_apply(name)}" if was else f"{name} had learnt nothing.")
    if not found and not forgotten:
        say("No processor of this workspace can learn.")
    return Exit.OK


def _learning(workspace: Workspace, wanted: tuple[str, ...], http: HttpClient) -> Iterator[tuple[str, Learns]]:
    """The processors that can learn, or those wanted; raises ``NotFound``, and ``PluginError`` for one that cannot."""
    from ...core.contracts import Learns
    from ..compose import build_processor, processors_of
    from ..installed import Unusable

    there = processors_of(workspace)
    for name in wanted:
        if name not in there:
            raise NotFound("processor in this workspace's order", name, there)
    for name in dict.fromkeys(wanted or there):
        processor = build_processor(workspace, name, http=http)
        if isinstance(processor, Learns):
            yield name, processor
        elif isinstance(processor, Unusable):
            raise PluginError(f"The processor {name!r} cannot be asked: {processor.why}", role="processor", name=name)
        elif wanted:
            raise PluginError(f"The processor {name!r} does not learn from corrections.", role="processor", name=name)


def _corrections(records: list[Record], name: str) -> Iterator[tuple[Mention, Label]]:
    """What a person said of a label of this name, of mentions whose language is as good as it is known."""
    for record in records:
        mention = replace(record.mention, lang="" if record.lang == "unknown" else record.lang)
        for label in record.labels:
            if label.by == BY_YOU and label.name.partition(":")[0] == name:
                yield mention, label


def _tell(name: str, label: str, learnt: Learnt | None, *, dry_run: bool) -> None:
    if learnt is None:
        say(f"{name}: there are no corrections of {label} yet. Make some: hubbub correct REF {label}=… or c in the terminal")
        return
    taught = ", ".join(f"{count:,} {value}" for value, count in sorted(learnt.examples.items(), key=lambda item: -item[1]))
    left_out = f"; {plural(learnt.left_out, 'correction')} could not teach" if learnt.left_out else ""
    say(f"{name}: learnt from {plural(sum(learnt.examples.values()), 'correction')} ({taught or 'none'}){left_out}")
    for words, measured in (("right of 100 held out", learnt.accuracy), ("macro F1 of those", learnt.macro_f1)):
        if measured is not None:
            before, after = (100 * share for share in measured)
            say(f"  {words}: {before:.1f} before, {after:.1f} after ({after - before:+.1f})")
    say(f"  {'kept' if learnt.kept else 'not kept'}: {learnt.why}")
    if learnt.kept:
        say(f"  {_apply(name)}")


def _apply(name: str) -> str:
    return f"What is collected from now on is judged so; what is archived by: hubbub process --only {name}"
