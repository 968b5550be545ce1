"""A real WordPress, listened to by the program: its posts archived once, its edits kept as versions."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import wordpress_server
from click.testing import CliRunner
from wordpress_server import WordPress

from hubbub.cli.program import hubbub

pytestmark = pytest.mark.server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WordPress]:
    if reason := wordpress_server.missing():
        pytest.skip(reason)
    (tmp_path / "site").mkdir()
    with WordPress(tmp_path / "site") as site:
        yield site


def run(folder: Path, *args: str) -> dict:
    result = CliRunner().invoke(hubbub, ["--workspace", str(folder), *args, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_edit_in_wordpress_is_a_version_here(site: WordPress, tmp_path: Path) -> None:
    number = site.add_post(title="Telefonul Acme", content="<p>Bateria ține două zile.</p>", tags=["acme"])
    site.add_post(title="El teléfono Acme", content="<p>La batería dura dos días.</p>", tags=["acme"])
    sources = "".join(
        f'[[sources]]\nid = "{id}"\nplugin = "rss"\nurl = "{site.url(path)}"\n'
        for id, path in {"posts": "/feed/", "atom": "/feed/atom/", "tag": "/tag/acme/feed/"}.items()
    )
    (tmp_path / "hubbub.toml").write_text(
        '[workspace]\nname = "WordPress"\nlanguages = ["es", "ro"]\n[http]\nallow_private = true\n'
        f'[[topics]]\nname = "acme"\nkind = "brand"\nquery = "acme"\n{sources}',
        "utf-8",
    )

    assert run(tmp_path, "collect")["new"] == 2, "three feeds of one site, two posts"
    assert run(tmp_path, "collect")["changed"] == 0
    site.edit_post(number, content="<p>Bateria ține o zi. Îmi pare rău.</p>")
    assert run(tmp_path, "collect")["changed"] == 1

    (hit,) = run(tmp_path, "search", "bateria", "lang:ro")["hits"]
    assert hit["version"] == 2
    assert sorted(hit["source"]) == ["atom", "posts", "tag"]
    shown = run(tmp_path, "show", hit["ref"])
    assert [version["text"] for version in shown["versions"]] == ["Bateria ține două zile.", "Bateria ține o zi. Îmi pare rău."]
    assert run(tmp_path, "search")["total"] == 2, "versions, not doubles"
