"""``hubbub saved``: queries with a name."""

from __future__ import annotations

from typing import Any, cast, get_args

import click

from ...core.desk import Saved
from ...core.serial import to_json
from ...core.values import Order
from ..exits import Exit
from ..output import Column, json_option, print_listing, say
from ..session import Session


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> Any:
    """Save searches under a name, and see what is new in them.

    \b
    hubbub saved add "Battery trouble" 'acme battery (fire OR hot)'
    hubbub saved                          what is new since you last looked
    hubbub search --saved "Battery trouble"

    Without a further command the saved searches are listed.
    """
    return ctx.invoke(list_saved, as_json=as_json) if ctx.invoked_subcommand is None else None


@command.command("list")
@json_option
@click.pass_obj
def list_saved(session: Session, as_json: bool) -> Exit:
    """List the saved searches: how many mentions each finds, and how many were collected since it was last looked at."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        desk.indexer.try_to_catch_up_if_pending()
        print_listing(
            "searches",
            desk.saved_searches(),
            [
                Column(title="name", show=lambda saved: saved.search.name),
                Column(title="new", show=lambda saved: saved.new, right=True),
                Column(title="total", show=lambda saved: saved.total, right=True),
                Column(title="looked at", show=lambda saved: saved.search.looked),
                Column(title="query", show=lambda saved: saved.problem or saved.search.query, gives_way=True),
            ],
            as_json=as_json,
            to_dict=_as_json,
            empty="No search is saved yet. Save one: hubbub saved add NAME QUERY",
        )
    return Exit.OK


@command.command("add")
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@click.option("--order", type=click.Choice(get_args(Order)), default="newest", show_default=True, help="What comes first.")
@click.pass_obj
def add(session: Session, name: str, query: tuple[str, ...], order: str) -> Exit:
    """Save QUERY under NAME. A search of that name is replaced."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        try:
            search = desk.save_search(name, " ".join(query), order=cast(Order, order))
        except ValueError as error:
            raise click.BadParameter(f"{error}.", param_hint="NAME") from None
        say(f"Saved. To look: hubbub search --saved {_quoted(search.name)}")
    return Exit.OK


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(session: Session, name: str) -> Exit:
    """Forget a saved search; its mentions stay."""
    from ..compose import open_desk

    with open_desk(session.workspace) as desk:
        desk.delete_search(name)
        say(f"Removed the saved search {name}.")
    return Exit.OK


def _as_json(saved: Saved) -> dict[str, Any]:
    search = saved.search
    return {
        "name": search.name,
        "query": search.query,
        "order": search.order,
        "created": to_json(search.created),
        "looked": to_json(search.looked),
        "total": saved.total,
        "new": saved.new,
        "problem": saved.problem or None,
    }


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
