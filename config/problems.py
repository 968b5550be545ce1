"""What is wrong with settings, each thing with its place: the schema's findings and what no schema can say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..core.errors import ConfigError, QueryError, nearest
from .checking import query_problem, readable
from .places import Places
from .schema import OpenTable, Settings

Loc = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong."""

    key: str
    """The setting, as ``topics.query``."""
    line: int | None
    message: str


def as_error(problems: Sequence[Problem], file: str) -> ConfigError:
    """One error for all problems; its attributes are those of the first in the file."""
    first, *others = sorted(problems, key=lambda problem: problem.line or 0)
    rest = "".join(f"\n{file}:{p.line}: {p.key + ': ' if p.key else ''}{p.message}" for p in others)
    return ConfigError(first.message + rest, file=file, line=first.line, key=first.key)


def problems_of(data: dict[str, Any], places: Places) -> tuple[Settings | None, list[Problem]]:
    """The settings that the data describe, and what is wrong with them; without settings there is at least one problem."""
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        return None, list(schema_problems(error, Settings, places))
    return settings, list(_beyond_schema(settings, places))


def schema_problems(error: ValidationError, model: type[BaseModel], places: Places, prefix: Loc = ()) -> Iterator[Problem]:
    """pydantic's findings in our words; the input's values are left out, for one could be a secret."""
    for found in error.errors(include_url=False, include_input=False, include_context=True):
        loc = prefix + found["loc"]
        yield Problem(key=dotted(loc), line=places.line(*loc), message=_in_words(found, model))


def dotted(loc: Loc) -> str:
    """A place as a user writes it, positions in arrays left out: the line says which."""
    return ".".join(part for part in loc if isinstance(part, str))


_TYPES = {
    "string_type": 'it must be text in quotes, as "so"',
    "bool_type": "it must be true or false, without quotes",
    "int_type": "it must be a whole number, without quotes",
    "float_type": "it must be a number, without quotes",
    "list_type": 'it must be a list, as ["one", "two"]',
    "dict_type": "it must be a table, as { name = value }",
    "model_type": "it must be a table with keys of its own",
    "missing": "it is missing; every {table} needs it",
}


def _in_words(found: Any, model: type[BaseModel]) -> str:
    loc: Loc = found["loc"]
    kind: str = found["type"]
    parents = [part for part in loc[:-1] if isinstance(part, str)]
    if kind == "extra_forbidden":
        known = fields_at(model, loc[:-1])
        return f"there is no such setting.{nearest(str(loc[-1]), known)}"
    if kind == "missing":
        return _TYPES["missing"].format(table=f"[{'.'.join(parents)}]" if parents else "file")
    if kind == "literal_error":
        return f"it must be one of {found['ctx']['expected']}"
    if kind == "value_error":
        return str(found["ctx"]["error"])
    if kind in _TYPES:
        return _TYPES[kind]
    message = str(found["msg"])
    return message[:1].lower() + message[1:]


def fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The names that are known where an unknown one was found."""
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is about: itself, or within a list, a dict or an optional."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for arg in get_args(annotation) if (model := _model_in(arg))), None)


def _beyond_schema(settings: Settings, places: Places) -> Iterator[Problem]:
    for position, target in enumerate(settings.targets):
        if target.name in {other.name for other in settings.targets[:position]}:
            yield _at(places, ("targets", position, "name"), f"two targets are called {target.name!r}; rename one")
    names: set[str] = set()
    for position, topic in enumerate(settings.topics):
        if topic.name.casefold() in names:
            yield _at(places, ("topics", position, "name"), f"two topics are called {topic.name!r}; rename one")
        names.add(topic.name.casefold())
        try:
            problem = query_problem(topic.query)
        except QueryError as error:
            problem = f"the query of topic {topic.name!r} cannot be read: {error}"
        if problem:
            yield _at(places, ("topics", position, "query"), problem)
    ids: set[str] = set()
    for position, source in enumerate(settings.sources):
        if source.id.casefold() in ids:
            yield _at(places, ("sources", position, "id"), f"two sources have the id {source.id!r}; give each its own")
        ids.add(source.id.casefold())
    yield from _option_tables(settings.processors, "processors", places)
    yield from _option_tables(settings.rankers, "rankers", places)
    yield from _option_tables(settings.search, "search", places)
    yield from _option_tables(settings.publish, "publish", places)
    yield from _rules(settings, places)
    if not any(settings.priority.model_dump().values()):
        yield _at(places, ("priority",), "at least one weight must be above 0, or nothing could come first")
    if settings.archive.password and not re.match(r"postgresql(\+\w+)?://[^@/]+@", settings.archive.url):
        message = 'a password needs a user at a server: url = "postgresql://desk@db.example/hubbub"'
        yield _at(places, ("archive", "password"), message)
    order = settings.processors.order
    if "topics" not in order:
        yield _at(places, ("processors", "order"), "'topics' must be in it: it decides what is kept")
    if len(set(order)) < len(order):
        yield _at(places, ("processors", "order"), "it names a processor twice")


def _rules(settings: Settings, places: Places) -> Iterator[Problem]:
    names: set[str] = set()
    for position, rule in enumerate(settings.rules):
        if rule.name.casefold() in names:
            yield _at(places, ("rules", position, "name"), f"two rules are called {rule.name!r}; rename one")
        names.add(rule.name.casefold())
        try:
            readable(rule.if_)
        except QueryError as error:
            yield _at(places, ("rules", position, "if"), f"the query of rule {rule.name!r} cannot be read: {error}")
        if not rule.then.model_fields_set:
            message = f"the rule {rule.name!r} does nothing; write what: {', '.join(type(rule.then).model_fields)}"
            yield _at(places, ("rules", position, "then"), message)


def _option_tables(table: OpenTable, name: str, places: Places) -> Iterator[Problem]:
    """In these tables whatever is not a setting of ours is a plugin's table of options."""
    for key, value in table.options().items():
        if not isinstance(value, dict):
            known = type(table).model_fields
            message = f"there is no such setting.{nearest(key, known)} A plugin's options go into a table [{name}.<plugin>]."
            yield _at(places, (name, key), message)


def _at(places: Places, loc: Loc, message: str) -> Problem:
    return Problem(key=dotted(loc), line=places.line(*loc), message=message)
