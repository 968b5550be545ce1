"""``hubbub rules``, ``hubbub mute`` and ``hubbub unmute``, and what searches say of what is hidden."""

from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.config.loading import load_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = make_desk(tmp_path / "desk")
    made.save("acme giveaway", "acme: Bateria nu ține", "acme η μπαταρία")
    return made


# --- rules ---------------------------------------------------------------------------------------------------


def test_a_rule_comes_and_goes(desk: Desk) -> None:
    before = desk.settings
    assert "There is no rule yet" in desk.call("rules").stdout
    desk.call("rules", "add", "Știri", "--if", '"acme" lang:ro', "--tag", "presă", "--label", "team=care", "--state", "seen",
              "--priority", "+20", "--mute", "--route", "press")  # fmt: skip
    (rule,) = load_workspace(desk.folder).rules
    assert (rule.name, rule.query, rule.then.tags, rule.then.priority) == ("Știri", '"acme" lang:ro', ("presă",), "+20")
    assert desk.json("rules") == {
        "total": 1,
        "rules": [
            {
                "name": "Știri",
                "if": '"acme" lang:ro',
                "then": {
                    "tag": ["presă"],
                    "label": {"team": "care"},
                    "state": "seen",
                    "priority": "+20",
                    "mute": True,
                    "route": "press",
                },
                "mentions": 0,
            }
        ],
    }
    shown = desk.call("rules", "list").stdout
    assert "tag presă, label team=care, state seen, priority +20, mute, route press" in shown
    desk.call("rules", "remove", "știri")
    assert desk.settings == before


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("add", "x", "--if", "(acme", "--mute"), 3, "rules.if: the query of rule 'x' cannot be read: This parenthesis"),
        (("add", "x", "--if", "acme"), 2, "Say what it does"),
        (("add", "x", "--if", "acme", "--priority", "20"), 3, 'write what to do with the priority: "+20"'),
        (("add", "x", "--if", "acme", "--label", "urgent"), 2, "write NAME=VALUE"),
        (("add", "x", "--if", "acme", "--label", "muted=yes"), 3, "given by a key of its own: mute"),
        (("add", "x", "--if", "acme", "--state", "new"), 2, "is not one of"),
        (("test", "nothing"), 7, "There is no rule 'nothing'"),
        (("remove", "nothing"), 7, "There is no rule 'nothing'"),
    ],
)
def test_what_is_wrong_is_said(desk: Desk, args: tuple[str, ...], code: int, said: str) -> None:
    before = desk.settings
    assert said in desk.call("rules", *args, code=code).stderr
    assert desk.settings == before


def test_a_rule_is_tried_and_then_applied(desk: Desk) -> None:
    desk.call("rules", "add", "Greek", "--if", "μπαταρία", "--tag", "gr", "--state", "seen")
    desk.call("rules", "add", "Hide", "--if", "tag:gr", "--mute")
    tried = desk.call("rules", "test", "greek").stdout
    assert "matches 1 mention of 3" in tried
    assert "1  tag gr" in tried
    assert "1  state seen" in tried
    assert "Nothing has been changed" in tried
    assert desk.json("rules", "test", "Hide")["matched"] == 1
    assert desk.json("search")["total"] == 3
    assert "1 mention judged otherwise; the priority of 3 mentions has changed." in desk.call("rules", "apply").stdout
    found = desk.json("search")
    assert (found["total"], found["hidden"]) == (2, 1)
    (hidden,) = desk.json("search", "is:muted")["hits"]
    assert (hidden["tags"], hidden["status"], hidden["priority"]) == (["gr"], "seen", 0)
    assert "Nothing would change" in desk.call("rules", "test", "Hide").stdout
    assert "0 mentions judged otherwise" in desk.call("rules", "apply").stdout
    assert [rule["mentions"] for rule in desk.json("rules")["rules"]] == [1, 1]


# --- mutes ---------------------------------------------------------------------------------------------------


def test_a_mute_is_previewed_made_listed_and_taken_back(desk: Desk) -> None:
    assert "Nothing is muted" in desk.call("mute").stdout
    preview = desk.call("mute", "word", "giveaway", "--dry-run").stdout
    assert "would hide 1 mention" in preview
    assert "acme giveaway" in preview
    assert desk.json("mute", "word", "giveaway", "--dry-run")["hides"] == 1
    assert desk.json("mute")["mutes"] == []
    assert "1 mention hidden" in desk.call("mute", "word", "giveaway", "--note", "αρκετά").stdout
    (mute,) = desk.json("mute", "list")["mutes"]
    assert (mute["id"], mute["kind"], mute["value"], mute["hides"], mute["note"]) == (1, "word", "giveaway", 1, "αρκετά")
    assert desk.json("search", mute["query"])["total"] == 1
    shown = desk.call("search", "acme").stdout
    assert "2 mentions, 2 shown" in shown
    assert "1 hidden by mutes: is:muted shows them." in shown
    assert "Nothing found but what is muted. 1 hidden by mutes" in desk.call("search", "giveaway").stdout
    assert "word:giveaway unmuted: 1 mention." in desk.call("unmute", "1").stdout
    assert desk.json("search", "acme")["total"] == 3


def test_all_that_an_author_wrote(desk: Desk) -> None:
    assert desk.json("mute", "author", "rss:acme giveaway")["hides"] == 3
    assert desk.json("search") == {"total": 0, "hits": [], "next": None, "did_you_mean": None, "hidden": 3}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("mute", "author", "ana"), 2, "write platform and handle"),
        (("mute", "site", "no site"), 2, "write its domain"),
        (("mute", "word", "!!"), 2, "no word that could be muted"),
        (("mute", "thread", "rss:nothing"), 7, "There is no mention 'rss:nothing'"),
        (("unmute", "4"), 7, "There is no mute '4'"),
        (("unmute", "x"), 2, "not a valid integer"),
    ],
)
def test_mutes_that_cannot_be(desk: Desk, args: tuple[str, ...], code: int, said: str) -> None:
    assert said in desk.call(*args, code=code).stderr
    assert desk.json("mute")["mutes"] == []


# --- priorities ----------------------------------------------------------------------------------------------


def test_priorities_are_shown_where_they_are_asked_for(desk: Desk) -> None:
    assert "priority –" in desk.call("search", "--order", "priority").stdout
    desk.call("rules", "add", "First", "--if", "η", "--priority", "=95")
    desk.call("rules", "apply")
    shown = desk.call("search", "--order", "priority").stdout
    assert shown.splitlines()[0].startswith("rss:acme η μπαταρία  priority 95 · ")
    assert "priority" not in desk.call("search").stdout
    why = desk.call("show", "rss:acme η μπαταρία", "--why").stdout
    assert "Priority 95 of 100:" in why
    assert "kind of message unknown" in why
    assert "rule First: =95" in why
    told = desk.json("show", "rss:acme η μπαταρία", "--why")["why_priority"]
    assert told["score"] == 95
    assert [part["name"] for part in told["parts"]] == ["kind", "sentiment", "influence", "reach", "speed", "unanswered"]
    assert told["steps"][-1] == {"words": "rule First: =95", "score": 95}
