"""The sources that follow a workspace's own accounts, beside those that are configured.

Each account (``platform:handle``) of a topic is followed by the source plugin whose name is the platform, where that can. This
loads plugins, so it is asked only where sources are read or listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..config.workspace import Workspace
from ..core.accounts import bare_handle, own_source_id, platform_and_handle
from ..core.errors import HubbubError, UnknownPlugin
from ..core.slugs import unique
from ..core.values import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfollowed:
    """An account of ours that no source follows, and why."""

    account: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Following:
    """How the accounts of a workspace are followed."""

    sources: tuple[Source, ...] = ()
    """One for each account that no configured source follows already."""
    unfollowed: tuple[Unfollowed, ...] = ()


def with_own_accounts(workspace: Workspace) -> Workspace:
    """The workspace with the sources of its accounts behind those that are configured."""
    return replace(workspace, sources=(*workspace.sources, *following(workspace).sources))


def following(workspace: Workspace) -> Following:
    """A source for each account of a topic; never raises, for an account that cannot be followed stops nothing else."""
    sources: list[Source] = []
    unfollowed: list[Unfollowed] = []
    taken = {source.id for source in workspace.sources}
    met: set[tuple[str, str]] = set()
    for account in dict.fromkeys(account for topic in workspace.topics for account in topic.accounts):
        platform, handle = platform_and_handle(account)
        if (platform, bare_handle(handle)) in met:
            continue
        met.add((platform, bare_handle(handle)))
        options = _options(workspace, platform, handle)
        if isinstance(options, str):
            unfollowed.append(Unfollowed(account=account, reason=options))
        elif not any(listens_to(source, platform, options) for source in workspace.sources):
            id = unique(own_source_id(platform, handle), taken)
            taken.add(id)
            sources.append(Source(id=id, plugin=platform, options=dict(options), keep="all", account=account))
    return Following(sources=tuple(sources), unfollowed=tuple(unfollowed))


def _options(workspace: Workspace, platform: str, handle: str) -> Mapping[str, object] | str:
    """The options with which a plugin follows an account, or why none does."""
    from .compose import registry

    try:
        follow = registry(workspace).component("source", platform).follow
        options = follow(handle) if follow else None
    except UnknownPlugin:
        return f"no source plugin is called {platform!r}; what comes from there by other ways is told as ours"
    except HubbubError as error:
        return str(error)
    except Exception as error:  # a plugin may raise anything; it harms only its own accounts
        return f"the source plugin {platform!r} failed: {type(error).__name__}: {error}"
    if options is None:
        return f"the source plugin {platform!r} cannot follow this account; what it finds by other ways is told as ours"
    return options


def listens_to(source: Source, plugin: str, options: Mapping[str, object]) -> bool:
    """Whether a configured source listens to the same: it may have more options, as a key, and may be switched off."""
    return source.plugin == plugin and all(_covers(source.options.get(name), value) for name, value in options.items())


def _covers(written: object, wanted: object) -> bool:
    """Whether an option as it is written asks for what is wanted; of a list, for all that is in it."""
    if isinstance(written, str) and isinstance(wanted, str):
        return bare_handle(written) == bare_handle(wanted)
    if isinstance(written, list | tuple) and isinstance(wanted, list | tuple):
        return all(any(_covers(one, other) for one in written) for other in wanted)
    return written == wanted
