"""The search engine of a team: an index in PostgreSQL, so that the archive's server is the only one that is needed.

It is given the tokens of :mod:`hubbub.core.text` and keeps them in a ``tsvector`` with a GIN index: PostgreSQL never takes a
text apart itself. Without options it lies beside the archive, in the schema that holds the archive's tables.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import BaseModel, SecretStr, field_validator

from ...core.contracts import Component, Context
from ...core.errors import ConfigError, SearchError
from ...core.hookspecs import hookimpl

if TYPE_CHECKING:
    from .postgres_index import PostgresEngine

PREFIX = "hubbub_search"
"""How the names of the tables begin."""


class Options(BaseModel, extra="forbid", use_attribute_docstrings=True):
    """``[search.postgres]``"""

    url: str = ""
    """``postgresql://user@host/name``, without a password; empty for the archive's own database."""
    password: SecretStr | None = None
    """The password that belongs to ``url``."""
    _beside: SecretStr = SecretStr("")
    _prefix: str = PREFIX

    @field_validator("url")
    @classmethod
    def _checked(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            inside = parts.password is not None or "password=" in parts.query
        except ValueError:
            raise ValueError("it is not the address of a database") from None
        if url and parts.scheme not in ("postgresql", "postgres"):
            raise ValueError('it must begin with "postgresql://", as "postgresql://desk@db.example/hubbub"')
        if inside:
            raise ValueError('it must hold no password; write a reference, as password = { env = "HUBBUB_DB_PASSWORD" }')
        return url

    def beside(self, archive: str, identity: str) -> Self:
        """The same for an archive: the index lies in its database where no other is named, else under a name of its own.

        ``archive``: its address with the password; ``identity``: what tells it from every other archive.
        """
        told = self.model_copy()
        if not self.url and archive.startswith("postgresql"):
            told._beside = SecretStr(archive)
        # Beside the archive the schema tells indexes apart, as it tells archives apart. Elsewhere a name has to: other
        # workspaces may keep their indexes in the same place.
        if self.url:
            told._prefix = f"{PREFIX}_{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
        return told

    def address(self) -> str:
        """Where to connect to, with the password. Never show it. Raises ``ConfigError`` where neither address is known."""
        if not self.url:
            if not self._beside.get_secret_value():
                raise ConfigError(
                    'The engine postgres needs a PostgreSQL: keep the archive there (url = "postgresql://…" under [archive]), '
                    "or name one in url under [search.postgres].",
                    key="search.postgres.url",
                )
            return self._beside.get_secret_value()
        if self.password is None:
            return self.url
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        if not at:
            raise ConfigError("A password needs a user: write postgresql://user@host/name.", key="search.postgres.url")
        return urlunsplit(parts._replace(netloc=f"{user}:{quote(self.password.get_secret_value(), safe='')}@{host}"))

    @property
    def prefix(self) -> str:
        """How the names of this index's tables begin."""
        return self._prefix


def _build(options: Options, context: Context) -> PostgresEngine:
    address = options.address()
    try:
        from .postgres_index import PostgresEngine
    except ImportError as error:
        raise SearchError("The engine postgres needs its driver: pip install 'hubbub[postgres]'") from error
    return PostgresEngine(address, options.prefix)


def _discard(options: Options, context: Context) -> None:
    from .postgres_server import Server
    from .postgres_tables import Bounds, Tables

    server = Server(options.address(), patience=10.0)
    try:
        Tables(server, options.prefix, Bounds()).drop()
    finally:
        server.close()


@hookimpl
def register_search_engines() -> list[Component]:
    """The engine ``postgres``."""
    return [
        Component(
            name="postgres",
            build=_build,
            discard=_discard,
            options=Options,
            summary="an index in PostgreSQL, beside a team's archive",
        )
    ]
