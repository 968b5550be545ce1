"""``hubbub process``, ``learn`` and ``correct``: what is archived is judged anew, and a person's word stands."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import NOW, Desk, make_desk
from stranger import installed

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.values import Label, Mention

PUPIL = '\n[processors]\norder = ["topics", "pupil"]\n\n[plugins]\ndisabled = ["notifier.of-these-tests"]\n'


@pytest.fixture(scope="module", autouse=True)
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed(tmp_path_factory.mktemp("stranger")):
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return filled(make_desk(tmp_path / "desk"))


@pytest.fixture
def school(tmp_path: Path) -> Desk:
    return filled(make_desk(tmp_path / "school", PUPIL))


def filled(desk: Desk) -> Desk:
    archive = open_archive(desk.folder / "archive.db")
    said = (
        Label(name="topic", value="acme", by="topics", version="1"),
        Label(name="mood", value="loud", by="pupil", version="0"),
    )
    texts = {"1": "acme one", "2": "Καλημέρα acme", "3": "nothing at all"}
    mentions = [Mention(platform="x", key=key, text=text, published=NOW) for key, text in texts.items()]
    archive.save("s", [decide(None, mention, seen=NOW, labels=said) for mention in mentions], None, NOW)
    archive.close()
    return desk


def values(desk: Desk, ref: str, by: str) -> list[tuple[str, str]]:
    labels = desk.json("show", ref)["labels"]
    return [(label["value"], label.get("version", "")) for label in labels if label["by"] == by]


def test_what_another_version_judged_is_judged_anew(desk: Desk) -> None:
    dry = desk.call("process", "--only", "topics", "--dry-run").stdout.splitlines()
    assert dry == [
        "processor\tlabel\tfrom\tto\tmentions",
        "topics\ttopic\tacme\t–\t1",
        "topics 2: 3 mentions judged, 1 would change",
    ]
    assert values(desk, "x:3", "topics") == [("acme", "1")]
    found = desk.json("process", "--only", "topics")
    (report,) = found["processors"]
    assert (report["name"], report["judged"], report["changed"], report["failures"]) == ("topics", 3, 1, [])
    assert report["changes"] == [{"label": "topic", "from": "acme", "to": None, "mentions": 1}]
    assert (values(desk, "x:1", "topics"), values(desk, "x:3", "topics")) == ([("acme", "2")], [])
    assert desk.json("search", "topic:acme")["total"] == 2
    assert "topics 2: 0 mentions judged" in desk.call("process", "--only", "topics").stdout
    assert desk.json("process", "--only", "topics", "--all")["processors"][0]["judged"] == 3


def test_what_is_judged_can_be_narrowed(desk: Desk) -> None:
    def judged(*args: str) -> int:
        return desk.json("process", "--only", "topics", "--dry-run", *args)["processors"][0]["judged"]

    assert judged("--query", "Καλημερα") == 1
    assert judged("--since", "2026-03-01") == 3
    assert judged("--since", "2026-03-02") == 0
    assert judged("--until", "2026-03-02", "--query", "acme OR nothing") == 3
    assert judged("--until", "1d", "--since", "30y") in (0, 3)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--only", "topic"], 7, "Did you mean 'topics'?"),
        (["--since", "soon"], 2, "neither an age nor a date"),
        (["--query", "a AND ("], 4, ""),
    ],
)
def test_what_cannot_be_asked_is_told(desk: Desk, args: list[str], code: int, said: str) -> None:
    assert said in desk.call("process", *args, code=code).stderr


def test_an_installed_version_is_offered_and_never_applied_by_itself(desk: Desk) -> None:
    offer = "topics 2 is installed; 3 mentions were judged by version 1: hubbub process --only topics"
    assert offer in desk.call("process", "--only", "language").stdout
    checks = {check["name"]: check for check in desk.json("doctor")["checks"]}
    assert checks["judged by topics"]["message"] == offer.partition(": hubbub")[0]
    assert checks["judged by topics"]["advice"] == "hubbub process --only topics"
    assert values(desk, "x:1", "topics") == [("acme", "1")]
    desk.call("process")
    assert offer not in desk.call("process").stdout


def test_a_person_corrects_and_takes_it_back(desk: Desk) -> None:
    assert desk.call("correct", "x:1", "sentiment=Negative", "lang=EL", "sentiment:acme=positive").stdout.splitlines() == [
        "sentiment: negative (by you); before: not told",
        "lang: el (by you); before: not told",
        "sentiment:acme: positive (by you); before: not told",
    ]
    found = desk.json("show", "x:1")
    assert (found["sentiment"], found["lang"]) == ("negative", "el")
    assert desk.json("search", "sentiment:negative lang:el")["total"] == 1
    assert desk.json("correct", "x:1", "--undo", "lang", "mood=calm")["lang"] == "unknown"
    assert values(desk, "x:1", "pupil") == [("loud", "0")]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "sentiment=negative"),
        (["sentiment"], 2, "is no correction"),
        (["sentiment=good"], 2, "positive, negative, neutral"),
        (["lang=greek"], 2, "write 'el'"),
        (["sentiments=positive"], 2, "Did you mean 'sentiment'?"),
        (["sentiment:acm=positive"], 7, "Did you mean 'acme'?"),
        (["topic=nobody"], 7, "no topic 'nobody'"),
        (["mood=\x1b[31m"], 2, "word or two"),
        (["--undo", "lang"], 2, "no correction of yours"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(desk: Desk, args: list[str], code: int, said: str) -> None:
    assert said in desk.call("correct", "x:1", *args, code=code).stderr
    assert values(desk, "x:1", "you") == []


def test_corrections_teach_and_what_was_learnt_is_applied_when_it_is_asked_for(school: Desk) -> None:
    assert "there are no corrections of mood yet" in school.call("learn").stdout
    school.call("correct", "x:1", "mood=glad")
    assert "not kept: two corrections are needed" in school.call("learn", "pupil").stdout
    school.call("correct", "x:2", "mood=glad")
    assert "not kept" in school.call("learn", "--dry-run").stdout
    assert school.call("learn").stdout.splitlines() == [
        "pupil: learnt from 2 corrections (2 glad); 1 correction could not teach",
        "  right of 100 held out: 50.0 before, 75.0 after (+25.0)",
        "  kept: it is right more often",
        "  What is collected from now on is judged so; what is archived by: hubbub process --only pupil",
    ]
    assert values(school, "x:3", "pupil") == [("loud", "0")]
    (report,) = school.json("process", "--only", "pupil")["processors"]
    assert (report["version"], report["judged"], report["changed"], report["corrected"]) == ("1+glad", 3, 3, 2)
    assert values(school, "x:1", "you") == [("glad", "")]
    assert school.json("learn", "--forget")["processors"] == [{"name": "pupil", "forgotten": True}]
    assert "had learnt nothing" in school.call("learn", "--forget").stdout
    assert school.json("process", "--only", "pupil")["processors"][0]["version"] == "1"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nobody"], 7, "'nobody'"),
        (["topics"], 3, "does not learn"),
        (["--forget", "--dry-run"], 2, "choose one"),
    ],
)
def test_who_cannot_be_taught_is_told(school: Desk, args: list[str], code: int, said: str) -> None:
    assert said in school.call("learn", *args, code=code).stderr


def test_a_processor_that_fails_is_told_and_the_others_judge(tmp_path: Path) -> None:
    desk = filled(make_desk(tmp_path / "desk", PUPIL.replace('"pupil"', '"stranger", "pupil"')))
    archive = open_archive(desk.folder / "archive.db")
    archive.save("s", [decide(None, Mention(platform="x", key="4", text="raise"), seen=NOW)], None, NOW)
    archive.close()
    result = desk.call("process", code=1)
    assert "stranger: δεν μπορώ" in result.stderr
    assert "4 mentions not judged; the next call asks it again" in result.stderr
    assert "pupil 1: 4 mentions judged, 4 changed" in result.stdout


def test_ctrl_c_loses_nothing(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    archive = open_archive(desk.folder / "archive.db")
    said = (Label(name="topic", value="acme", by="topics", version="1"),)
    mentions = [Mention(platform="x", key=str(n), text=f"acme {n}") for n in range(1500)]
    archive.save("s", [decide(None, mention, seen=NOW, labels=said) for mention in mentions], None, NOW)
    archive.close()
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import hubbub.cli.progress as progress\n"
        "from hubbub.cli.program import run\n"
        "class Stopping(progress.ProgressLine):\n"
        "    def __call__(self, *args): os.kill(os.getpid(), signal.SIGINT)\n"
        "import hubbub.cli.commands.process as process\n"
        "process.ProgressLine = Stopping\n"
        f"sys.exit(run(['-w', {str(desk.folder)!r}, 'process', '--only', 'topics', '--all', '--since', '50y']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ran.returncode, "goes on where this one was" in ran.stderr) == (130, True)
    (report,) = desk.json("process", "--only", "topics", "--all", "--since", "50y")["processors"]
    assert report["resumed"]
    assert 0 < report["judged"] < 1500
