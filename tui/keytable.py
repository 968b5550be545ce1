"""The keys as Markdown tables, for ``docs/tui.md``: ``python -m hubbub.tui.keytable`` prints them."""

from __future__ import annotations

from .actions import SCOPES, in_scope
from .keymap import Keys


def key_tables() -> str:
    """One table a scope, from the table of actions."""
    keys = Keys()
    lines: list[str] = []
    for scope, title in SCOPES.items():
        lines += [f"### {title}", "", "| Keys | What they do | Name in the settings |", "|---|---|---|"]
        for action in in_scope(scope):
            names = " ".join(f"`{key}`" for key in keys.labels(action.id).split("  "))
            lines.append(f"| {names} | {action.help} | `{action.id}` |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(key_tables(), end="")
