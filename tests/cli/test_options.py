"""A plugin's options: secrets looked up, mistakes told with their line, values never shown."""

import traceback
from pathlib import Path

import pytest
from cli_world import make_desk
from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from hubbub.cli.compose import options_of
from hubbub.cli.options import checked_options, credentials_hint
from hubbub.config.loading import load_workspace
from hubbub.config.secrets import Secrets
from hubbub.core.contracts import Component
from hubbub.core.errors import ConfigError, SecretMissing

VALUE = "tr0ub4dor-and-3"


class Forum(BaseModel):
    """A table within a list of the options."""

    model_config = ConfigDict(extra="forbid")

    server: str = ""
    category: str = ""


class Options(BaseModel):
    """Options of a plugin that is not ours."""

    model_config = ConfigDict(extra="forbid")

    url: str
    token: SecretStr = SecretStr("")
    headers: dict[str, SecretStr] = {}
    many: list[SecretStr] = []
    forums: list[Forum] = []
    main: Forum | None = None

    @field_validator("url")
    @classmethod
    def _web(cls, url: str) -> str:
        if not url.startswith("https://"):
            raise ValueError("it must begin with https://")
        return url


SITE = Component(name="site", options=Options, build=lambda options, context: options)
BARE = Component(name="bare", build=lambda options, context: None)


def check(tmp_path: Path, given: dict[str, object], component: Component = SITE) -> Options:
    secrets = Secrets(env={"TOKEN": VALUE}, folder=tmp_path)
    return checked_options(component, given, secrets=secrets, where="source 'a'", file="hubbub.toml", line_of=lambda _: 7)


def test_references_become_secrets_wherever_they_stand(tmp_path: Path) -> None:
    reference = {"env": "TOKEN"}
    options = check(
        tmp_path, {"url": "https://a.example", "token": reference, "headers": {"key": reference}, "many": [reference]}
    )
    assert [secret.get_secret_value() for secret in (options.token, options.headers["key"], *options.many)] == [VALUE] * 3
    assert VALUE not in repr(options)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "'url' is missing"),
        ({"url": "http://a.example"}, "it must begin with https://"),
        ({"url": "https://a.example", "tokn": 1}, "Did you mean 'token'?"),
        ({"url": "https://a.example", "token": VALUE}, 'token = { env = "NAME" }'),
        ({"url": "https://a.example", "headers": {"key": VALUE}}, "must not stand in the file"),
        ({"url": "https://a.example", "many": [{"env": "TOKEN"}, VALUE]}, "must not stand in the file"),
        ({"url": {"env": "TOKEN"}}, "takes no reference"),
        ({"url": "https://a.example", "many": {"env": "TOKEN"}}, "'many'"),
        (
            {"url": "https://a.example", "forums": [{}, {"categry": "x"}]},
            "no option 'forums.1.categry'. Did you mean 'category'?",
        ),
        ({"url": "https://a.example", "main": {"sever": "x"}}, "no option 'main.sever'. Did you mean 'server'?"),
    ],
)
def test_mistakes_are_told_in_words_and_without_values(tmp_path: Path, given: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(tmp_path, given)
    assert said in str(caught.value)
    assert str(caught.value).startswith("hubbub.toml:7: source 'a': ")
    assert VALUE not in "".join(traceback.format_exception(caught.value))


def test_a_reference_deep_inside_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match=r"hubbub\.toml:7: source 'a': headers\.key: .*NOWHERE"):
        check(tmp_path, {"url": "https://a.example", "headers": {"key": {"env": "HUBBUB_TEST_NOWHERE"}}})


def test_which_credentials_are_meant_is_told_by_option_and_reference() -> None:
    given = {"token": {"env": "ACME_TOKEN"}, "headers": {"key": {"file": "key.txt"}}}
    hint = credentials_hint(SITE, given)
    assert "'token' comes from { env = \"ACME_TOKEN\" } and 'headers' comes from its references in hubbub.toml" in hint
    assert "by the option 'token' or 'headers' or 'many': write token" in credentials_hint(SITE, {"url": "https://a.example"})
    assert credentials_hint(BARE, {}) == ""


def test_a_plugin_without_options_takes_none(tmp_path: Path) -> None:
    assert check(tmp_path, {}, BARE) is None
    with pytest.raises(ConfigError, match="has no options, not even 'url'"):
        check(tmp_path, {"url": "x"}, BARE)


def test_the_line_is_that_of_the_option_in_the_file(tmp_path: Path) -> None:
    desk = make_desk(
        tmp_path,
        '[[sources]]\nid = "a"\nplugin = "site"\nurl = "https://a.example"\nkep = "all"\n[processors.language]\nsur = 1\n',
    )
    workspace = load_workspace(desk.folder)
    with pytest.raises(ConfigError, match="Did you mean 'keep'") as caught:
        options_of(workspace, SITE, workspace.source("a").options, "source 'a'")
    assert desk.settings.splitlines()[(caught.value.line or 0) - 1] == 'kep = "all"'
    with pytest.raises(ConfigError, match="no options") as caught:
        options_of(workspace, BARE, workspace.processors[0].options, "processor 'language'")
    assert desk.settings.splitlines()[(caught.value.line or 0) - 1] == "sur = 1"
