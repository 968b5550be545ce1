"""Plugins are disabled and enabled, files are trusted, and a broken plugin never stops the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
from cli_world import Desk, make_desk, runner

from hubbub.cli.program import hubbub

FORUM = """
from hubbub import Batch, Component, Mention, hookimpl

class Forum:
    def fetch(self, topics, cursor):
        yield Batch(mentions=(Mention(platform="forum", key="1", text="acme: μπαταρία"),), cursor={"seen": 1})

@hookimpl
def register_sources():
    return [Component(name="forum", build=lambda options, context: Forum(), summary="a forum")]
"""
SOURCES = '[[sources]]\nid = "talk"\nplugin = "forum"\n\n[[sources]]\nid = "old"\nplugin = "file"\npath = "old.csv"\n'
GOOD_BATCH = 'Batch(mentions=(Mention(platform="forum", key="1", text="acme: μπαταρία"),), cursor={"seen": 1})'


class TrustingDesk(Desk):
    """A desk whose user's own configuration is beside the workspace."""

    def run(self, *args: str, code: int = 0, text: str = "") -> Any:
        env = {"XDG_CONFIG_HOME": str(self.folder.parent / "config")}
        result = runner().invoke(hubbub, ["--workspace", str(self.folder), *args], input=text, env=env)
        assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        return result

    def sources(self) -> dict[str, dict[str, Any]]:
        """How each source is after a collect."""
        return {source["id"]: source for source in json.loads(self.run("sources", "list", "--json").stdout)["sources"]}


@pytest.fixture
def desk(tmp_path: Path) -> TrustingDesk:
    folder = make_desk(tmp_path / "desk", SOURCES).folder
    (folder / "old.csv").write_text("id,text\n7,acme in a file\n")
    return with_file(TrustingDesk(folder), FORUM)


def with_file(desk: TrustingDesk, code: str, name: str = "forum.py") -> TrustingDesk:
    (desk.folder / "plugins").mkdir(exist_ok=True)
    (desk.folder / "plugins" / name).write_text(code, "utf-8")
    return desk


def test_a_file_is_a_plugin_once_it_is_trusted(desk: TrustingDesk) -> None:
    listed = desk.run("plugins", "list", code=3).stdout
    assert "hubbub plugins trust" in listed
    assert desk.run("collect", code=6)
    assert "hubbub plugins trust" in desk.sources()["talk"]["message"]
    assert desk.sources()["old"]["health"] == "ok"
    refused = desk.run("plugins", "trust", text="n\n", code=1).stdout
    assert "source.forum (new)" in refused
    assert "Nothing was changed" in refused
    desk.run("plugins", "trust", text="y\n")
    assert "plugins/forum.py" in desk.run("plugins", "list").stdout
    desk.run("collect")
    assert desk.sources()["talk"]["health"] == "ok"
    assert desk.run("plugins", "check", "forum").stdout


def test_a_changed_file_and_a_copied_workspace_are_not_trusted(desk: TrustingDesk, tmp_path: Path) -> None:
    desk.run("plugins", "trust", "--yes")
    with_file(desk, FORUM + "\n# another line\n")
    assert "it has changed since" in desk.run("plugins", "list", code=3).stdout
    assert "(changed)" in desk.run("plugins", "trust", "--yes").stdout
    copy = TrustingDesk(make_desk(tmp_path / "copy", SOURCES).folder)
    with_file(copy, FORUM + "\n# another line\n")
    assert "nobody has said" in copy.run("plugins", "list", code=3).stdout
    desk.run("plugins", "trust", "--forget")
    assert "nobody has said" in desk.run("plugins", "list", code=3).stdout


def test_a_disabled_plugin_is_listed_and_its_sources_say_so(desk: TrustingDesk) -> None:
    desk.run("plugins", "trust", "--yes")
    desk.run("plugins", "disable", "forum")
    assert 'disabled = ["source.forum"]' in desk.settings
    listed = json.loads(desk.run("plugins", "list", "--json").stdout)["plugins"]
    assert [info["name"] for info in listed if not info["enabled"]] == ["forum"]
    for _ in range(2):
        assert desk.sources()["talk"]["health"] == "disabled", "before and after it is asked"
        assert (
            "its plugin is disabled; use it again with: hubbub plugins enable source.forum" in desk.sources()["talk"]["message"]
        )
        assert "broken" not in desk.run("collect", code=6).stdout
    assert desk.sources()["talk"]["failures"] == 0
    assert desk.sources()["old"]["health"] == "ok"
    desk.run("plugins", "enable", "source.forum")
    assert desk.sources()["talk"]["health"] == "untried"
    desk.run("collect")
    assert desk.sources()["talk"]["health"] == "ok"


def test_names_and_what_cannot_be_missed(desk: TrustingDesk) -> None:
    assert "Did you mean 'source.forum'" in desk.run("plugins", "disable", "source.forun", code=7).stderr
    assert "decides what is kept" in desk.run("plugins", "disable", "processor.topics", code=3).stderr
    assert "hubbub index use" in desk.run("plugins", "disable", "search.tantivy", code=3).stderr
    assert "disabled" not in desk.settings
    desk.run("plugins", "disable", "language")
    desk.run("plugins", "trust", "--yes")
    desk.run("collect")
    assert desk.sources()["talk"]["health"] == "ok"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (FORUM + "raise RuntimeError('no such luck')", "no such luck"),
        (FORUM + "raise SystemExit('I end it all')", "I end it all"),
        (FORUM.replace("return [", "return []\n    return ["), "registers nothing"),
        (FORUM.replace("return [", "return ['x'] or ["), "registers str"),
        (FORUM.replace("return [", "1 / 0\n    return ["), "division by zero"),
        (FORUM.replace("build=lambda options, context: Forum()", "build=lambda options, context: 1 / 0"), "division by zero"),
        (FORUM.replace("build=lambda options, context: Forum()", "build=lambda options, context: exit('gone')"), "gone"),
        (FORUM.replace("yield", "raise ValueError('in the middle')\n        yield"), "in the middle"),
        (FORUM.replace("yield", "raise SystemExit('and gone')\n        yield"), "and gone"),
        (FORUM.replace(GOOD_BATCH, "'no batch'"), "plugin 'forum' failed"),
        (FORUM.replace(GOOD_BATCH, "Batch(mentions=('no mention',))"), "plugin 'forum' failed"),
        (FORUM.replace(GOOD_BATCH, "Batch(mentions=(Mention(platform='f', key='1', text=7),))"), "plugin 'forum' failed"),
        (
            FORUM.replace(GOOD_BATCH, "Batch(cursor=object(), mentions=(Mention(platform='f', key='1'),))"),
            "failed",
        ),
        (FORUM.replace("        yield " + GOOD_BATCH, "        return 7"), "plugin 'forum' failed"),
        (FORUM + "\n@hookimpl\ndef run_finished(report):\n    raise ValueError('in the end')\n", ""),
        (FORUM + "\n@hookimpl\ndef run_finished(report):\n    raise SystemExit('in the end')\n", ""),
    ],
)
def test_a_broken_plugin_stops_nothing_else(desk: TrustingDesk, code: str, says: str) -> None:
    assert code != FORUM
    with_file(desk, code)
    desk.run("plugins", "trust", "--yes")
    desk.run("collect", code=6 if says else 0)
    found = desk.sources()
    assert found["old"]["health"] == "ok"
    assert (found["talk"]["health"] == "ok") is (not says)
    assert says in found["talk"]["message"]


def test_two_files_of_one_name_are_refused_and_the_rest_goes_on(desk: TrustingDesk) -> None:
    with_file(desk, FORUM, "again.py")
    desk.run("plugins", "trust", "--yes")
    assert "2 installed plugins are called source.forum" in desk.run("plugins", "list", code=3).stdout
    desk.run("collect", code=6)
    assert "Two source plugins are called 'forum'" in desk.sources()["talk"]["message"]
    assert desk.sources()["old"]["health"] == "ok"


@pytest.mark.parametrize("where", ["build", "process"])
def test_a_broken_processor_is_told_and_the_others_do_their_work(desk: TrustingDesk, where: str) -> None:
    code = f"""
from hubbub import Component, hookimpl
class Mood:
    version = "1"
    def __init__(self, options, context):
        {"raise ValueError('no mood today')" if where == "build" else "pass"}
    def process(self, mentions):
        raise ValueError("no mood today")
@hookimpl
def register_processors():
    return [Component(name="mood", build=Mood)]
"""
    with_file(desk, code, "mood.py")
    text = desk.settings + '\n[processors]\norder = ["language", "topics", "mood"]\n'
    (desk.folder / "hubbub.toml").write_text(text, "utf-8")
    desk.run("plugins", "trust", "--yes")
    desk.run("collect")
    assert "no mood today" in desk.sources()["old"]["message"]
    assert json.loads(desk.run("search", "acme", "--json").stdout)["total"] == 2


KNOWS = """
from pydantic import BaseModel
from hubbub import Batch, Component, Suggestion, hookimpl

class Options(BaseModel):
    server: str = ""

class Forum:
    def fetch(self, topics, cursor):
        yield Batch(mentions=(), cursor=None)

@hookimpl
def register_sources():
    return [Component(
        name="forum", build=lambda options, context: Forum(), options=Options,
        recognise=lambda url, software: {"server": url} if "forum.example" in url else None,
        suggest=lambda topic, context: [Suggestion(title="Acme Forum", options={"server": "https://forum.example"})],
    )]
"""


def test_addresses_are_recognised_and_sources_suggested_by_the_workspaces_own_plugins(tmp_path: Path) -> None:
    desk = with_file(TrustingDesk(make_desk(tmp_path / "desk").folder), KNOWS)
    desk.run("plugins", "trust", "--yes")
    desk.run("sources", "add", "https://forum.example/one")
    (desk.folder / "list.txt").write_text("https://forum.example/two\n", "utf-8")
    desk.run("sources", "import", str(desk.folder / "list.txt"))
    suggested = json.loads(desk.run("sources", "suggest", "--offline", "--json").stdout)["suggestions"]
    assert [one["options"] for one in suggested if one["plugin"] == "forum"] == [{"server": "https://forum.example"}]
    (desk.folder / "hubbub.toml").unlink()
    desk.run("init", "Acme", "--yes", "--folder", str(desk.folder), "--feed", "https://forum.example/three")
    assert [source["options"] for source in desk.sources().values()] == [{"server": "https://forum.example/three"}]
