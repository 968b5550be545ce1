"""Secrets are references in the settings and values only where a plugin is built.

``{ env = "NAME" }`` is an environment variable, ``{ keyring = "service/name" }`` the system's keyring, ``{ file = "path" }``
the first line of a file, relative to the workspace. A value is handed on as pydantic's ``SecretStr``, which never shows
itself; what has been resolved is also remembered by :func:`redact`, so that no log and no message lets it through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import SecretMissing

if TYPE_CHECKING:
    from pydantic import SecretStr

KINDS = ("env", "keyring", "file")
HIDDEN = "********"
SHORTEST_HIDDEN = 4
"""Hiding anything shorter would only make messages unreadable."""

_resolved: set[str] = set()
"""Every secret that this process has resolved: what must not be shown is a fact of the whole process."""


def is_reference(value: object) -> bool:
    """Whether a setting's value is a reference to a secret."""
    return (
        isinstance(value, Mapping)
        and len(value) == 1
        and all(key in KINDS and isinstance(target, str) and bool(target.strip()) for key, target in value.items())
    )


def redact(text: str) -> str:
    """The same text with every secret that was resolved in this process hidden."""
    for secret in sorted(_resolved, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Where references lead."""

    env: Mapping[str, str]
    """The environment variables."""
    folder: Path
    """What the paths of secret files are relative to."""
    keyring: Callable[[str, str], str | None] | None = None
    """Asks a keyring for service and name; ``None`` for the system's own."""

    def __repr__(self) -> str:
        return f"Secrets(folder={str(self.folder)!r})"

    def resolve(self, value: object, *, key: str = "", file: str = "", line: int | None = None) -> Any:
        """The same value with each reference in it, however deep, replaced by its ``SecretStr``.

        Raises ``SecretMissing``, which names the reference and never a value.
        """
        if is_reference(value):
            assert isinstance(value, Mapping)
            ((kind, target),) = value.items()
            return self._secret(kind, target.strip(), place={"key": key, "file": file, "line": line})
        if isinstance(value, Mapping):
            return {
                name: self.resolve(item, key=f"{key}.{name}" if key else name, file=file, line=line)
                for name, item in value.items()
            }
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [self.resolve(item, key=key, file=file, line=line) for item in value]
        return value

    def _secret(self, kind: str, target: str, *, place: dict[str, Any]) -> SecretStr:
        from pydantic import SecretStr

        found = {"env": self._from_env, "keyring": self._from_keyring, "file": self._from_file}[kind](target, place)
        if not found:
            raise SecretMissing(f"the secret {{ {kind} = {target!r} }} is empty", **place)
        if len(found) >= SHORTEST_HIDDEN:
            _resolved.add(found)
        return SecretStr(found)

    def _from_env(self, name: str, place: dict[str, Any]) -> str:
        if name not in self.env:
            raise SecretMissing(f"the environment variable {name} is not set; set it before hubbub is started", **place)
        return self.env[name].strip()

    def _from_file(self, name: str, place: dict[str, Any]) -> str:
        path = self.folder / Path(name).expanduser()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            # The cause could quote what is in the file.
            raise SecretMissing(f"the secret's file {path} cannot be read: {why}", **place) from None
        return lines[0].strip() if lines else ""

    def _from_keyring(self, name: str, place: dict[str, Any]) -> str:
        service, slash, user = name.rpartition("/")
        if not slash or not service or not user:
            raise SecretMissing(f'{name!r} is not "service/name" of a keyring', **place)
        try:
            found = (self.keyring or _system_keyring)(service, user)
        except ImportError:
            raise SecretMissing("the package keyring is not installed; pip install 'hubbub[keyring]'", **place) from None
        except Exception as error:
            # Every system's keyring raises its own errors, and they could quote the secret.
            raise SecretMissing(f"the keyring cannot be asked for {name!r} ({type(error).__name__})", **place) from None
        if found is None:
            raise SecretMissing(f"the keyring has no {name!r}; add it with: keyring set {service} {user}", **place)
        return found


def _system_keyring(service: str, user: str) -> str | None:
    from importlib import import_module

    return import_module("keyring").get_password(service, user)
