"""``hubbub plugins check`` and ``record``: what an installed plugin promises, said without its tests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_world import make_desk
from pydantic import BaseModel, SecretStr

from hubbub.cli.plugincheck import check_plugin, role_and_name
from hubbub.cli.pluginrecord import secrets_in
from hubbub.core.contracts import Component
from hubbub.core.errors import NotFound, SourceBroken
from hubbub.core.optiontypes import PluginOptions
from hubbub.core.registry import Registry
from hubbub.core.values import Batch
from hubbub.testing import forum
from hubbub.testing.promises import GENERAL, SECRET, Subject, judge
from hubbub.testing.sourcepromises import SOURCE

HIT = {
    "objectID": "7",
    "author": "ana",
    "created_at_i": 1_780_000_000,
    "story_text": "El acme phone es genial",
    "title": "acme",
}

WORDS = ('"acme"', '"%23acmephone"')


def test_a_source_of_ours_keeps_what_can_be_judged(tmp_path: Path) -> None:
    said = make_desk(tmp_path).json("plugins", "check", "source.rss")
    assert (said["plugin"], said["broken"]) == ("source.rss", 0)
    assert said["kept"] > 8
    assert {finding["verdict"] for finding in said["promises"]} == {"kept", "not judged"}
    text = make_desk(tmp_path).call("plugins", "check", "rss").stdout
    assert "Every failure of a site becomes an error in words" in text
    assert "hubbub plugins record" in text


def test_recorded_answers_let_all_be_judged(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    exchange = {"method": "GET", "status": 200, "at": "2026-06-14T09:12:00+00:00", "json": {"hits": [HIT], "nbHits": 1}}
    folder = tmp_path / "fixtures"
    folder.mkdir()
    api = "https://hn.algolia.com/api/v1/search_by_date"
    asked = [f"{api}?query={words}&tags=(story,comment)&hitsPerPage=100&advancedSyntax=true" for words in WORDS]
    for number, url in enumerate([*asked, f"{api}?query=&tags=(story,comment)&hitsPerPage=1"]):
        (folder / f"{number}.json").write_text(json.dumps({**exchange, "url": url}))
    others = {
        "users/ana": {"username": "ana", "karma": 7},
        "items/7": {"id": 7, "text": HIT["story_text"], "children": [], **HIT},
    }
    for path, answer in others.items():
        url = f"https://hn.algolia.com/api/v1/{path}"
        (folder / f"{path.replace('/', '-')}.json").write_text(json.dumps({**exchange, "url": url, "json": answer}))
    said = desk.json("plugins", "check", "hackernews", "--fixtures", str(folder))
    assert [
        finding for finding in said["promises"] if finding["verdict"] == "broken" and "described" not in finding["promise"]
    ] == []
    assert said["not_judged"] == 0


def test_a_name_may_go_without_its_role_and_a_wrong_one_gets_the_nearest() -> None:
    registry = Registry()
    assert role_and_name(registry, "html") == ("exporter", "html")
    with pytest.raises(NotFound, match=r"Did you mean 'source.hackernews'"):
        role_and_name(registry, "source.hackernew")


def test_an_option_that_is_none_is_told(tmp_path: Path) -> None:
    text = make_desk(tmp_path).call("plugins", "check", "rss", "--option", "urll=https://a.example").stdout
    assert "urll" in text
    assert "Did you mean 'url'?" in text


class Options(BaseModel):
    token: str = ""
    server: str = "https://forum.example"


class Careless:
    """A source that does everything wrong that can be done."""

    def __init__(self, options: Any, context: Any) -> None:
        self.options, self.http = options, context.http
        context.http.get("https://forum.example/")  # in the constructor

    def fetch(self, topics: Any, cursor: Any) -> Iterator[Any]:
        yield {"mentions": []}


class Secretive(PluginOptions):
    token: SecretStr


class Talkative:
    def __init__(self, options: Secretive, context: Any) -> None:
        self.token, self.http = options.token.get_secret_value(), context.http

    def fetch(self, topics: Any, cursor: Any) -> Iterator[Batch]:
        try:
            self.http.get("https://forum.example/api", params={"word": self.token})
        except Exception as error:
            raise SourceBroken(f"with the token {self.token} it went wrong") from error
        yield Batch()


def findings(tmp_path: Path, component: Component) -> dict[str, str]:
    subject = Subject(component, "source", {}, tmp_path)
    return {finding.promise: finding.why for finding in judge(subject, (*GENERAL, *SOURCE)) if finding.verdict == "broken"}


def test_a_careless_plugin_is_told_what_it_does_wrong(tmp_path: Path) -> None:
    broken = findings(tmp_path, Component(name="careless", build=Careless, options=Options))
    assert "no summary" in broken["It says in one line what it is"]
    assert "PluginOptions" in broken["It refuses options that it does not know"]
    assert "token, server" in broken["Every option is described"]
    assert "There is nothing" in broken["Building it asks nothing of the network"]


def test_a_secret_that_is_told_is_found_and_not_repeated(tmp_path: Path) -> None:
    broken = findings(tmp_path, Component(name="talkative", build=Talkative, options=Secretive, summary="talks"))
    assert "SecretStr" in broken["Its secrets show nowhere"]
    assert "secret stands in" in broken["No error and no address tells a secret"]
    assert not [why for why in broken.values() if SECRET in why]


def test_a_plugin_that_cannot_be_loaded_has_broken_its_first_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib.metadata import EntryPoint

    registry = Registry([EntryPoint(name="source.gone", value="no_such_module_of_hubbub", group="hubbub")])
    assert check_plugin(registry, "gone", {}, None, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["broken"] == 1
    assert "no_such_module_of_hubbub" in said["promises"][0]["why"]


def test_what_a_source_asks_is_recorded(tmp_path: Path) -> None:
    with forum.forum() as address:
        source = f'[[sources]]\nid = "talk"\nplugin = "lobsters"\nserver = "{address}"\n'
        desk = make_desk(tmp_path / "desk", source)
        text = desk.call("plugins", "record", "talk", "--to", str(tmp_path / "fixtures")).stdout
    assert "exchange" in text
    files = list((tmp_path / "fixtures").glob("*.json"))
    assert files
    assert json.loads(files[0].read_text())["status"] == 404


def test_secrets_are_found_however_deep() -> None:
    class Deep(BaseModel):
        many: list[dict[str, SecretStr]]
        plain: str = "not this"

    assert list(secrets_in(Deep(many=[{"a": SecretStr("one")}, {"b": SecretStr("two")}]))) == ["one", "two"]
