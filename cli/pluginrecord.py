"""What a source asks and is answered, recorded as fixtures for tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ..config.workspace import Workspace
from ..core.errors import SourceError
from ..core.values import Source
from .exits import Exit, note
from .output import plural, say


def record_source(workspace: Workspace, source: Source, to: Path, *, batches: int, names: bool) -> Exit:
    """Read so many batches of a source, save nothing, and write what was asked and answered without secrets."""
    from ..testing.recording import Recorder
    from .compose import build_source, late_http, options_of, registry

    component = registry().component("source", source.plugin)
    options = options_of(workspace, component, source.options, f"source {source.id!r}")
    http = late_http(workspace)
    recorder = Recorder(http, secrets=secrets_in(options), names=names)
    count = 0
    try:
        for batch in islice(build_source(workspace, source, http=recorder).fetch(workspace.topics, None), batches):
            count += len(batch.mentions)
    except SourceError as error:
        note(f"The source ended with an error, which is recorded too: {error}")
    finally:
        http.close()
    if not len(recorder):
        say("Nothing was asked over HTTP, so there is nothing to record.")
        return Exit.FAILED
    written = recorder.write(to)
    say(f"{plural(len(written), 'exchange')} with {plural(count, 'mention')} written to {to}:")
    for path in written:
        say(f"  {path.name}")
    say("Secrets, tokens, cookies, e-mail and IP addresses were taken out. Read the files before you publish them.")
    return Exit.OK


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret in a plugin's options, however deep."""
    from pydantic import BaseModel, SecretStr

    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from secrets_in(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from secrets_in(inner)
