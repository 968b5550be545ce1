"""Secrets are references in the settings and values only where they are used."""

import logging
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from hubbub.cli.exits import report
from hubbub.cli.logs import start_logging
from hubbub.config.secrets import HIDDEN, Secrets, is_reference, redact
from hubbub.core.errors import ConfigError, SecretMissing

VALUE = "correct-horse-battery-staple"


def secrets(folder: Path, **env: str) -> Secrets:
    return Secrets(env=env, folder=folder, keyring=_keyring)


def _keyring(service: str, name: str) -> str | None:
    return VALUE if (service, name) == ("hubbub", "desk") else None


def test_references_are_found_however_deep(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{VALUE}\nsecond line\n", encoding="utf-8")
    given = {
        "url": "https://press.example",
        "token": {"env": "TOKEN"},
        "list": [{"file": "token"}, 3],
        "inner": {"key": {"keyring": "hubbub/desk"}, "columns": {"text": "body"}},
    }
    found = secrets(tmp_path, TOKEN=VALUE).resolve(given)
    assert found["token"].get_secret_value() == VALUE
    assert found["list"][0].get_secret_value() == VALUE
    assert found["inner"]["key"].get_secret_value() == VALUE
    assert found["list"][1] == 3
    assert found["inner"]["columns"] == {"text": "body"}
    assert given["token"] == {"env": "TOKEN"}


@pytest.mark.parametrize("other", [{"env": "A", "file": "b"}, {"env": 3}, {"env": ""}, {}, "env", {"vault": "x"}, None])
def test_what_is_no_reference_is_left_alone(tmp_path: Path, other: object) -> None:
    assert not is_reference(other)
    assert secrets(tmp_path).resolve(other) == other


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"env": "NO_SUCH_NAME"}, "NO_SUCH_NAME"),
        ({"env": "EMPTY"}, "EMPTY"),
        ({"file": "no-such-file"}, "no-such-file"),
        ({"file": "binary"}, "UTF-8"),
        ({"keyring": "hubbub/nobody"}, "keyring set hubbub nobody"),
        ({"keyring": "hubbub"}, "service/name"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(tmp_path: Path, reference: dict[str, str], said: str) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff" + VALUE.encode())
    with pytest.raises(SecretMissing, match=said) as caught:
        secrets(tmp_path, EMPTY="", OTHER=VALUE).resolve({"token": reference}, key="source 'a'", file="hubbub.toml", line=7)
    assert str(caught.value).startswith("hubbub.toml:7: source 'a'.token: ")
    assert VALUE not in "".join(traceback.format_exception(caught.value))


def test_a_failing_keyring_shows_nothing_of_its_error(tmp_path: Path) -> None:
    def broken(service: str, name: str) -> str:
        raise RuntimeError(f"the password {VALUE} could not be unlocked")

    with pytest.raises(SecretMissing, match="RuntimeError") as caught:
        Secrets(env={}, folder=tmp_path, keyring=broken).resolve({"keyring": "a/b"})
    assert VALUE not in "".join(traceback.format_exception(caught.value))


def test_a_value_shows_itself_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holder = secrets(tmp_path, TOKEN=VALUE)
    found = holder.resolve({"token": {"env": "TOKEN"}})
    assert isinstance(found["token"], SecretStr)
    assert VALUE not in repr(found) + str(found) + repr(holder)
    start_logging(tmp_path / "logs" / "hubbub.log")
    log = logging.getLogger("hubbub.source.rss")
    try:
        raise ConfigError(f"the site refused https://press.example/?token={VALUE}")
    except ConfigError as error:
        log.exception("it failed with %s", VALUE)
        report(error, verbose=True)
    written = (tmp_path / "logs" / "hubbub.log").read_text(encoding="utf-8")
    shown = capsys.readouterr().err
    assert "Traceback" in written
    assert "Traceback" in shown
    assert VALUE not in written + shown
    assert HIDDEN in written
    assert HIDDEN in shown


def test_short_values_do_not_make_messages_unreadable(tmp_path: Path) -> None:
    secrets(tmp_path, PIN="a").resolve({"env": "PIN"})
    assert redact("a cat sat") == "a cat sat"
