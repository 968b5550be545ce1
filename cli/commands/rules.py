"""``hubbub rules``: what is done with mentions that match a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ...config.editing import add_rule, remove_rule, rule_table
from ...config.workspace import Workspace
from ...core.errors import NotFound
from ...core.rules import Rule, Then
from ...core.values import TriageState
from ..exits import Exit
from ..output import Column, json_option, plural, print_json, print_listing, say
from ..progress import ProgressLine
from ..records import age, byline, record_json
from ..session import Session

STATES = click.Choice([state.value for state in TriageState if state is not TriageState.NEW])


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """Tag, label, sort, mute and route by rule what comes in and what is archived.

    \b
    hubbub rules add "Angry press" --if 'source:press sentiment:negative' --tag press --priority +20
    hubbub rules add Spam --if 'label:"purpose=spam"' --mute
    hubbub rules test Spam
    hubbub rules apply

    Rules are asked in their order, each once of a mention, after the processors and the mutes; a later rule sees what earlier
    ones did. Without a further command they are listed.
    """
    return ctx.invoke(list_rules, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_rules(session: Session, as_json: bool) -> Exit:
    """List the rules in their order, with how many mentions each has matched."""
    from ...core.rulework import matched_by
    from ..compose import open_desk

    workspace = session.workspace
    with open_desk(workspace) as desk:
        counts = {rule.name: desk.archive.find(matched_by(rule), limit=1).total for rule in workspace.rules}
    print_listing(
        "rules",
        workspace.rules,
        [
            Column(title="rule", show=lambda rule: rule.name),
            Column(title="mentions", show=lambda rule: counts[rule.name], right=True),
            Column(title="if", show=lambda rule: rule.query, gives_way=True),
            Column(title="then", show=lambda rule: ", ".join(_words(rule.then)), gives_way=True),
        ],
        as_json=as_json,
        to_dict=lambda rule: rule_table(rule) | {"mentions": counts[rule.name]},
        empty="There is no rule yet. Add one: hubbub rules add NAME --if QUERY --tag TAG",
    )
    return Exit.OK


@command.command()
@click.argument("name")
@click.option("--if", "query", required=True, metavar="QUERY", help="What a mention must match.")
@click.option("--tag", "tags", multiple=True, help="Add a tag; repeatable.")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", help="Give a label; repeatable.")
@click.option("--state", type=STATES, help="Move it there, if it is new.")
@click.option("--priority", metavar="CHANGE", help="+20 or -20 change its priority, =90 sets it.")
@click.option("--mute", is_flag=True, help="Hide it.")
@click.option("--route", metavar="NAME", help="Note where it is to go.")
@click.pass_obj
def add(
    session: Session,
    name: str,
    query: str,
    tags: tuple[str, ...],
    labels: tuple[str, ...],
    state: str | None,
    priority: str | None,
    mute: bool,
    route: str | None,
) -> Exit:
    """Add a rule behind the others."""
    then = Then(
        tags=tags,
        labels=dict(map(_label, labels)),
        state=TriageState(state) if state else None,
        priority=priority or "",
        mute=mute,
        route=route or "",
    )
    if then == Then():
        raise click.UsageError("Say what it does: --tag, --label, --state, --priority, --mute or --route.")
    add_rule(session.folder, Rule(name=name, query=query, then=then))
    say(f"The rule {name!r} has been added; what is collected from now on follows it.")
    say(f"What it would do to what is archived: hubbub rules test {_shell(name)}")
    return Exit.OK


@command.command()
@click.argument("name")
@click.option("--limit", type=click.IntRange(0, 100), default=5, show_default=True, help="How many examples to print.")
@json_option
@click.pass_obj
def test(session: Session, name: str, limit: int, as_json: bool) -> Exit:
    """Say what a rule would change in the archive, with examples; nothing is changed.

    The mutes and the rules before it are taken to have done their work.
    """
    from ...core.rulework import try_rule
    from ..compose import open_desk

    rules = session.workspace.rules
    rule = _rule(session.workspace, name)
    with open_desk(session.workspace) as desk:
        count = desk.archive.count()
        with ProgressLine("mentions") as progress:
            trial = try_rule(desk.archive, rules, rule, desk.now(), examples=limit, progress=lambda done: progress(done, count))
        if as_json:
            counts = {"matched": trial.matched, "changed": trial.fresh, "no_more": trial.left, "effects": dict(trial.effects)}
            print_json({"rule": rule.name} | counts | {"examples": [record_json(record) for record in trial.examples]})
            return Exit.OK
        say(f"The rule {rule.name!r} matches {plural(trial.matched, 'mention')} of {count:,}.")
        if trial.fresh:
            say(f"Applied now, it would change {plural(trial.fresh, 'mention')}:")
        for effect, mentions in trial.effects.most_common():
            say(f"  {mentions:>7,}  {effect}")
        if trial.left:
            say(f"It matches {plural(trial.left, 'mention')} no more: these would lose the labels that it gave.")
        for record in reversed(trial.examples):
            text = " ".join(f"{record.mention.title} {record.mention.text}".split())
            say(f"  {record.ref}  {age(record.when, desk.now())} · {byline(record)}: {text[:120]}")
        say("Nothing has been changed. To do it: hubbub rules apply" if trial.fresh or trial.left else "Nothing would change.")
    return Exit.OK


@command.command()
@click.pass_obj
def apply(session: Session) -> Exit:
    """Apply mutes and rules, as they are now, to what is archived, and work out all priorities anew.

    What comes in is judged as it is collected. After a change this judges anew all that is archived: labels that rules gave
    follow their rules, tags and states are given where a rule matches for the first time. What a person said stays, and no
    state but 'new' is changed. It can be stopped and asked again.
    """
    from ...core.rulework import apply_rules
    from ..compose import open_desk

    workspace = session.workspace
    with open_desk(workspace) as desk:
        count = desk.archive.count()
        with ProgressLine("mentions judged") as progress:
            changed = apply_rules(desk.archive, workspace.rules, desk.now(), progress=lambda done: progress(done, count))
        with ProgressLine("priorities") as progress:
            urgent = desk.priorities.settle_all(lambda done: progress(done, count))
        desk.indexer.try_to_catch_up()
    say(f"{plural(changed, 'mention')} judged otherwise; the priority of {plural(urgent, 'mention')} has changed.")
    return Exit.OK


@command.command()
@click.argument("name")
@click.pass_obj
def remove(session: Session, name: str) -> Exit:
    """Remove a rule; the tags and states that it gave stay."""
    remove_rule(session.folder, _rule(session.workspace, name).name)
    say(f"The rule {name!r} has been removed. To take its labels back: hubbub rules apply")
    return Exit.OK


def _rule(workspace: Workspace, name: str) -> Rule:
    for rule in workspace.rules:
        if rule.name.casefold() == name.casefold():
            return rule
    raise NotFound("rule", name, [rule.name for rule in workspace.rules])


def _words(then: Then) -> Sequence[str]:
    """What a rule does, in the words of its options."""
    told: Mapping[str, object] = rule_table(Rule(name="", query="", then=then))["then"]
    found: list[str] = []
    for key, value in told.items():
        if isinstance(value, Mapping):
            found += [f"{key} {name}={each}" for name, each in value.items()]
        elif isinstance(value, list):
            found += [f"{key} {each}" for each in value]
        else:
            found.append(key if value is True else f"{key} {value}")
    return found


def _label(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise click.BadParameter(f"{text!r} is no label; write NAME=VALUE.", param_hint="--label")
    return name, value


def _shell(name: str) -> str:
    return f'"{name}"' if " " in name else name
