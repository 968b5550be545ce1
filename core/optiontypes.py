"""Types for the options of plugins, so that all of them take the same things in the same form. For pydantic models.

::

    class Options(PluginOptions):
        server: WebAddress
        back: Ago = Field(default="30d", validate_default=True)
        token: SecretStr = SecretStr("")
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from .durations import parse_age


class PluginOptions(BaseModel):
    """Options that refuse what they do not know; the program then names the nearest option."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _ago(value: Any) -> Any:
    return parse_age(value) if isinstance(value, str) else value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        whole = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        raise ValueError(f"{value!r} is no web address") from None
    if parts.username or parts.password:
        raise ValueError("it holds a password, and addresses are shown and exported; there are options for names and passwords")
    if not whole:
        raise ValueError("write a web address, as 'https://forum.example'")
    return value.strip().rstrip("/")


def _host(value: str) -> str:
    text = value.strip().removeprefix("https://").rstrip("/").lower()
    if not text or any(sign in text for sign in "/@?# ") or ("." not in text.partition(":")[0] and ":" not in text):
        raise ValueError("write the name of a server, as 'mastodon.social'")
    return text


Ago = Annotated[timedelta, BeforeValidator(_ago)]
"""How far back: ``30d``, ``26w``, ``2y``."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http(s) address without credentials, without the slash at its end."""
ServerName = Annotated[str, AfterValidator(_host)]
"""The name of a server, as ``mastodon.social``, with a port where it has one; ``https://`` in front of it is taken off."""
