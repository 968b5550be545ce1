"""``hubbub init``: a workspace from flags or from answers, never over another one."""

from pathlib import Path

import pytest
from cli_world import fresh_process, runner, site

from hubbub.cli.asking import Answers, Asker, own_languages
from hubbub.cli.program import hubbub
from hubbub.config.loading import load_workspace


def test_flags_make_a_whole_workspace(tmp_path: Path) -> None:
    with site() as address:
        result = fresh_process(
            *("init", "Acme Phone", "--yes", "--languages", "en, ro", "--contact", "desk@acme.example", "--allow-private"),
            *("--competitor", "Rival-Fon", "--campaign", "#AcmeDay", "--feed", address, "--feed", f"{address}/plain"),
            cwd=tmp_path,
        )
    assert result.returncode == 0, result.stderr
    found = load_workspace(tmp_path / "acme-phone")
    assert (found.name, found.languages, found.http.contact) == ("Acme Phone", ("en", "ro"), "desk@acme.example")
    assert [(topic.name, topic.kind, topic.query) for topic in found.topics] == [
        ("acme phone", "brand", '"acme phone" OR "acmephone"'),
        ("rival-fon", "competitor", '"rival-fon" OR "rivalfon"'),
        ("acmeday", "campaign", "#acmeday"),
    ]
    assert [(source.id, source.plugin, source.options["url"]) for source in found.sources] == [
        ("stiri-din-presa", "rss", f"{address}/press-news.xml")
    ]
    assert "cd acme-phone && hubbub collect" in result.stdout
    assert f"{address}/talk.xml" in result.stderr
    assert "No feed was found" in result.stderr


def test_what_exists_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "hubbub.toml").write_text("# mine\n", encoding="utf-8")
    result = runner().invoke(hubbub, ["init", "Acme", "--yes", "--folder", str(tmp_path)])
    assert result.exit_code == 3
    assert "left as it is" in result.stderr
    assert (tmp_path / "hubbub.toml").read_text(encoding="utf-8") == "# mine\n"


def test_an_unreachable_feed_is_no_reason_to_stop(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    result = runner().invoke(hubbub, ["init", "Acme", "--yes", "--folder", str(folder), "--feed", "http://127.0.0.1:9/"])
    assert result.exit_code == 0
    assert "Left out" in result.stderr
    assert "hubbub sources add http://127.0.0.1:9/" in result.stdout
    assert load_workspace(folder).sources == ()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--yes"], "Say what to listen for"),
        (["Acme", "--yes", "--languages", "en,gr"], "'el'"),
        (["Acme", "--yes", "--home", "--folder", "x"], "exclude"),
        (["!!!", "--yes"], "letters"),
        (["Acme", "--yes", "--contact", "nobody"], "mail address"),
        (["Acme", "--yes", "--competitor", "acme"], "two topics"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left_behind(tmp_path: Path, args: list[str], said: str) -> None:
    folder = ["--folder", str(tmp_path / "desk")] if "--folder" not in args else []
    result = runner().invoke(hubbub, ["init", *args, *folder])
    assert result.exit_code in (2, 3)
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_home_is_found_from_everywhere(tmp_path: Path) -> None:
    assert fresh_process("init", "Ακμή", "--yes", "--home", cwd=tmp_path).returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = fresh_process("topics", cwd=elsewhere, env={"XDG_DATA_HOME": str(tmp_path / "data")})
    assert "ακμή" in result.stdout


def ask(answers: Answers, *typed: str) -> Answers:
    """Answer the questions by typing these lines."""
    import click

    @click.command()
    def questions() -> None:
        Asker(answers).ask()

    result = runner().invoke(questions, input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.output
    return answers


def test_questions_fill_in_what_is_missing() -> None:
    answers = ask(Answers(), "Acme Phone", "", "Rival, Other", "", "en;es", "press.example", "desk@acme.example")
    assert answers == Answers(
        name="Acme Phone watch",
        brand="Acme Phone",
        competitors=["Rival", "Other"],
        campaigns=[],
        languages=["en", "es"],
        feeds=["press.example"],
        contact="desk@acme.example",
    )


def test_a_wrong_answer_is_asked_again() -> None:
    given = Answers(name="Acme", brand="Acme", competitors=["x"], campaigns=["y"], feeds=["z"])
    answers = ask(given, "greek", "el", "not a contact", "-")
    assert (answers.languages, answers.contact) == (["el"], "")


def test_a_site_is_asked_for_where_sources_are_looked_for_and_none_was_given() -> None:
    import click

    def asked(answers: Answers, typed: str) -> list[str]:
        @click.command()
        def question() -> None:
            Asker(answers).ask_sites()

        assert runner().invoke(question, input=typed).exit_code == 0
        return answers.sites

    assert asked(Answers(), "acme.example, shop.acme.example\n") == ["acme.example", "shop.acme.example"]
    assert asked(Answers(), "\n") == []
    assert asked(Answers(sites=["acme.example"]), "") == ["acme.example"]


@pytest.mark.parametrize(
    ("locale", "languages"),
    [("ro_RO.UTF-8", ["ro", "en"]), ("en_GB", ["en"]), ("C.UTF-8", ["en"]), ("", ["en"]), ("el", ["el", "en"])],
)
def test_the_proposed_languages_are_the_users(locale: str, languages: list[str]) -> None:
    assert own_languages(locale) == languages
