"""What a plugin promises, each thing a function that can be asked of any plugin of its role, with pytest or without.

The contract suites run them as tests; ``hubbub plugins check`` runs them on what is installed. A promise that is broken raises
:class:`Broken` (or whatever the plugin raised), one that cannot be judged :class:`NotJudged`; both say why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from ..core.contracts import Component, Role
from ..core.errors import ConfigError, HubbubError, SourceUnreachable, nearest
from ..core.values import Topic
from .api import Answering, FakeApi
from .sources import context

if TYPE_CHECKING:
    from pydantic import BaseModel

SECRET = "s3cret-Of-The-Desk"
"""Stands for every password and token of a plugin that is tried: nothing may tell it."""
TOPICS = (Topic(name="acme", query='acme OR "acme phone" OR #acmephone'),)
"""What a plugin that is tried is asked for."""
HOSTILE = "acme \x1b[31mred\x1b[0m \u202eevil\u202c [bold]x[/bold] <script>alert(1)</script> \x00 \ud83d 'a' \"b\" ${x}"
"""What strangers write: terminal sequences, bidi overrides, markup, null characters, half a surrogate pair."""
_GUESSES: tuple[Any, ...] = (
    "https://check.example/place",
    "check.example",
    "check",
    7,
    ["check"],
    ["https://check.example/place"],
)
"""What is tried for an option that must be given and has no example."""


class Broken(Exception):
    """A promise is not kept; says how that showed."""


class NotJudged(Exception):
    """Whether a promise is kept cannot be told here; says why."""


def need(holds: object, why: str) -> None:
    """Raise :class:`Broken` unless it holds."""
    if not holds:
        raise Broken(why)


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that plugins of a role promise."""

    words: str
    """What is promised, as a sentence without its full stop."""
    ask: Callable[[Subject], None]
    """Asks it of a plugin; raises where it is broken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What came of asking for one promise."""

    promise: str
    verdict: Literal["kept", "broken", "not judged"]
    why: str = ""


class Subject:
    """A plugin that is asked: it is built anew as often as needed, over an API that is played."""

    def __init__(
        self,
        component: Component,
        role: Role,
        options: Mapping[str, Any],
        folder: Path,
        answering: Answering | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """``answering`` says what the API answers, where that is known; else every request gets 404. ``now`` is its clock."""
        self.component, self.role, self.given = component, role, options
        self.knows_answers = answering is not None
        self.api = FakeApi(answering or (lambda request: None))
        self.connections: list[str] = []
        self._folder, self._now = folder, now
        self._folders = 0

    @property
    def options(self) -> Any:
        """The validated options; raises :class:`NotJudged` where nobody knows what to give."""
        return example_options(self.component, self.given)

    def folder(self) -> Path:
        """A new folder; it does not exist yet."""
        self._folders += 1
        return self._folder / str(self._folders)

    def make(self, folder: Path | None = None) -> Any:
        """Build it, with a client and a folder of its own."""
        made = context(folder or self.folder(), self.api.client(self._now), now=self._now, topics=TOPICS)
        try:
            return self.component.build(
                self.options, replace(made, connect=self._connect, log=logging.getLogger("hubbub.check"))
            )
        except ConfigError as error:
            raise NotJudged(f"it cannot be built with these options: {error}") from error

    def _connect(self, host: str, port: int) -> socket:
        self.connections.append(f"{host}:{port}")
        raise SourceUnreachable(f"No connection to {host}:{port} is made while a plugin is checked.")


def judge(subject: Subject, promises: Sequence[Promise]) -> list[Finding]:
    """Ask for every promise; whatever a plugin raises is a finding."""
    return [_judged(subject, promise) for promise in promises]


def _judged(subject: Subject, promise: Promise) -> Finding:
    subject.api.failing = subject.api.changing = None
    subject.api.requests.clear()
    subject.connections.clear()
    try:
        promise.ask(subject)
    except NotJudged as error:
        return Finding(promise=promise.words, verdict="not judged", why=_safe(error))
    except (Broken, HubbubError) as error:
        return Finding(promise=promise.words, verdict="broken", why=_safe(error))
    except (Exception, SystemExit) as error:
        return Finding(promise=promise.words, verdict="broken", why=f"it raised {type(error).__name__}: {_safe(error)}")
    return Finding(promise=promise.words, verdict="kept")


def _safe(error: BaseException) -> str:
    return str(error).replace(SECRET, "***")


# --- options ------------------------------------------------------------------------------------------------------


def example_options(component: Component, given: Mapping[str, Any]) -> Any:
    """Options to try a plugin with: those given, else its own example, secrets made up, and guesses for what is missing."""
    if component.options is None:
        return None
    from pydantic import ValidationError

    secret = dict.fromkeys(secret_options(component.options), SECRET)
    values = {**secret, **component.example, **given}
    guessed: dict[str, int] = {}
    while True:
        try:
            return component.options.model_validate({**values, **{name: _GUESSES[at] for name, at in guessed.items()}})
        except ValidationError as error:
            problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
            name = str(problem["loc"][0]) if problem["loc"] else ""
            if name in values or name not in component.options.model_fields or guessed.get(name, -1) + 1 >= len(_GUESSES):
                _cannot_be_built(name, problem["msg"], component.options)
            guessed[name] = guessed.get(name, -1) + 1


def _cannot_be_built(name: str, problem: str, options: type[BaseModel]) -> NoReturn:
    known = "" if not name or name in options.model_fields else nearest(name, options.model_fields)
    raise NotJudged(
        f"it cannot be built without knowing its options ({name + ': ' if name else ''}{problem}).{known} "
        "Give them with --option KEY=VALUE, or give the Component an example"
    )


def secret_options(options: type[BaseModel]) -> list[str]:
    """Names of the options that are one secret each."""
    from pydantic import SecretStr

    return [name for name, field in options.model_fields.items() if field.annotation is SecretStr]


# --- what every plugin promises -------------------------------------------------------------------------------------


def _says_what_it_is(subject: Subject) -> None:
    need(subject.component.summary.strip(), "its Component has no summary: one line for listings")


def _refuses_unknown_options(subject: Subject) -> None:
    options = subject.component.options
    if options is None:
        return
    wanted = 'inherit from PluginOptions, or write extra="forbid": a typing mistake would be passed over in silence'
    need(options.model_config.get("extra") == "forbid", f"its options take what they do not know; {wanted}")


def _describes_its_options(subject: Subject) -> None:
    options = subject.component.options
    bare = [name for name, field in options.model_fields.items() if not field.description] if options else []
    need(not bare, f"no description: {', '.join(bare)}. Write Field(description=...)")


def _building_asks_nothing(subject: Subject) -> None:
    subject.make()
    asked = [str(request.url) for request in subject.api.requests] + subject.connections
    need(not asked, f"building it asked {', '.join(asked)}; leave that to the first call")


def _keeps_secrets(subject: Subject) -> None:
    options = subject.component.options
    built = subject.make()
    told = f"{built!r} {built!s} {subject.options!r} {getattr(built, '__dict__', '')!r}"
    need(SECRET not in told, "a secret shows in repr(); keep it as SecretStr until the request is made")
    looks = ("token", "password", "passwd", "secret", "api_key", "apikey")
    fields = options.model_fields if options else {}
    plain = [name for name, field in fields.items() if name.lower() in looks and field.annotation is str]
    need(not plain, f"{', '.join(plain)} is plain text; make it SecretStr, so that it is never shown nor stored")


GENERAL: tuple[Promise, ...] = (
    Promise("It says in one line what it is", _says_what_it_is),
    Promise("It refuses options that it does not know", _refuses_unknown_options),
    Promise("Every option is described", _describes_its_options),
    Promise("Building it asks nothing of the network", _building_asks_nothing),
    Promise("Its secrets show nowhere", _keeps_secrets),
)
"""What plugins of every role promise."""
