"""What sources promise beside what every plugin does: what can be asked of any, and what only where answers are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from ..core.cleaning import clean_mention
from ..core.contracts import Checks, LooksUp
from ..core.errors import SourceError
from ..core.refusals import public_address
from ..core.values import JSON, Batch, Mention
from .failures import FAILURES, STRANGE_ADDRESSES, STRANGE_CURSORS
from .promises import HOSTILE, SECRET, TOPICS, NotJudged, Promise, Subject, need
from .sources import Collected

MOST_BATCHES = 500
"""A run of more, where every answer is a failure or a few recorded pages, does not end by itself."""
UNKNOWN = "only with answers that were recorded: --fixtures"
_LEFT_TO_THE_PLUGIN = frozenset({"a page", "nothing at all", "noise", "404", "410", "endless redirect"})
"""Answers that mean something else to some sources: a page where pages are read, a thing that is gone among others, redirects
that use up what an API allows."""


def _collect(subject: Subject, cursor: JSON = None) -> Collected:
    batches: list[Batch] = []
    for batch in _batches(subject, cursor):
        batches.append(batch)
        need(len(batches) <= MOST_BATCHES, "a run does not end")
    return Collected(tuple(batches))


def _batches(subject: Subject, cursor: JSON) -> Iterator[Batch]:
    for batch in subject.make().fetch(TOPICS, cursor):
        need(isinstance(batch, Batch), f"fetch yields batches, and it gave {type(batch).__name__}")
        yield batch


def _asks_something(subject: Subject) -> None:
    """Whether there is anything to play failures to."""
    try:
        _collect(subject)
    except SourceError as error:
        if not subject.api.requests and not subject.connections:
            raise NotJudged(f"built like this it asks nothing: {error}") from None
    if not subject.api.requests:
        where = f"it connects to {subject.connections[0]} by itself" if subject.connections else "it asks nothing over HTTP"
        raise NotJudged(f"{where}, so no failure can be played")


def _tells_failures(subject: Subject) -> None:
    _asks_something(subject)
    for name, (answer, kind) in FAILURES.items():
        subject.api.failing = answer
        try:
            collected = _collect(subject)
        except SourceError as error:
            need(len(str(error)) > 20, f"to the answer '{name}' it only says {str(error)!r}")
            if name not in _LEFT_TO_THE_PLUGIN:
                need(isinstance(error, kind), f"'{name}' is {kind.__name__}, and it says {type(error).__name__}: {error}")
            continue
        told = collected.failures or name in _LEFT_TO_THE_PLUGIN
        need(told, f"to the answer '{name}' it says that all is well")


def _failures_tell_no_secret(subject: Subject) -> None:
    _asks_something(subject)
    # Some APIs take a key nowhere else than in the address; then it must be under a name that is hidden wherever it is shown.
    asked = " ".join(public_address(str(request.url)) for request in subject.api.requests)
    for answer, _ in FAILURES.values():
        subject.api.failing = answer
        try:
            _collect(subject)
        except SourceError as error:
            need(SECRET not in f"{error} {error.url} {error.said}", "a secret stands in an error; put it into a header")
    need(
        SECRET not in asked,
        "a secret stands in an address that it asks; put it into a header",
    )


def _bears_strange_cursors(subject: Subject) -> None:
    first = {mention.ref for mention in _collect(subject).mentions} if subject.knows_answers else set()
    for cursor in STRANGE_CURSORS:
        try:
            again = {mention.ref for mention in _collect(subject, cursor).mentions}
        except SourceError:
            # With answers that nobody knows it may well fail, in words.
            need(not subject.knows_answers, f"from the cursor {cursor!r} it cannot go on")
            continue
        if subject.knows_answers:
            need(
                again >= first,
                f"a strange cursor ({cursor!r}) means from the start, and something is missing",
            )


def _known(subject: Subject) -> Collected:
    if not subject.knows_answers:
        raise NotJudged(UNKNOWN)
    collected = _collect(subject)
    need(collected.mentions, "of what was recorded it makes no mention")
    return collected


def _mentions_are_sound(subject: Subject) -> None:
    mentions = _known(subject).mentions
    for mention in mentions:
        need(isinstance(mention, Mention), f"it gave {type(mention).__name__} where a mention belongs")
        need(mention.platform and mention.key, "a mention has no platform or no key")
        need(mention.title or mention.text or mention.media, f"{mention.ref} says nothing")
        for moment in (mention.published, mention.edited):
            need(moment is None or moment.tzinfo is UTC, f"a time of {mention.ref} is not in UTC: {moment!r}")
        need(_is_plain(mention.raw), f"what {mention.ref} keeps as raw is no plain JSON")


def _gives_the_same_again(subject: Subject) -> None:
    first, second = _known(subject), _collect(subject)
    need(_words(first) == _words(second), "the same answers give other mentions the second time")


def _goes_on(subject: Subject) -> None:
    first = _known(subject)
    need(_is_plain(first.cursor), "its cursor is no plain JSON")
    again = _collect(subject, first.cursor)
    known = {mention.ref for mention in first.mentions}
    need({mention.ref for mention in again.mentions} <= known, "a second run over the same answers gives something else")


def _bears_a_kill(subject: Subject) -> None:
    whole = _known(subject)
    refs = {mention.ref for mention in whole.mentions}
    for saved in range(len(whole.batches)):
        before = Collected(whole.batches[:saved])
        kept = {m.ref for m in before.mentions} | {m.ref for m in _collect(subject, _plain(before.cursor)).mentions}
        need(kept >= refs, f"killed after {saved} batches, it loses {', '.join(sorted(refs - kept)[:3])}")


def _bears_hostile_texts(subject: Subject) -> None:
    _known(subject)
    subject.api.changing = _hostile
    for mention in _collect(subject).mentions:
        clean_mention(mention)


def _checks_itself(subject: Subject) -> None:
    if not subject.knows_answers:
        raise NotJudged(UNKNOWN)
    fetcher = subject.make()
    if not isinstance(fetcher, Checks):
        raise NotJudged("it has no check of its own; hubbub reads its first page instead")
    need(fetcher.check().endswith("."), "what its check says is no sentence")


def _looks_up(subject: Subject) -> None:
    fetcher = subject.make()
    if not isinstance(fetcher, LooksUp):
        raise NotJudged("it looks up no addresses")
    for address in STRANGE_ADDRESSES:
        need(fetcher.look_up(address) is None, f"it looks up {address!r}, which is no address")
    need(not subject.api.requests, "it asks for what is no address")
    for mention in _collect(subject).mentions[:3] if subject.knows_answers else ():
        try:
            found = fetcher.look_up(mention.url)
        except SourceError:
            continue  # what was recorded need not have this page
        need(found is None or found.ref == mention.ref, f"at the address of {mention.ref} it finds {found and found.ref}")


def _words(collected: Collected) -> list[tuple[str, str, str]]:
    return [(mention.ref, mention.title, mention.text) for mention in collected.mentions]


def _plain(value: JSON) -> JSON:
    return json.loads(json.dumps(value))


def _is_plain(value: JSON) -> bool:
    try:
        return _plain(value) == value
    except (TypeError, ValueError):
        return False


def _hostile(value: Any) -> Any:
    """The same answer with something hostile in each text of several words."""
    if isinstance(value, list):
        return [_hostile(each) for each in value]
    if isinstance(value, dict):
        return {key: _hostile(each) for key, each in value.items()}
    return f"{value} {HOSTILE}" if isinstance(value, str) and " " in value else value


SOURCE: tuple[Promise, ...] = (
    Promise("Every failure of a site becomes an error in words", _tells_failures),
    Promise("No error and no address tells a secret", _failures_tell_no_secret),
    Promise("A cursor that cannot be understood means from the start", _bears_strange_cursors),
    Promise("Mentions have an identity, words, times in UTC and a raw form", _mentions_are_sound),
    Promise("The same answers give the same mentions", _gives_the_same_again),
    Promise("Its cursor goes on where it stopped", _goes_on),
    Promise("A kill after any page loses nothing", _bears_a_kill),
    Promise("Hostile text is read and harms nothing", _bears_hostile_texts),
    Promise("Its own check says that all is well", _checks_itself),
    Promise("It looks up only addresses, and finds what it collects", _looks_up),
)
"""What sources promise; the later ones can only be asked where answers are known."""
