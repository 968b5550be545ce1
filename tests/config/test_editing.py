"""Edits by commands: comments stay, what would not load is not written, the file is replaced in one step."""

import os
import stat
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from config_samples import SMALL, WHOLE, workspace
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.config import editing, layout
from hubbub.config.loading import load_workspace
from hubbub.config.writing import create, write_atomically
from hubbub.core.errors import ConfigError, NotFound
from hubbub.core.values import Source, Topic

NEW = Source(
    id="forum",
    plugin="rss",
    options={"url": "https://forum.example/ștefan.xml", "password": {"env": "FORUM_PASSWORD"}},
    every=timedelta(hours=2),
    keep="all",
)


def text_of(folder: Path) -> str:
    return (folder / "hubbub.toml").read_text(encoding="utf-8")


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_an_added_source_stands_behind_the_others_and_comments_stay(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    after = editing.add_sources(folder, [NEW])
    text = text_of(folder)
    assert after.source("forum") == NEW
    assert load_workspace(folder) == after
    assert comments(text) == comments(WHOLE)
    before_it, _, behind_it = text.partition('\n[[sources]]\nid = "forum"\n')
    assert before_it == WHOLE.partition("\n[processors]")[0]
    assert behind_it.endswith(WHOLE.partition("\n[processors]")[2])


def test_a_removed_source_takes_no_comment_of_others_with_it(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    after = editing.remove_source(folder, "știri")
    assert [source.id for source in after.sources] == ["tech-press"]
    assert comments(text_of(folder)) == comments(WHOLE)


def test_the_last_topic_can_be_removed_and_another_be_added(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    assert editing.remove_topic(folder, "acme").topics == ()
    topic = Topic(name="ακμή", kind="product", query="'ακμή' OR \"acme phone\"", accounts=("mastodon:a@b.example",))
    assert editing.add_topic(folder, topic).topics == (topic,)
    assert comments(text_of(folder)) == comments(WHOLE)


def test_a_key_is_set_where_it_stands_or_at_the_end_of_its_table(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    editing.change_source(folder, "tech-press", {"every": "1d", "enabled": False})
    lines = text_of(folder).splitlines()
    assert lines[lines.index('id = "tech-press"') :][:6] == [
        'id = "tech-press"',
        'plugin = "rss"',
        'url = "https://press.example/feed.xml"',
        'every = "1d"',
        "enabled = false",
        "",
    ]
    editing.change_topic(folder, "acme", {"query": '"acme pad"'})
    assert "query = '\"acme pad\"'" in text_of(folder)
    assert editing.set_value(folder, "search", "engine", "tantivy").search.name == "tantivy"
    assert editing.set_value(folder, "publish", "folder", "site").publish.folder == "site"
    assert comments(text_of(folder)) == comments(WHOLE)


def test_a_table_that_is_missing_is_added(tmp_path: Path) -> None:
    folder = workspace(tmp_path, SMALL)
    assert editing.set_value(folder, "search", "engine", "whoosh").search.name == "whoosh"
    assert text_of(folder) == SMALL + '\n[search]\nengine = "whoosh"\n'


def test_tables_in_one_line_can_be_edited_too(tmp_path: Path) -> None:
    text = 'sources = [{ id = "a", plugin = "rss" }]  # mine\nworkspace.name = "Acme"\nsearch = { engine = "auto" }\n'
    folder = workspace(tmp_path, text)
    editing.add_sources(folder, [NEW])
    editing.change_source(folder, "a", {"enabled": False})
    editing.set_value(folder, "search", "engine", "whoosh")
    after = load_workspace(folder)
    assert [(source.id, source.enabled) for source in after.sources] == [("a", False), ("forum", True)]
    assert after.search.name == "whoosh"
    assert [source.id for source in editing.remove_source(folder, "a").sources] == ["forum"]
    assert "# mine" in text_of(folder)


def test_an_edit_that_would_not_load_is_not_written(tmp_path: Path) -> None:
    folder = workspace(tmp_path, WHOLE)
    with pytest.raises(ConfigError, match="two sources"):
        editing.add_sources(folder, [Source(id="tech-press", plugin="rss")])
    with pytest.raises(ConfigError, match="cannot be read"):
        editing.change_topic(folder, "acme", {"query": '"open'})
    with pytest.raises(NotFound, match="Did you mean 'tech-press'"):
        editing.remove_source(folder, "tech-pres")
    assert text_of(folder) == WHOLE


def test_what_another_program_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    folder = workspace(tmp_path, SMALL)

    def change(text: str) -> str:
        (folder / "hubbub.toml").write_text(SMALL + "# theirs\n", encoding="utf-8")
        return text + "# ours\n"

    with pytest.raises(ConfigError, match="another program"):
        editing.edit(folder, change)
    assert text_of(folder) == SMALL + "# theirs\n"


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (folder / "hubbub.toml").write_bytes(WHOLE.replace("\n", "\r\n").encode())
    editing.add_sources(folder, [NEW])
    editing.change_source(folder, "tech-press", {"enabled": False})
    editing.remove_source(folder, "știri")
    content = (folder / "hubbub.toml").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert [source.id for source in load_workspace(folder).sources] == ["tech-press", "forum"]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(SMALL, encoding="utf-8")
    real.chmod(0o600)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "hubbub.toml").symlink_to(real)
    editing.set_value(tmp_path / "desk", "search", "engine", "whoosh")
    assert (tmp_path / "desk" / "hubbub.toml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert "whoosh" in real.read_text(encoding="utf-8")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError):
        write_atomically(target, b"new")
    assert os.listdir(tmp_path) == ["folder"]


def test_creating_never_overwrites(tmp_path: Path) -> None:
    create(tmp_path / "a", b"first")
    with pytest.raises(FileExistsError):
        create(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"


TABLES = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=5)


@settings(max_examples=60)
@given(names=TABLES, position=st.integers(0, 4), key=st.sampled_from(["a", "b"]))
def test_whole_lines_mean_what_the_data_mean(names: list[str], position: int, key: str) -> None:
    position %= len(names)
    text = "# head\n" + "\n".join(
        f"[[t]] # {i}\nname = '{name}'\n[t.sub]\nk = [\n{i}]\n# tail {i}" for i, name in enumerate(names)
    )
    data = tomllib.loads(text)
    shorter = layout.without_table(text, "t", position)
    longer = layout.with_table(text, "t", "[[t]]\nname = 'new'\n")
    set_one = layout.with_key(text, ("t", position), f"{key} = 1")
    assert shorter is not None
    assert set_one is not None
    assert tomllib.loads(shorter).get("t", []) == data["t"][:position] + data["t"][position + 1 :]
    assert tomllib.loads(longer)["t"] == [*data["t"], {"name": "new"}]
    assert tomllib.loads(set_one)["t"][position] == data["t"][position] | {key: 1}
    assert [f"# tail {i}" in shorter for i in range(len(names))] == [True] * len(names)
