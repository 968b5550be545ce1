"""A plugin's options: secrets looked up, then checked against the plugin's own model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from ..config.secrets import is_reference, redact
from ..core.contracts import Component
from ..core.errors import ConfigError, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from ..config.secrets import Secrets

LineOf = Callable[[str], int | None]
"""On which line of the settings an option stands, where that is known."""


def checked_options(
    component: Component,
    given: Mapping[str, object],
    *,
    secrets: Secrets,
    where: str,
    file: str,
    line_of: LineOf = lambda option: None,
    also_known: Sequence[str] = (),
) -> Any:
    """The options as the plugin's model has them; ``None`` for a plugin without options.

    ``also_known`` are settings that stand beside the plugin's own, for proposals. Raises ``ConfigError`` that names file, line,
    option and the nearest one there is; never shows a value that may be secret.
    """
    if component.options is None:
        if given:
            name = sorted(given)[0]
            message = f"{component.name!r} has no options, not even {name!r}.{nearest(name, also_known)}"
            raise ConfigError(message, file=file, line=line_of(name), key=where)
        return None
    from pydantic import ValidationError

    for name, value in given.items():
        problem = _misplaced_secret(component.options, name, value)
        if problem:
            raise ConfigError(problem, file=file, line=line_of(name), key=where)
    looked_up = {
        # Finding a line means reading the file again: only for what can hold a reference, however deep.
        name: secrets.resolve(value, key=f"{where}: {name}", file=file, line=line_of(name)) if _may_refer(value) else value
        for name, value in given.items()
    }
    try:
        return component.options.model_validate(looked_up)
    except ValidationError as error:
        first = next((str(problem["loc"][0]) for problem in error.errors(include_input=False) if problem["loc"]), "")
        message = redact(_in_words(error, component, also_known))
        raise ConfigError(message, file=file, line=line_of(first), key=where) from None


def credentials_hint(component: Component, given: Mapping[str, object]) -> str:
    """Which option holds the credentials of a source and where its value comes from; empty for plugins without any."""
    fields = component.options.model_fields if component.options else {}
    secret = [name for name, field in fields.items() if _holds_secrets(field.annotation)]
    told = [f"{name!r} comes from {_shown(given[name])}" for name in secret if given.get(name)]
    if told:
        return f"Its credentials: the option {' and '.join(told)}. Put one there that is valid and has the rights it needs."
    named = " or ".join(map(repr, secret))
    return f'It takes credentials by the option {named}: write {secret[0]} = {{ env = "NAME" }}.' if secret else ""


def _shown(value: object) -> str:
    """A reference as it is written; it names a secret, and is none."""
    if isinstance(value, Mapping) and is_reference(value):
        kind, name = next(iter(value.items()))
        return f'{{ {kind} = "{name}" }}'
    return "its references in hubbub.toml"


def _may_refer(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _misplaced_secret(options: type[BaseModel], name: str, value: object) -> str:
    """What is wrong with a secret that is written out, or with a reference where none belongs."""
    info = options.model_fields.get(name)
    if info is not None and _holds_secrets(info.annotation) and _written_out(value):
        return (
            f'{name!r} is a secret and must not stand in the file. Write {name} = {{ env = "NAME" }} '
            f'(or {{ keyring = "service/name" }}, or {{ file = "path" }}).'
        )
    if info is not None and info.annotation is str and is_reference(value):
        return f"{name!r} is not treated as a secret by this plugin, so it takes no reference; write the text itself."
    return ""


def _in_words(error: ValidationError, component: Component, also_known: Sequence[str]) -> str:
    from ..config.problems import fields_at

    sentences: list[str] = []
    for problem in error.errors(include_input=False, include_url=False):
        option = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            *outer, name = problem["loc"]
            known = fields_at(component.options, tuple(outer)) if component.options else []
            # What stands beside a plugin's options stands beside the outermost only.
            beside = () if outer else also_known
            sentences.append(f"{component.name!r} has no option {option!r}.{nearest(str(name), [*known, *beside])}")
        elif problem["type"] == "missing":
            sentences.append(f"the option {option!r} is missing")
        else:
            sentences.append(f"the option {option!r}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(sentences)


def _holds_secrets(annotation: Any) -> bool:
    """Whether an option is a secret, or a list or table of secrets."""
    from pydantic import SecretStr

    return annotation is SecretStr or any(_holds_secrets(part) for part in get_args(annotation))


def _written_out(value: object) -> bool:
    """Whether there is text in a value outside of references."""
    if isinstance(value, str):
        return bool(value)
    if isinstance(value, Mapping):
        return not is_reference(value) and any(map(_written_out, value.values()))
    return isinstance(value, list | tuple) and any(map(_written_out, value))
