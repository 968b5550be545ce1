"""From a value under the cursor to a clause of the query language, and back. Pure.

A clause stands behind the query with a space between them: words that merely stand side by side bind last of all, so the
query before it needs no parentheses, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.documents import account_of
from ..core.histogram import Bin
from ..core.values import Author
from .formatting import safe

_QUOTES = re.compile('["“”„‟＂\0]')
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_HANDLE = re.compile(r"@\w+(?:[.@-]\w+)*")


def value_clause(field: str, value: str) -> str:
    """``platform:rss``, ``topic:"Acme watch"``, ``author:@ana``; empty where a query cannot ask for the value.

    Of an author it is the handle; one without is asked for by the words of the name.
    """
    if _QUOTES.search(value) or not value.strip():
        return ""
    if field == "author" and _HANDLE.fullmatch(value):
        return f"author:{value}"
    return f"{field}:{value}" if _BARE.fullmatch(value) else f'{field}:"{value}"'


def author_query(accounts: Sequence[Author]) -> str:
    """What finds all that these accounts said; without those that a query cannot ask for, and empty where none is left.

    A query knows handles and names, not the platform's own ids: who once had a handle is found by it, too.
    """
    clauses = [(value_clause("platform", each.platform), value_clause("author", safe(account_of(each)))) for each in accounts]
    queries = [f"{platform} {author}" for platform, author in dict.fromkeys(clauses) if platform and author]
    return " OR ".join(f"({query})" for query in queries) if len(queries) > 1 else "".join(queries)


def days_clause(stretch: Bin) -> str:
    """``published:2026-06-14``, or a range where the stretch has several days."""
    if stretch.first == stretch.last:
        return f"published:{stretch.first}"
    return f"published:[{stretch.first} to {stretch.last}]"


def narrowed(text: str, clause: str) -> str:
    """The query that asks for this, too."""
    return f"{text.strip()} {clause}".strip()


def widened(text: str, clauses: Sequence[str]) -> str | None:
    """The query before the last of these clauses; ``None`` where the query does not end with it any more."""
    if not clauses or not f" {text}".endswith(f" {clauses[-1]}"):
        return None
    return text[: -len(clauses[-1])].rstrip()
