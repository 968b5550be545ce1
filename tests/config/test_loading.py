"""From ``hubbub.toml`` to a workspace, or to an error that says where and what to write."""

from datetime import timedelta
from pathlib import Path

import pytest
from config_samples import SMALL, WHOLE, workspace
from hypothesis import given
from hypothesis import strategies as st

from hubbub.config.loading import load_workspace, read_settings
from hubbub.config.schema import DEFAULT_PROCESSORS
from hubbub.config.workspace import PluginSettings
from hubbub.core.errors import ConfigError, NotFound, WorkspaceNotFound, WorkspaceTooNew


def refused(tmp_path: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_workspace(workspace(tmp_path, text))
    return caught.value


def test_everything_that_can_be_written_is_understood(tmp_path: Path) -> None:
    found = load_workspace(workspace(tmp_path, WHOLE))
    assert (found.name, found.languages) == ("Acme watch", ("en", "es", "ro", "el"))
    assert found.http.contact == "desk@acme.example"
    assert not found.http.allow_private
    assert found.topic("acme").accounts == ("mastodon:acme@social.example",)
    press, news = found.sources
    assert (press.id, press.every, press.keep, press.enabled) == ("tech-press", timedelta(minutes=90), "matches", True)
    assert press.options == {"url": "https://press.example/feed.xml"}
    assert (news.id, news.keep, news.enabled, news.every) == ("știri", "all", False, timedelta(minutes=15))
    assert found.processors == (PluginSettings(name="topics"), PluginSettings(name="language", options={"sure": 0.7}))
    assert found.search.name == "whoosh"
    assert found.archive.password == {"env": "HUBBUB_DB_PASSWORD"}
    assert found.tui.keys == {"mention.keep": "k,ctrl+k"}
    assert found.publish.timezone == "Europe/Bucharest"


def test_a_name_is_enough(tmp_path: Path) -> None:
    found = load_workspace(workspace(tmp_path, SMALL))
    assert [settings.name for settings in found.processors] == list(DEFAULT_PROCESSORS)
    assert found.search.name == "auto"
    assert found.archive.url == ""
    assert found.paths.archive == tmp_path / "archive.db"
    with pytest.raises(NotFound):
        found.topic("acme")


def test_an_unknown_key_gets_file_line_and_the_nearest_known_key(tmp_path: Path) -> None:
    error = refused(tmp_path, SMALL + "\n[http]\n# who we are\nallow_privat = true\n")
    assert (error.file, error.line, error.key) == (str(tmp_path / "hubbub.toml"), 6, "http.allow_privat")
    assert str(error).startswith(f"{tmp_path / 'hubbub.toml'}:6: http.allow_privat: ")
    assert "Did you mean 'allow_private'?" in str(error)


def test_an_unknown_table_gets_the_nearest_known_one(tmp_path: Path) -> None:
    error = refused(tmp_path, SMALL + "\n[[topic]]\nname = 'acme'\n")
    assert (error.line, error.key) == (4, "topic")
    assert "'topics'" in str(error)


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[workspace]\nname = ""\nlanguages = ["en", "gr"]\n[[sources]]\nid = "a b"\nplugin = "rss"\nevery = 15\n'
    error = refused(tmp_path, text)
    assert error.key == "workspace.name"
    places = [line.split(": ")[0].rpartition(":")[2] for line in str(error).splitlines()]
    assert places == ["2", "3", "5", "7"]


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        ('[[topics]]\nname = "a"', "topics.query", "missing"),
        ('[[topics]]\nname = "a"\nquery = "acme"\nkind = "rival"', "topics.kind", "competitor"),
        ('[[topics]]\nname = "a"\nquery = "acme"\n[[topics]]\nname = "A"\nquery = "x"', "topics.name", "two topics"),
        ('[[topics]]\nname = "a"\nquery = ""', "topics.query", "everything"),
        ('[[topics]]\nname = "a"\nquery = "acme AND status:new"', "topics.query", "status"),
        ('[[topics]]\nname = "a"\nquery = "acme NOT (x OR topic:b)"', "topics.query", "topic"),
        ('[[topics]]\nname = "a"\nquery = "acme"\naccounts = ["acme"]', "topics.accounts", "mastodon:"),
        ('[[sources]]\nid = "a"\nplugin = "rss"\n[[sources]]\nid = "a"\nplugin = "rss"', "sources.id", "two sources"),
        ('[[sources]]\nid = "a"', "sources.plugin", "missing"),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nevery = "5"', "sources.every", '"15m"'),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nevery = "30s"', "sources.every", "minute"),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nevery = 15', "sources.every", "with a unit"),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nenabled = "yes"', "sources.enabled", "true or false"),
        ('[[sources]]\nid = "a"\nplugin = "../x"', "sources.plugin", "hubbub plugins"),
        ('[processors]\nordr = ["topics"]', "processors.ordr", "'order'"),
        ('[processors]\norder = ["language"]', "processors.order", "'topics'"),
        ('[processors]\norder = ["topics", "topics"]', "processors.order", "twice"),
        ('[archive]\nurl = "postgresql://desk:hunter22@db.example/x"', "archive.url", "reference"),
        ('[archive]\nurl = "mysql://db.example/x"', "archive.url", "postgresql://"),
        ('[archive]\nurl = "sqlite://"', "archive.url", "sqlite:///archive.db"),
        ('[archive]\nurl = "postgresql://db.example/x"\npassword = { env = "X" }', "archive.password", "user"),
        ('[archive]\nurl = "postgresql://a@db.example/x"\npassword = { enw = "X" }', "archive.password", "env"),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nretain = "90 days"', "sources.retain", '"90d"'),
        ('[[sources]]\nid = "a"\nplugin = "rss"\nretain = 90', "sources.retain", "with a unit"),
        ('[archive]\nkeep = "12h"', "archive.keep", '"2y"'),
        ('[archive]\nkeep = "0d"', "archive.keep", '"2y"'),
        ('[publish]\ntimezone = "Mars/Olympus"', "publish.timezone", "Europe/Bucharest"),
        ('[http]\ncontact = "me"', "http.contact", "desk@acme.example"),
        ('[http]\ncontact = "me@x.example\\r\\nX-Evil: 1"', "http.contact", "mail address"),
        ('[tui]\nkeys = ["k"]', "tui.keys", "table"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, lines: str, key: str, said: str) -> None:
    error = refused(tmp_path, SMALL + lines + "\n")
    assert error.key == key
    assert said in str(error)
    assert error.line is not None
    assert error.line > 2


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    error = refused(tmp_path, SMALL + '[archive]\nurl = "postgresql://desk:hunter22@db.example/x"\n')
    assert "hunter22" not in str(error) + repr(error)


def test_a_query_that_cannot_be_read_shows_its_own_place(tmp_path: Path) -> None:
    error = refused(tmp_path, SMALL + "[[topics]]\nname = 'acme'\nquery = 'acme AND (phone'\n")
    assert (error.line, error.key) == (5, "topics.query")
    assert "acme AND (phone" in str(error)
    assert "^" in str(error)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, SMALL + "[http\n")
    assert error.line == 3
    assert "TOML" in str(error)


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path, SMALL + "[http]\ncontact = ").line is not None


def test_other_encodings_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "hubbub.toml").write_bytes(SMALL.encode() + 'x = "Știri"'.encode("iso-8859-16"))
    with pytest.raises(ConfigError, match="UTF-8") as caught:
        load_workspace(tmp_path)
    assert caught.value.line == 3


def test_what_an_editor_on_windows_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "hubbub.toml").write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load_workspace(tmp_path).name == "Acme watch"


def test_a_newer_workspace_is_refused_and_untouched(tmp_path: Path) -> None:
    text = 'format = 2\n[workspace]\ntitle = "from the future"\n'
    folder = workspace(tmp_path, text)
    with pytest.raises(WorkspaceTooNew, match="pgrade hubbub") as caught:
        load_workspace(folder)
    assert (caught.value.line, caught.value.key) == (1, "format")
    assert (folder / "hubbub.toml").read_text(encoding="utf-8") == text
    assert [path.name for path in folder.iterdir()] == ["hubbub.toml"]


def test_a_folder_without_settings_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceNotFound, match="hubbub init"):
        load_workspace(tmp_path)


def test_a_sqlite_file_is_relative_to_the_workspace(tmp_path: Path) -> None:
    found = load_workspace(workspace(tmp_path, SMALL + '[archive]\nurl = "sqlite:///data/desk.db"\n'))
    assert found.archive.url == f"sqlite:///{tmp_path / 'data' / 'desk.db'}"


@given(text=st.text(alphabet="[]{}=\"'\n#.abc1topicssources ", max_size=60))
def test_any_text_is_a_workspace_or_a_clear_error(text: str) -> None:
    said = ""
    try:
        said = read_settings(text, Path("/nowhere")).name
    except ConfigError as error:
        said = str(error)
        places = said.startswith("/nowhere/hubbub.toml")
    else:
        places = True
    assert said
    assert places
