"""What a mention names, as commands tell it."""

from pathlib import Path

from cli_world import make_desk


def test_show_lists_hashtags_and_links(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("#Acme and https://press.example/a again #acme")
    ref = "rss:#Acme and https://press.example/a again #acme"
    found = desk.json("show", ref)["entities"]
    assert [(entity["kind"], entity["value"], len(entity["spans"])) for entity in found] == [
        ("hashtag", "#Acme", 2),
        ("link", "press.example", 1),
    ]
    lines = [line.split() for line in desk.call("show", ref).stdout.splitlines()]
    assert ["hashtags", "#Acme"] in lines
    assert ["links", "press.example"] in lines


def test_the_doctor_says_which_models_there_are_and_what_to_install(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    checks = [check for check in desk.json("doctor", "--quick", code=0)["checks"] if check["name"] == "names"]
    assert checks
    assert all(check["level"] == "ok" for check in checks)
    greek = [check for check in checks if check["message"].endswith("in el")]
    assert all(check["advice"] == "python -m spacy download el_core_news_sm" for check in greek)
