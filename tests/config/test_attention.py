"""``[priority]`` and ``[[rules]]`` in the settings: what is read, and what is refused where."""

from pathlib import Path

import pytest
from config_samples import SMALL

from hubbub.config.editing import add_rule, remove_rule
from hubbub.config.loading import load_workspace, read_settings
from hubbub.config.remembering import remembered_workspace
from hubbub.core.errors import ConfigError
from hubbub.core.priority import Weights
from hubbub.core.rules import Rule, Then
from hubbub.core.values import TriageState

RULE = '[[rules]]\nname = "Press"\nif = \'source:press "acme phone"\'\n'


def read(text: str) -> object:
    return read_settings(SMALL + text, Path("/desk"))


def test_weights_and_rules_are_read() -> None:
    found = read_settings(
        f'{SMALL}\n[priority]\nkind = 40\nreach = 0.5\n{RULE}then = {{ tag = ["a", "a"], state = "done", priority = "-5" }}\n',
        Path("/desk"),
    )
    assert found.priority == Weights(kind=40, reach=0.5)
    then = Then(tags=("a",), state=TriageState.DONE, priority="-5")
    assert found.rules == (Rule(name="Press", query='source:press "acme phone"', then=then),)


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("[priority]\nkind = -1", 2, "priority.kind", "from 0 on"),
        ("[priority]\nkind = nan", 2, "priority.kind", "from 0 on"),
        ("[priority]\nspeed = inf", 2, "priority.speed", "from 0 on"),
        ("[priority]\nkinds = 1", 2, "priority.kinds", "'kind'"),
        ("[priority]\nkind = 0\nsentiment = 0\ninfluence = 0\nreach = 0\nspeed = 0\nunanswered = 0", 1, "priority", "above 0"),
        (f"{RULE.replace('(', '')}then = {{}}", 4, "rules.then", "does nothing"),
        (f"{RULE}then = {{ priority = +20 }}", 4, "rules.then.priority", "in quotes"),
        (f'{RULE}then = {{ priority = "20" }}', 4, "rules.then.priority", '"\\+20", "-20" or "=90"'),
        (f'{RULE}then = {{ state = "new" }}', 4, "rules.then.state", "one of"),
        (f'{RULE}then = {{ tag = "press" }}', 4, "rules.then.tag", "a list"),
        (f'{RULE}then = {{ tags = ["press"] }}', 4, "rules.then.tags", "'tag'"),
        (f'{RULE}then = {{ label = {{ route = "x" }} }}', 4, "rules.then.label", "key of its own: route"),
        (f'{RULE}then = {{ label = {{ "A b" = "x" }} }}', 4, "rules.then.label", "small letters"),
        ('[[rules]]\nname = "x"\nif = "(acme"\nthen = { mute = true }', 3, "rules.if", "never closed(.|\n)*\\^"),
        ('[[rules]]\nname = "x"\nthen = { mute = true }', 1, "rules.if", "missing"),
        (f"{RULE}then = {{ mute = true }}\n" * 2, 6, "rules.name", "two rules"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, line: int, key: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as failure:
        read(f"\n{text}\n")
    assert (failure.value.line, failure.value.key) == (SMALL.count("\n") + 1 + line, key)


def test_a_rule_is_written_and_removed_and_remembered(tmp_path: Path) -> None:
    (tmp_path / "hubbub.toml").write_text(f"{SMALL}\n# The end.\n", encoding="utf-8")
    before = (tmp_path / "hubbub.toml").read_text(encoding="utf-8")
    then = Then(tags=("ă",), labels={"team": "care"}, state=TriageState.SEEN, priority="=90", mute=True, route="Știri")
    rule = Rule(name='Say "acme"', query="\"acme\" OR 'x'", then=then)
    add_rule(tmp_path, rule)
    assert load_workspace(tmp_path).rules == (rule,)
    assert remembered_workspace(tmp_path).rules == remembered_workspace(tmp_path).rules == (rule,)
    remove_rule(tmp_path, rule.name)
    assert (tmp_path / "hubbub.toml").read_text(encoding="utf-8").rstrip() == before.rstrip()
