"""What README and documentation show is true: commands can be typed, settings load, and a newcomer's first steps work."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from cli_world import feed, fresh_process, parsed, site

from hubbub.cli.compose import options_of, registry
from hubbub.config.loading import read_settings
from hubbub.core.errors import SecretMissing

ROOT = Path(__file__).parents[2]
PAGES = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.exists()]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(hubbub [^`]+)`")

pytestmark = pytest.mark.skipif(not PAGES, reason="the documentation is not beside the tests")


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in these languages."""
    return [text for language, text in FENCED.findall(page.read_text(encoding="utf-8")) if language in languages]


def typed(page: Path) -> list[str]:
    """The lines of a page that a reader would type, and what must be typed for the rest: ``[--fresh]`` is an option."""
    lines = [line.strip() for block in blocks(page, "", "sh", "shell") for line in block.splitlines()]
    whole = [line for line in lines if line.startswith("hubbub")]
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    return [line.replace("[", "").replace("]", "") for line in [*whole, *INLINE.findall(prose)] if "…" not in line]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_is_shown_exists_with_its_options(page: Path) -> None:
    for line in typed(page):
        try:
            assert parsed(line)
        except click.exceptions.Exit:
            assert line.endswith(("--help", "--version"))
        except click.BadParameter:
            # In prose a command is often named without what it takes, or with a word such as STEP in its place.
            assert f"`{line}`" in page.read_text(encoding="utf-8"), line
        except click.UsageError as error:
            pytest.fail(f"{page.name}: {line}: {error.format_message()}")


def test_the_check_itself_finds_commands_and_mistakes() -> None:
    assert sum(len(typed(page)) for page in PAGES) > 40
    with pytest.raises(click.UsageError):
        parsed("hubbub plugin list")
    with pytest.raises(click.UsageError):
        parsed("hubbub collect --every-source")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_settings_that_are_shown_load(page: Path, tmp_path: Path) -> None:
    for block in blocks(page, "toml"):
        if "[project" in block:
            # The pyproject.toml of a plugin.
            continue
        whole = block if "[workspace]" in block else f'[workspace]\nname = "Acme watch"\n\n{block}'
        (tmp_path / "hubbub.toml").write_text(whole, encoding="utf-8")
        workspace = read_settings(whole, tmp_path)
        for source in workspace.sources:
            component = registry().component("source", source.plugin)
            try:
                assert options_of(workspace, component, source.options, f"source {source.id!r}")
            except SecretMissing:
                assert "env" in block


def test_the_first_steps_of_the_readme_lead_to_a_page(tmp_path: Path) -> None:
    """Everything under "Use it" but the terminal application, in order, each in a process of its own."""
    use = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Use it\n")[2].partition("\n## ")[0]
    lines = [line.strip() for _, block in FENCED.findall(use) for line in block.splitlines()]
    spanish = feed(
        "Prensa", *(f"El acme phone pierde batería otra vez, y nadie en la tienda sabe por qué, día {n}" for n in range(6))
    )
    pages = {
        "/": ("text/html", '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'),
        "/feed.xml": ("application/rss+xml", spanish),
    }
    here, said = tmp_path, ""
    with site(pages) as address:
        for line in lines:
            words = shlex.split(line, comments=True)
            if words[:1] == ["cd"]:
                here = here / words[1]
            if words[:1] != ["hubbub"] or len(words) == 1:
                continue
            if words[1] == "init":
                # The site stands for the reader's; it is on this machine.
                words = [word.replace("https://press.example", address) for word in words] + ["--allow-private"]
            if words[1:3] == ["sources", "suggest"]:
                # What the reader would be shown beside: what other people's servers say now.
                words.append("--offline")
            if "REF" in words:
                found = json.loads(fresh_process("search", "--json", "--limit", "1", cwd=here).stdout)
                words[words.index("REF")] = found["hits"][0]["ref"]
            result = fresh_process(*words[1:], cwd=here)
            assert result.returncode == 0, f"{line}: {result.stdout}{result.stderr}"
            said += result.stdout
    assert "6 new" in said
    assert "6 mentions, 6 shown" in said
    written = here / "published" / "the-battery-week"
    assert {path.name for path in written.iterdir()} >= {"index.html", "story.md", "story.json"}
    text = (written / "story.md").read_text(encoding="utf-8")
    assert text.index("It began with three posts") < text.index("acme phone pierde")
    assert text.count("acme phone pierde") == 5
