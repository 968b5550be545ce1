"""What we write ourselves: followed through our accounts, told apart from what others say."""

import json
import re
import sys
from pathlib import Path

import pytest
from cli_world import SETTINGS, Desk, fresh_process, make_desk, parsed, site

from hubbub.cli.following import following, with_own_accounts
from hubbub.config.loading import load_workspace
from hubbub.core.parsing import parse

ACCOUNTS = 'accounts = ["hackernews:@Acme_Dev", "hackernews:acme_dev", "rss:acme", "nowhere:acme"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "desk", ACCOUNTS)


def test_an_account_is_followed_by_the_plugin_of_its_platform(desk: Desk) -> None:
    found = following(load_workspace(desk.folder))
    assert [(s.id, s.plugin, s.options, s.keep, s.account) for s in found.sources] == [
        ("own-hackernews-acme-dev", "hackernews", {"author": "Acme_Dev"}, "all", "hackernews:Acme_Dev")
    ]
    assert {one.account: one.reason.partition(";")[0] for one in found.unfollowed} == {
        "rss:acme": "the source plugin 'rss' cannot follow this account",
        "nowhere:acme": "no source plugin is called 'nowhere'",
    }


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ('author = "acme_dev"', ["mine"]),
        ('author = "acme_dev"\nback = "2d"\nenabled = false', ["mine"]),
        ('query = "acme"', ["mine", "own-hackernews-acme-dev"]),
    ],
)
def test_what_a_configured_source_follows_is_not_followed_twice(tmp_path: Path, more: str, ids: list[str]) -> None:
    desk = make_desk(tmp_path, f'{ACCOUNTS}\n[[sources]]\nid = "mine"\nplugin = "hackernews"\n{more}\n')
    assert [source.id for source in with_own_accounts(load_workspace(desk.folder)).sources] == ids


def test_a_source_of_several_channels_follows_each_of_them(tmp_path: Path) -> None:
    accounts = 'accounts = ["telegram:@Acme", "telegram:acme_ro"]\n'
    source = '[[sources]]\nid = "mine"\nplugin = "telegram"\nchannels = ["globex", "acme"]\n'
    desk = make_desk(tmp_path, f"{accounts}\n{source}")
    assert [source.id for source in following(load_workspace(desk.folder)).sources] == ["own-telegram-acme-ro"]


def test_an_id_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    rss = '[[sources]]\nid = "own-hackernews-acme-dev"\nplugin = "rss"\nurl = "https://press.example/f"\n'
    desk = make_desk(tmp_path, f"{ACCOUNTS}\n{rss}")
    assert [source.id for source in following(load_workspace(desk.folder)).sources] == ["own-hackernews-acme-dev-2"]


def test_sources_of_our_accounts_are_listed_as_ours(desk: Desk) -> None:
    (listed,) = desk.json("sources")["sources"]
    assert (listed["id"], listed["account"], listed["keep"]) == ("own-hackernews-acme-dev", "hackernews:Acme_Dev", "all")
    result = desk.call("sources")
    assert "ours: not tried yet" in result.stdout
    assert "Your account nowhere:acme is not followed: no source plugin is called 'nowhere'" in result.stderr
    checks = {check["name"]: check["level"] for check in desk.json("doctor", "--quick")["checks"]}
    assert checks["source own-hackernews-acme-dev"] == checks["account rss:acme"] == "ok"


def test_a_search_imports_no_source_plugin(desk: Desk) -> None:
    desk.save("acme one")
    code = (
        "import sys\nfrom hubbub.cli.program import hubbub\n"
        f"hubbub(['--workspace', {str(desk.folder)!r}, 'search', 'is:others'], standalone_mode=False)\n"
        "print([name for name in sys.modules if 'plugins.sources' in name], file=sys.stderr)\n"
    )
    result = fresh_process(cwd=desk.folder, code=code)
    assert "acme one" in result.stdout
    assert result.stderr.splitlines()[-1] == "[]"


def hit(number: int, author: str, text: str) -> dict[str, object]:
    return {
        "objectID": str(number), "author": author, "story_text": text, "title": text, "created_at_i": 1_772_000_000 + number,
        "points": number, "num_comments": 0, "_tags": ["story"],
    }  # fmt: skip


class Everywhere(dict[str, tuple[str, str]]):
    """A site with the same page at every address."""

    def __init__(self, kind: str, body: str) -> None:
        super().__init__()
        self._page = (kind, body)

    def get(self, key: str, default: object = None) -> tuple[str, str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """That page."""
        return self._page


def test_ours_and_others_are_asked_for_apart(tmp_path: Path) -> None:
    hits = [hit(1, "acme_dev", "Καλημέρα σε όλους"), hit(2, "ana", "acme se apaga"), hit(3, "ion", "vremea de azi")]
    with site(Everywhere("application/json", json.dumps({"hits": hits, "nbHits": 3}))) as address:
        source = f'[[sources]]\nid = "hn"\nplugin = "hackernews"\nserver = "{address}"\nback = "3650d"\nquery = "*"\n'
        quiet = f'[[sources]]\nid = "own"\nplugin = "hackernews"\nserver = "{address}"\nauthor = "acme_dev"\nenabled = false\n'
        desk = make_desk(tmp_path, f"{ACCOUNTS}\n{source}\n{quiet}")
        desk.call("collect")
    ours = desk.json("search", "is:ours", "--order", "newest", "--limit", "20")
    assert [found["ref"] for found in ours["hits"]] == ["hackernews:1"]
    assert [found["ref"] for found in desk.json("search", "is:others")["hits"]] == ["hackernews:2"]
    assert "acme_dev · ours · " in desk.call("search", "is:ours").stdout
    assert "ours" not in desk.call("search", "is:others").stdout
    assert desk.json("search", "topic:acme καλημέρα")["total"] == 1


def test_settings_without_accounts_load_no_plugin(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    assert "accounts" not in SETTINGS
    workspace = load_workspace(desk.folder)
    before = set(sys.modules)
    assert with_own_accounts(workspace) == workspace
    assert set(sys.modules) == before


def test_a_source_of_an_account_is_left_out_and_taken_up_again(desk: Desk) -> None:
    desk.call("sources", "disable", "own-hackernews-acme-dev")
    (source,) = with_own_accounts(load_workspace(desk.folder)).sources
    assert (source.id, source.enabled, source.options) == ("own-hackernews-acme-dev", False, {"author": "Acme_Dev"})
    desk.call("sources", "enable", "own-hackernews-acme-dev")
    assert load_workspace(desk.folder).source("own-hackernews-acme-dev").enabled
    desk.call("sources", "remove", "own-hackernews-acme-dev")
    desk.call("sources", "enable", "own-hackernews-acme-dev")
    assert load_workspace(desk.folder).sources == ()
    assert "--remove-account hackernews:Acme_Dev" in desk.call("sources", "remove", "own-hackernews-acme-dev", code=1).stderr


def test_accounts_come_and_go_and_are_applied_to_what_is_archived(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("acme one", "acme two")
    assert desk.json("search", "is:ours")["total"] == 0
    assert "hubbub topics apply" in desk.call("topics", "edit", "acme", "--account", "rss:@Ana", "--account", "x:acme").stdout
    assert "2 mentions" in desk.call("topics", "apply").stdout
    assert desk.json("search", "is:ours")["total"] == desk.json("search", "is:ours acme")["total"] == 2
    desk.call("topics", "edit", "acme", "--remove-account", "rss:ana")
    assert load_workspace(desk.folder).topic("acme").accounts == ("x:acme",)
    assert "'x:acme'" in desk.call("topics", "edit", "acme", "--remove-account", "x:acm", code=7).stderr
    desk.call("topics", "apply")
    assert desk.json("search", "is:others")["total"] == 2


def test_the_commands_of_the_page_can_be_run() -> None:
    page = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE) for line in block.splitlines()]
    assert len(lines) == 3
    for line in lines:
        for query in parsed(line).params["query"]:
            assert parse(query)
