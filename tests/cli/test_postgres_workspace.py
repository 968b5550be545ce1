"""A team's workspace: archive and search index in one PostgreSQL, used through real processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_world import Desk, make_desk, runner

from hubbub.cli.program import hubbub

pytestmark = pytest.mark.server

SETTINGS = """\
[workspace]
name = "A team"
languages = ["en", "es"]

[[topics]]
name = "acme"
query = "acme"

[[sources]]
id = "posts"
plugin = "file"
path = "posts.jsonl"
keep = "all"

[archive]
url = "{url}"

[search]
engine = "{engine}"
"""


class Team:
    """A workspace folder, and hubbub as a process in it."""

    def __init__(self, folder: Path, url: str, engine: str) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "hubbub.toml").write_text(SETTINGS.format(url=url, engine=engine), encoding="utf-8")
        posts = [
            {
                "key": str(n),
                "text": f"acme phones number {n}" if n % 2 else "acme teléfono",
                "published": f"2026-03-0{1 + n % 5}",
            }
            for n in range(40)
        ]
        (folder / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)), encoding="utf-8")

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "hubbub", "--workspace", str(self.folder), *args]
        environ = {**os.environ, "PYTHONUTF8": "1"}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)

    def call(self, *args: str, code: int = 0) -> str:
        process = self.start(*args)
        out, problems = process.communicate(timeout=120)
        assert process.returncode == code, out + problems
        return out if code == 0 else problems

    def json(self, *args: str) -> Any:
        return json.loads(self.call(*args, "--json"))


def tables(address: str) -> set[str]:
    """The tables of indexes that there are."""
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in found if name.startswith("hubbub_search")}


def test_a_team_collects_searches_is_killed_and_switches(tmp_path: Path, schema: str) -> None:
    team = Team(tmp_path / "desk", schema, "postgres")
    team.call("collect")
    assert team.json("search", "acme")["total"] == 40
    found = team.json("search", "phone", "--facets")
    assert found["total"] == 20
    status = team.json("index", "status")
    assert (status["engine"], status["in_step"], status["documents"]) == ("postgres", True, 40)
    assert status["bytes"] > 0
    assert "hubbub_search" in status["place"]
    assert len(tables(schema)) == 4

    rebuilding = team.start("index", "rebuild")
    try:
        rebuilding.wait(timeout=0.6)
    except subprocess.TimeoutExpired:
        rebuilding.send_signal(signal.SIGKILL)
    rebuilding.communicate(timeout=60)
    # Whatever it had done, the next search has all.
    assert team.json("search", "telefono")["total"] == 20
    assert team.json("index", "status")["in_step"]

    team.call("index", "use", "auto")
    assert tables(schema) == set()
    assert team.json("search", "phone")["total"] == 20
    team.call("index", "use", "postgres")
    assert team.json("search", "phone")["total"] == 20
    assert not any((team.folder / "index").glob("*/*")), "the files of the old index are gone"


def test_indexes_of_several_local_archives_share_a_schema(tmp_path: Path, schema: str) -> None:
    desks: list[Desk] = []
    for name in ("one", "two"):
        desk = make_desk(tmp_path / name)
        with (desk.folder / "hubbub.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[search]\nengine = "postgres"\n[search.postgres]\nurl = "{schema}"\n')
        desk.save("acme phone", f"acme {name}")
        desks.append(desk)
    for desk in (*desks, *desks):
        assert desk.json("search", "acme")["total"] == 2
        assert not desk.call("search", "acme").stderr, "nothing had to be rebuilt"
    assert desks[0].json("search", "two")["total"] == 0
    assert len(tables(schema)) == 8
    desks[0].call("index", "use", "whoosh")
    assert len(tables(schema)) == 4
    assert desks[1].json("search", "two")["total"] == 1


def test_an_index_made_by_other_rules_is_built_again(tmp_path: Path, schema: str) -> None:
    import psycopg

    desk = make_desk(tmp_path / "desk")
    with (desk.folder / "hubbub.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[search]\nengine = "postgres"\n[search.postgres]\nurl = "{schema}"\n')
    desk.save("acme one")
    assert desk.json("search", "acme")["total"] == 1
    state = next(name for name in tables(schema) if name.endswith("_state"))
    with psycopg.connect(schema) as connection:
        connection.execute(f"UPDATE {state} SET rules = 'postgres-0'")  # pyright: ignore[reportArgumentType, reportCallIssue]
    result = desk.call("search", "acme")
    assert "other rules" in result.stderr
    assert "acme one" in result.stdout


def test_a_desk_without_postgresql_is_told_what_to_write_and_keeps_its_engine(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    desk.save("acme one")
    assert desk.json("search", "acme")["total"] == 1
    told = desk.call("index", "use", "postgres", code=3).stderr
    assert "[search.postgres]" in told
    assert 'engine = "postgres"' not in desk.settings
    assert desk.json("search", "acme")["total"] == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ('url = "postgresql://desk:s3cr3tpw@127.0.0.1/x"', "must hold no password"),
        ('url = "mysql://desk@127.0.0.1/x"', "must begin with"),
        ('url = "postgresql://127.0.0.1:1/x"\npassword = { file = "password" }', "needs a user"),
        ('url = "postgresql://desk@127.0.0.1:1/x"\npassword = { file = "password" }', "does not answer"),
        ('url = "postgresql://desk@127.0.0.1:1/x"\npassword = "s3cr3tpw"', "is a secret"),
        ('prefix = "x"', "no option 'prefix'"),
    ],
)
def test_bad_options_are_told_without_the_password(tmp_path: Path, options: str, told: str) -> None:
    desk = make_desk(tmp_path / "desk")
    (desk.folder / "password").write_text("s3cr3tpw\n", encoding="utf-8")
    with (desk.folder / "hubbub.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[search]\nengine = "postgres"\n[search.postgres]\n{options}\n')
    problems = runner().invoke(hubbub, ["--workspace", str(desk.folder), "index", "status"])
    assert problems.exit_code
    assert told in problems.stderr
    assert "s3cr3tpw" not in problems.stderr
