"""The frame of the command line: versions and help without heavy imports, failures as messages and codes."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_world import fresh_process, make_desk, runner

import hubbub as package
from hubbub.cli.commands import COMMANDS
from hubbub.cli.exits import Exit, code_of
from hubbub.cli.program import Commands, hubbub, run
from hubbub.config.remembering import remembered_workspace
from hubbub.core import errors

HEAVY = ("textual", "spacy", "sqlalchemy", "httpx", "feedparser", "py3langid", "whoosh", "tantivy", "jinja2", "nh3", "pydantic")


def loaded_after(*args: str, cwd: Path) -> set[str]:
    """The heavy modules that a command has imported in a process of its own."""
    code = (
        "import sys\nfrom hubbub.cli.main import main\n"
        "main(sys.argv[1:])\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    result = fresh_process(*args, cwd=cwd, code=code)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.rpartition("LOADED")[2].split()) & {*HEAVY, "click"}


def test_the_version_is_told_without_importing_anything(tmp_path: Path) -> None:
    result = fresh_process("--version", cwd=tmp_path)
    assert result.stdout == f"hubbub {package.__version__}\n"
    assert loaded_after("--version", cwd=tmp_path) == set()


def test_help_lists_every_command_and_imports_none(tmp_path: Path) -> None:
    result = fresh_process("--help", cwd=tmp_path)
    assert re.findall(r"^  (\w+)  +\S", result.stdout.partition("Commands:")[2], re.MULTILINE) == list(COMMANDS)
    assert loaded_after("--help", cwd=tmp_path) == {"click"}


@pytest.mark.parametrize(
    "args", [["plugins"], ["plugins", "--json"], ["topics", "--help"], ["sources", "--help"], ["tui", "--help"]]
)
def test_listing_plugins_and_help_import_nothing_heavy(tmp_path: Path, args: list[str]) -> None:
    make_desk(tmp_path)
    remembered_workspace(tmp_path)
    assert loaded_after(*args, cwd=tmp_path) == {"click"}


@pytest.mark.parametrize(
    "args", [["topics"], ["sources", "--json"], ["search", "acme"], ["index", "status"], ["archive", "check"]]
)
def test_line_commands_never_import_screens_or_language_models(tmp_path: Path, args: list[str]) -> None:
    make_desk(tmp_path)
    loaded = loaded_after(*args, cwd=tmp_path)
    assert "sqlalchemy" in loaded
    assert not loaded & {"textual", "spacy", "py3langid", "feedparser", "httpx"}


def test_a_search_with_nothing_to_catch_up_reads_without_sqlalchemy(tmp_path: Path) -> None:
    make_desk(tmp_path)
    assert "sqlalchemy" in loaded_after("search", "acme", cwd=tmp_path)  # makes the archive, and the index's stamp
    assert "sqlalchemy" not in loaded_after("search", "acme", cwd=tmp_path)
    assert "sqlalchemy" not in loaded_after("search", cwd=tmp_path)


def test_the_table_of_commands_says_what_the_commands_say() -> None:
    context = click.Context(hubbub)
    for name, summary in COMMANDS.items():
        command = hubbub.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == summary, name


def test_without_a_terminal_hubbub_shows_its_help(tmp_path: Path) -> None:
    result = fresh_process(cwd=tmp_path)
    assert result.returncode == Exit.OK
    assert "hubbub demo" in result.stdout
    assert result.stderr == ""


def test_a_wrong_command_gets_the_nearest_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serch"]) == Exit.USAGE
    assert "Did you mean 'search'?" in capsys.readouterr().err


def test_without_a_workspace_commands_say_how_to_get_one(tmp_path: Path) -> None:
    result = fresh_process("topics", cwd=tmp_path)
    assert result.returncode == Exit.CONFIG
    assert "hubbub init" in result.stderr
    assert "hubbub demo" in result.stderr
    assert result.stdout == ""


def test_the_environment_names_a_workspace(tmp_path: Path) -> None:
    make_desk(tmp_path / "desk")
    result = fresh_process("topics", cwd=tmp_path, env={"HUBBUB_WORKSPACE": "desk"})
    assert "acme" in result.stdout


def test_broken_settings_are_told_with_their_line_and_without_traceback(tmp_path: Path) -> None:
    make_desk(tmp_path, "[serach]\nengine = 'whoosh'\n")
    result = fresh_process("topics", cwd=tmp_path)
    assert result.returncode == Exit.CONFIG
    assert re.search(r"hubbub\.toml:14: serach: .*Did you mean 'search'", result.stderr)
    assert "Traceback" not in result.stderr
    assert "Traceback" in fresh_process("-v", "topics", cwd=tmp_path).stderr


def test_who_closes_the_pipe_hears_no_complaint(tmp_path: Path) -> None:
    make_desk(tmp_path)
    command = [sys.executable, "-m", "hubbub", "plugins"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        # Long before the first line is written nobody reads any more.
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == Exit.PIPE_CLOSED


def failing(error: BaseException) -> Commands:
    group = Commands("hubbub", params=[click.Option(["-v", "--verbose"], is_flag=True)])

    @click.command()
    def doctor() -> None:
        raise error

    class Fixed(Commands):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return doctor

    return Fixed("hubbub", params=group.params, invoke_without_command=False)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigError("x"), Exit.CONFIG),
        (errors.SecretMissing("x"), Exit.CONFIG),
        (errors.UnknownPlugin(role="source", name="x", known=[]), Exit.CONFIG),
        (errors.QueryError("x", text="q"), Exit.QUERY),
        (errors.ArchiveLocked("x"), Exit.ARCHIVE),
        (errors.IndexBusy("x"), Exit.ARCHIVE),
        (errors.SourceGone("x"), Exit.SOURCES),
        (errors.NotFound("topic", "x"), Exit.NOT_FOUND),
        (errors.StoryError("x"), Exit.FAILED),
        (OSError(28, "No space left on device", "/desk/archive.db"), Exit.FAILED),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (click.Abort(), Exit.INTERRUPTED),
        (ZeroDivisionError("x"), Exit.FAILED),
    ],
)
def test_every_failure_has_its_code_and_no_traceback(error: BaseException, code: Exit) -> None:
    result = runner().invoke(failing(error), ["doctor"])
    assert result.exit_code == code
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()
    assert result.stdout == ""


def test_a_full_disk_is_told_as_such() -> None:
    result = runner().invoke(failing(OSError(28, "No space left on device", "/desk/hubbub.toml")), ["doctor"])
    assert result.stderr == "Error: There is no room left on the disk: /desk/hubbub.toml. Make room and try again.\n"


def test_every_error_of_ours_has_a_code_other_than_success() -> None:
    def below(kind: type[Exception]) -> list[type[Exception]]:
        return [kind, *(found for inner in kind.__subclasses__() for found in below(inner))]

    codes = {kind: code_of(kind.__new__(kind)) for kind in below(errors.HubbubError)}
    assert Exit.OK not in codes.values()
    assert Exit.USAGE not in codes.values()


def test_what_a_stranger_wrote_cannot_steer_the_terminal_through_an_error() -> None:
    result = runner().invoke(failing(errors.SourceBroken("it says \x1b[2J\x1b]0;owned\x07 \u202egnp")), ["doctor"])
    assert "it says" in result.stderr
    assert not set("\x1b\x07\u202e") & set(result.stderr)


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="needs signals of Unix")
def test_ctrl_c_ends_a_command_cleanly(tmp_path: Path) -> None:
    code = (
        # A shell lets what it starts in the background ignore ctrl-C.
        "import sys, os, signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from hubbub.cli.program import hubbub, run\n"
        "import hubbub.cli.commands.plugins as plugins\n"
        "plugins.command.callback = lambda **_: (os.kill(os.getpid(), signal.SIGINT), time.sleep(30))\n"
        "sys.exit(run(['plugins']))"
    )
    result = fresh_process(cwd=tmp_path, code=code)
    assert result.returncode == Exit.INTERRUPTED
    assert result.stderr == "Stopped. Everything saved so far is safe.\n"


def test_ctrl_c_while_the_program_is_still_loading_leaves_no_traceback(tmp_path: Path) -> None:
    # A package that is interrupted while it is imported stands before the real one.
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    code = f"import sys\nfrom hubbub.cli.main import main\nsys.path.insert(0, {str(tmp_path)!r})\nsys.exit(main(['search']))"
    result = fresh_process(cwd=tmp_path, code=code)
    assert (result.returncode, result.stderr) == (Exit.INTERRUPTED, "Stopped.\n")
