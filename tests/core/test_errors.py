"""Every error names its subject and can be shown to a user."""

from hubbub.core import errors
from hubbub.core.errors import (
    AmbiguousAuthor,
    ConfigError,
    DuplicatePlugin,
    HubbubError,
    ImportFailed,
    NotFound,
    PluginError,
    QueryError,
    UnknownPlugin,
)


def walk(cls: type[HubbubError]) -> list[type[HubbubError]]:
    return [cls, *(found for sub in cls.__subclasses__() for found in walk(sub))]


def make(cls: type[HubbubError]) -> HubbubError:
    if issubclass(cls, UnknownPlugin):
        return cls(role="source", name="rsss", known=["rss"])
    if issubclass(cls, PluginError):
        return cls("it broke", role="source", name="rss")
    if issubclass(cls, QueryError):
        return cls("not closed", text='acme "phone', position=5)
    if issubclass(cls, NotFound):
        return cls("story", "battry", ["battery"])
    if issubclass(cls, AmbiguousAuthor):
        return cls("ana", ["mastodon:ana", "rss:ana"])
    return cls("it broke")


def test_every_error_says_something() -> None:
    kinds = [cls for cls in walk(HubbubError) if cls.__module__ == errors.__name__]
    assert len(kinds) > 25
    for cls in kinds:
        assert len(str(make(cls))) >= 8, cls


def test_the_drawing_at_the_top_shows_every_error() -> None:
    for cls in walk(HubbubError):
        if cls.__module__ == errors.__name__:
            assert f" {cls.__name__}" in (errors.__doc__ or ""), cls


def test_a_config_error_names_file_line_and_key() -> None:
    error = ConfigError("not a duration", file="hubbub.toml", line=7, key="sources.every")
    assert str(error) == "hubbub.toml:7: sources.every: not a duration"


def test_an_import_error_names_file_and_line() -> None:
    assert str(ImportFailed("no text", file="a.csv", line=3)) == "a.csv:3: no text"


def test_a_query_error_marks_the_place() -> None:
    shown = str(QueryError("This quote is not closed.", text='acme "phone', position=5, proposal='acme "phone"'))
    lines = shown.splitlines()
    assert lines[1].index('"') == lines[2].index("^")
    assert lines[-1] == 'Try: acme "phone"'


def test_unknown_names_come_with_the_nearest_one() -> None:
    assert "Did you mean 'rss'?" in str(UnknownPlugin(role="source", name="rs", known=["file", "rss"]))
    assert "There is: file, rss." in str(UnknownPlugin(role="source", name="zzz", known=["rss", "file"]))


def test_two_plugins_of_one_name_are_a_plugin_error() -> None:
    error = DuplicatePlugin("two", role="search", name="whoosh")
    assert (error.role, error.name) == ("search", "whoosh")
