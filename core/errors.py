"""Everything that can go wrong, as one tree.

::

    HubbubError
    ├── ConfigError              the workspace's settings (file, line, key)
    │   ├── WorkspaceNotFound
    │   ├── WorkspaceTooNew      made by a newer hubbub; left untouched
    │   └── SecretMissing        a reference that leads nowhere
    ├── QueryError               a query that cannot be read (text, position, proposal)
    ├── PluginError              a plugin (role, name)
    │   ├── UnknownPlugin
    │   ├── DuplicatePlugin
    │   ├── PluginDisabled       the user wants it so
    │   └── BrokenPlugin         it raised where it must not
    ├── SourceError              a place to listen (health says which kind; HTTP status and what the site said)
    │   ├── SourceUnreachable    no answer: name, connection, time-out
    │   ├── SourceLimited        too many requests (until)
    │   ├── SourceRefused        the site said no
    │   ├── SourceNeedsKey       credentials are missing, wrong or too weak
    │   ├── SourceGone           it is not there any more
    │   └── SourceBroken         it answered something that cannot be read
    ├── ArchiveError
    │   ├── ArchiveLocked        another program is writing
    │   ├── ArchiveFull          no room on the disk
    │   ├── ArchiveTooNew        written by a newer hubbub; left untouched
    │   └── ArchiveDamaged
    ├── SearchError
    │   ├── IndexDamaged         rebuilt by itself
    │   └── IndexBusy            another program is writing the index
    ├── NotFound                 no mention, source, topic or story of that name (what, name)
    ├── AmbiguousAuthor          several authors go by one name (candidates)
    ├── StoryError               an edit that makes no sense
    │   ├── StoryConflict        another program changed the story meanwhile
    │   └── StoryRefused         somebody else is at it, or your role is smaller
    ├── ExportError
    └── ImportFailed             a file that cannot be taken in (file, line)

Every error names its subject in its attributes and in ``str()``, and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from .values import Health


class HubbubError(Exception):
    """Base of all errors that hubbub raises on purpose; ``str()`` is fit for a user."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A closing remark that proposes the nearest known name, or lists what there is; may be empty."""
    from difflib import get_close_matches  # nobody mistypes most of the time

    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" There is: {', '.join(names)}." if names else ""


class ConfigError(HubbubError):
    """The workspace's settings cannot be used."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None, key: str = "") -> None:
        self.file, self.line, self.key = file, line, key
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{key + ': ' if key else ''}{message}")


class WorkspaceNotFound(ConfigError):
    """There is no workspace where we looked."""


class WorkspaceTooNew(ConfigError):
    """A newer hubbub made this workspace; nothing was touched."""


class SecretMissing(ConfigError):
    """A secret's reference leads nowhere."""

    health = Health.NEEDS_KEY


class QueryError(HubbubError):
    """A query cannot be read."""

    def __init__(self, message: str, *, text: str, position: int = 0, proposal: str = "") -> None:
        self.message, self.text, self.position, self.proposal = message, text, position, proposal
        super().__init__(message)

    def __str__(self) -> str:
        """The message, the query with a mark under the place, and the proposal."""
        start = max(0, self.position - 60)
        shown = self.text[start : start + 120].replace("\n", " ").replace("\t", " ")
        lines = [self.message, f"  {shown}", f"  {' ' * (self.position - start)}^"]
        if self.proposal:
            lines.append(f"Try: {self.proposal}")
        return "\n".join(lines)


class PluginError(HubbubError):
    """Something is wrong with a plugin."""

    def __init__(self, message: str, *, role: str, name: str) -> None:
        self.role, self.name = role, name
        super().__init__(message)


class UnknownPlugin(PluginError):
    """No installed plugin has this name."""

    def __init__(self, *, role: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"No {role} plugin is called {name!r}.{nearest(name, known)}", role=role, name=name)


class DuplicatePlugin(PluginError):
    """Two installed plugins have one name."""


class PluginDisabled(PluginError):
    """The user has disabled it in this workspace."""

    health = Health.DISABLED


class BrokenPlugin(PluginError):
    """A plugin raised where it must not; the cause is chained."""


class SourceError(HubbubError):
    """A place to listen did not do as it should."""

    health = Health.BROKEN

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        until: datetime | None = None,
        status: int = 0,
        said: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """``said`` are the site's own words, ``headers`` (lower case) those of its answer."""
        self.url, self.until, self.status, self.said = url, until, status, said
        self.headers: Mapping[str, str] = headers or {}
        super().__init__(message)


class SourceUnreachable(SourceError):
    """No answer came."""

    health = Health.UNREACHABLE


class SourceLimited(SourceError):
    """The site asked us to wait (``until``, where it said how long)."""

    health = Health.LIMITED


class SourceRefused(SourceError):
    """The site said no."""

    health = Health.REFUSED


class SourceNeedsKey(SourceError):
    """Credentials are missing, wrong, or lack a right."""

    health = Health.NEEDS_KEY


class SourceGone(SourceError):
    """It is not there any more."""

    health = Health.GONE


class SourceBroken(SourceError):
    """It answered something that cannot be read."""


class ArchiveError(HubbubError):
    """The archive cannot do what was asked."""


class ArchiveLocked(ArchiveError):
    """Another program is writing to the archive."""


class ArchiveFull(ArchiveError):
    """There is no room left where the archive lies."""


class ArchiveTooNew(ArchiveError):
    """A newer hubbub wrote this archive; nothing was touched."""


class ArchiveDamaged(ArchiveError):
    """The archive's file cannot be read."""


class SearchError(HubbubError):
    """The search index cannot do what was asked."""


class IndexDamaged(SearchError):
    """The index is cut short or of another version; it can be rebuilt from the archive."""


class IndexBusy(SearchError):
    """Another program is writing the index."""


class NotFound(HubbubError):
    """Nothing of that name."""

    def __init__(self, what: str, name: str, known: Iterable[str] = ()) -> None:
        self.what, self.name = what, name
        super().__init__(f"There is no {what} {name!r}.{nearest(name, known)}")


class AmbiguousAuthor(HubbubError):
    """Several authors go by this name."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(f"{name!r} may be {len(candidates)} authors: {', '.join(candidates)}. Name one of them like that.")


class StoryError(HubbubError):
    """An edit of a story that makes no sense."""


class StoryConflict(StoryError):
    """Another program saved a step of this story meanwhile."""


class StoryRefused(StoryError):
    """By what the people at the desk agreed on you do not do this now: your role is smaller, or somebody has it locked."""


class ExportError(HubbubError):
    """A story could not be written."""


class ImportFailed(HubbubError):
    """A file cannot be taken in."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        self.file, self.line = file, line
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{place}{message}")
