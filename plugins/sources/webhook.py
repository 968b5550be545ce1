"""Source ``webhook``: what other programs send to us, received by a small server on this machine while ``hubbub watch`` runs.

::

    [[sources]]
    id = "from-zapier"
    plugin = "webhook"
    secret = { env = "WEBHOOK_SECRET" }          # 16 characters at least, shared with who sends
    port = 8420                                  # optional
    path = "/mentions"                           # optional; "/" otherwise
    listen = "127.0.0.1"                         # optional: "0.0.0.0" for the whole network
    platform = "zapier"                          # optional: what refs begin with; "webhook" otherwise
    fields = { text = "body", author = "user" }  # optional: which field of theirs gives which field of a mention
    keep = "all"

Posts are JSON (an object, a list of objects, or such a list as ``items``) or forms. Each carries the header
``X-Hubbub-Signature: sha256=HEX`` (HMAC of the body with the secret) or ``Authorization: Bearer SECRET``; others get 401. What
is accepted (202) is on disk before the answer, so that nothing is lost when hubbub or the machine ends; while hubbub does not
run nothing is received, and most senders try again.

Fields that are not named are looked for under their usual names, as in files; what ``hubbub search --json`` prints is
understood as it is. Each item is a mention; the id that it carries, else its address, tells whether it is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Event
from time import monotonic

from pydantic import Field, SecretStr, field_validator

from ...core.contracts import Component, Context
from ...core.errors import SourceBroken, nearest
from ...core.fields import moment_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import PluginOptions
from ...core.values import JSON, Batch, Failure, Mention, MentionKind, Topic
from ._keeping import digest
from ._row_mapping import NAMES, BadRow, Meaning, map_row
from ._webhook_queue import Queue, Received
from ._webhook_server import Receiver, Rules

BATCH = 200
HEARTBEAT = 2.0
"""Seconds after which a stream says that it lives."""
LOOK = 0.2
"""Seconds after which it looks whether it is to end."""
SAVED_AFTER = 200
"""Batches after which one has surely been saved: who reads a stream keeps far fewer waiting."""
TRIES = 5
"""To listen at a port that a stream before this one may be about to leave."""
SHORTEST_SECRET = 16


class WebhookOptions(PluginOptions):
    """What users write of a webhook."""

    secret: SecretStr = Field(description="Shared with who sends; 16 characters at least")
    listen: str = Field(default="127.0.0.1", pattern=r"^[0-9A-Za-z.:-]+$", description="Address to listen at")
    port: int = Field(default=8420, ge=0, le=65_535, description="Port to listen at")
    path: str = Field(default="/", pattern=r"^/[^\s?#]*$", description="Path that posts are sent to")
    platform: str = Field(default="webhook", pattern=r"^[a-z][a-z0-9_-]*$", description="What refs of its mentions begin with")
    fields: dict[str, str] = Field(default_factory=dict, description="Which field of theirs gives which field of a mention")
    date_format: str = Field(default="", description="strptime format of dates that are not ISO")
    html: bool = Field(default=False, description="Whether texts are HTML")
    kind: MentionKind = Field(default=MentionKind.POST, description="What items are that do not tell")
    max_bytes: int = Field(default=1_000_000, ge=1_000, le=20_000_000, description="Of one post")
    per_minute: int = Field(default=600, ge=1, le=100_000, description="Posts taken in a minute")

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"the secret has fewer than {SHORTEST_SECRET} characters; make one with: python3 -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'"
            )
        return secret

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, fields: dict[str, str]) -> dict[str, str]:
        for name in fields:
            if name not in NAMES:
                raise ValueError(f"{name!r} is no field of a mention.{nearest(name, NAMES)}")
        return fields


class WebhookFetcher:
    """Receives posts, and reads what was received."""

    def __init__(self, options: WebhookOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._begun = False
        # Without the address: it may change, and what was received stays.
        self._queue = Queue(context.data_dir, f"received-{digest(options.platform, options.path, str(options.port))}")
        self._meaning = Meaning(
            platform=options.platform,
            columns=options.fields,
            date_format=options.date_format,
            html=options.html,
            kind=options.kind,
        )

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``: what was received and not read yet. The cursor is a place in the queue."""
        self._queue.forget(cursor)
        nothing = True
        for batch in self._waiting(cursor):
            nothing = False
            yield batch
        if nothing:
            yield Batch(cursor=cursor, unchanged=True, note=f"It listens at {self._address()} while hubbub watch runs.")

    def stream(self, topics: Sequence[Topic], cursor: JSON, stop: Event) -> Iterator[Batch]:
        """See ``Streams``: listens until ``stop`` is set."""
        options = self._options
        arrived = Event()

        def keep(items: Sequence[JSON]) -> None:
            at = self._context.now().isoformat()
            self._queue.append([{"at": at, "item": item} for item in items])
            arrived.set()

        rules = Rules(
            path=options.path,
            secret=options.secret.get_secret_value().encode(),
            max_bytes=options.max_bytes,
            per_minute=options.per_minute,
        )
        if not self._begun:
            # Only then: where a stream is begun again, what came last may not have been saved yet.
            self._begun = True
            self._queue.forget(cursor)
        handed: deque[JSON] = deque()
        with self._listening(rules, keep, stop) as receiver:
            note = f"It listens at {self._address(receiver.server_port)}."
            yield Batch(cursor=cursor, note=note)
            spoke = monotonic()
            while not stop.is_set():
                arrived.clear()
                for batch in self._waiting(cursor):
                    cursor, spoke = batch.cursor, monotonic()
                    yield replace(batch, note=note)
                    handed.append(cursor)
                    if len(handed) > SAVED_AFTER:
                        self._queue.forget(handed.popleft())
                if monotonic() - spoke > HEARTBEAT:
                    spoke = monotonic()
                    yield Batch(cursor=cursor, note=note)
                arrived.wait(LOOK)

    def _listening(self, rules: Rules, keep: Callable[[Sequence[JSON]], None], stop: Event) -> Receiver:
        problem: OSError | None = None
        for _ in range(TRIES):
            try:
                return Receiver((self._options.listen, self._options.port), rules, keep)
            except OSError as error:
                problem = error
                stop.wait(LOOK)
        raise SourceBroken(
            f"Nothing can listen at {self._address()} ({problem}). Another program may do so already: give this source another "
            "port.",
            url=self._address(),
        ) from problem

    def check(self) -> str:
        """See ``Checks``: what can be told without listening."""
        waiting = sum(1 for _ in self._queue.read(None))
        return f"While hubbub watch runs it listens at {self._address()}; {waiting:,} received items are on disk."

    def _address(self, port: int = 0) -> str:
        host = f"[{self._options.listen}]" if ":" in self._options.listen else self._options.listen
        return f"http://{host}:{port or self._options.port}{self._options.path}"

    def _waiting(self, cursor: JSON) -> Iterator[Batch]:
        some: list[Received] = []
        for received in self._queue.read(cursor):
            some.append(received)
            if len(some) == BATCH:
                yield self._batch(some)
                some = []
        if some:
            yield self._batch(some)

    def _batch(self, some: Sequence[Received]) -> Batch:
        mentions: list[Mention] = []
        failures: list[Failure] = []
        for received in some:
            if not isinstance(received.value, Mapping):
                continue  # cut off by a crash, before its sender was told that it had been accepted
            item, at = received.value.get("item"), moment_of(received.value.get("at") or "") or self._context.now()
            try:
                mentions.append(map_row(item, self._meaning, at))
            except Exception as error:  # one item of a stranger's: whatever it trips over, the others are kept
                words = str(error) if isinstance(error, BadRow) else f"{type(error).__name__}: {error}"
                name = f"item of {at:%Y-%m-%d %H:%M}"
                failures.append(Failure(source="", item=name, message=f"The {name} was left out: {words}", raw=item))
        return Batch(mentions=tuple(mentions), failures=tuple(failures), cursor=some[-1].after)


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`WebhookFetcher`."""
    return [
        Component(
            name="webhook",
            build=WebhookFetcher,
            options=WebhookOptions,
            summary="What other programs post to this machine, with a shared secret",
        )
    ]
