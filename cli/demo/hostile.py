"""Posts that mean harm, or tell too little: everything that a feed can do to the program that reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .posts import Kind, Post, Writer

HUGE_WORD = "a" * 200_000
"""A word that no line of a screen can hold."""


def hostile_posts(now: datetime, home: str) -> list[Post]:
    """A dozen entries to be read, shown, searched and quoted without any harm."""
    writer = Writer("odd", "Odd Corner")
    day = timedelta(days=1)

    def post(name: str, title: str, text: str, **other: object) -> Post:
        values: dict[str, object] = {"writer": writer, "at": now - 3 * day, "link": f"{home}/{name}"} | other
        return Post(id=f"odd-{name}", lang="en", kind=Kind.NOISE, title=title, text=text, **values)  # pyright: ignore[reportArgumentType]

    return [
        post("ansi", "Acme in \x1b[31mred\x1b[0m", "This text about Acme tries to \x1b[2J\x1b[1;1Hclear your screen.\x07"),
        post("c1", "Acme and the other escape", "A control sequence in one character: \x9b2J. Acme is not amused."),
        post("bidi", "Acme \u202eenohP\u202c backwards", "The file invoice\u202egnp.exe is not a picture of an Acme Phone."),
        post("rich", "[bold red]Acme[/] [link=https://evil.example]sale[/link]",
             "[@click=app.quit]Press here[/] to leave Acme. [/]"),
        post("script", "Acme <script>alert(1)</script> sale",
             "An Acme offer <script>fetch('https://evil.example')</script><img src=x onerror=alert(1)> not to be refused."),
        post("link", "Acme gift", "Claim an Acme Phone.", link="javascript:alert(document.domain)"),
        post("huge", "Acme and a very long word", f"Acme says {HUGE_WORD} and nothing else."),
        post("undated", "Acme, some time or other", "Nobody knows when this was said about Acme.", at=None),
        post("epoch", "Acme in 1970", "A clock that never started saw the Acme Phone.", at=datetime(1970, 1, 1, tzinfo=UTC)),
        post("future", "Acme in 2070", "Greetings: the Acme Phone still runs.", at=datetime(2070, 5, 1, tzinfo=UTC)),
        post("nobody", "Acme, says nobody", "This came without an author. Acme could not answer.", writer=None),
        post("nowhere", "Acme, nowhere", "This came without a link. Acme has lost it.", link=""),
    ]  # fmt: skip
