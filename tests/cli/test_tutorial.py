"""docs/writing-plugins.md from its first block to its last: typed as it stands there, in a fresh folder and environment."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from kit_world import lines_of_code

from hubbub.testing.forum import forum

PAGE = Path(__file__).parents[2] / "docs" / "writing-plugins.md"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")]

BLOCKS = re.compile(r'(?:<!-- put into (\S+) before "([^"]+)" -->\n)?^```(\w+)\n(.*?)^```', re.MULTILINE | re.DOTALL)
SERVER = "python -m hubbub.testing.forum"

# What stands for the programs of a reader's terminal. No network: what hubbub depends on is taken from this environment.
PYTHON = """\
import os, subprocess, sys
from pathlib import Path
args = sys.argv[1:]
if args[:2] == ["-m", "venv"]:
    done = subprocess.run([{python!r}, "-m", "venv", "--without-pip", *args[2:]])
    (site,) = Path(args[2]).glob("lib/python*/site-packages")
    (site / "beside.pth").write_text("\\n".join({paths!r}))
    sys.exit(done.returncode)
os.execv({python!r}, [{python!r}, *args])
"""
PIP = """\
if [ "$1 $2" = "install hubbub" ] || [ "$1 $2" = "install twine" ]; then exit 0; fi
command=$1; shift
exec "$VIRTUAL_ENV/bin/python" -m pip "$command" --quiet --no-deps --no-build-isolation --no-index "$@"
"""
TWINE = """\
test -f "$2" && echo "$1 $2"
"""


def shims(folder: Path) -> Path:
    """Programs under the names that the page uses."""
    folder.mkdir()
    # By addsitedir, so that what is installed as editable here is there, too.
    paths = [f"import site; site.addsitedir({path!r})" for path in sys.path if path.endswith("site-packages")]
    (folder / "python.py").write_text(PYTHON.format(python=sys.executable, paths=paths))
    programs = {
        "python": f'exec "{sys.executable}" "{folder}/python.py" "$@"\n',
        "hubbub": 'exec "$VIRTUAL_ENV/bin/python" -m hubbub "$@"\n',
        "pytest": 'exec "$VIRTUAL_ENV/bin/python" -m pytest -q -p no:cacheprovider --import-mode=importlib "$@"\n',
        "pip": PIP,
        "twine": TWINE,
    }
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}")
        (folder / name).chmod(0o755)
    return folder


def script(text: str, port: int) -> str:
    """All blocks as one shell script; Python and TOML are looked for, or put, where they belong."""
    lines = ["set -e"]
    for number, (file, before, language, block) in enumerate(BLOCKS.findall(text)):
        if language == "sh":
            lines += [line for line in block.splitlines() if line != SERVER]
        elif file:
            lines.append(f'"{sys.executable}" "$KIT/put.py" {file} "{before}" "$KIT/{number}"')
        else:
            lines.append(f'"{sys.executable}" "$KIT/look.py" "$KIT/{number}"')
        # Said on both: which block went wrong.
        lines.append(f"echo '--- block {number} is done'")
    return "\n".join(lines).replace("8900", str(port)) + "\n"


PUT = """\
import sys
from pathlib import Path
path, before, block = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text("utf-8")
text = path.read_text("utf-8")
assert text.count(before) == 1, before
head, tail = text.split(before)
path.write_text(head.rstrip() + "\\n\\n" + block + "\\n\\n" + before + tail, "utf-8")
"""
LOOK = """\
import sys
from pathlib import Path
block = Path(sys.argv[1]).read_text("utf-8")
files = [p for kind in ("*.py", "*.toml") for p in Path.cwd().rglob(kind) if not {".venv", "build"} & set(p.parts)]
assert any(block in path.read_text("utf-8") for path in files), "no file that was written has this:\\n" + block
"""


def test_the_tutorial_from_nothing_to_a_published_plugin(tmp_path: Path) -> None:
    text, kit = PAGE.read_text("utf-8"), tmp_path / "kit"
    kit.mkdir()
    for number, (_, _, _, block) in enumerate(BLOCKS.findall(text)):
        (kit / str(number)).write_text(block, "utf-8")
    (kit / "put.py").write_text(PUT)
    (kit / "look.py").write_text(LOOK)
    here = tmp_path / "new"
    here.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUBBUB_", "VIRTUAL_ENV", "PYTHON"))}
    env = clean | {"KIT": str(kit), "PATH": f"{shims(tmp_path / 'bin')}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    env |= {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with forum(port):
        done = subprocess.run(
            ["sh"], input=script(text, port), cwd=here, env=env, capture_output=True, encoding="utf-8", timeout=240, check=False
        )
    said = done.stdout
    assert done.returncode == 0, f"{said[-3000:]}\n{done.stderr[-3000:]}"
    assert "4 new" in said
    assert "The forum answers; its first page has 2 posts." in said
    assert said.count("passed") == 2
    assert "failed" not in said
    assert "source.acme-forum: 15 kept, 1 not judged." in said
    assert "upload dist/hubbub_acme_forum-0.1.0-py3-none-any.whl" in said
    assert lines_of_code(here / "hubbub-acme-forum" / "hubbub_acme_forum.py") <= 60
