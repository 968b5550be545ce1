"""Every processor of our own passes the suite that third parties are given; and the suite finds what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hubbub.core.contracts import Component
from hubbub.core.registry import Registry
from hubbub.core.values import Label, Labels, Mention
from hubbub.testing.processor_contract import ProcessorContract
from hubbub.testing.promises import GENERAL, Subject, judge
from hubbub.testing.rolepromises import PROCESSOR


class TestLanguage(ProcessorContract):
    plugin = "language"


class TestTopics(ProcessorContract):
    plugin = "topics"


class TestSentiment(ProcessorContract):
    plugin = "sentiment"


def test_every_processor_of_ours_is_under_the_contract() -> None:
    ours = {i.name for i in Registry().listing() if i.role == "processor" and i.module.startswith("hubbub.plugins.")}
    text = "".join(path.read_text("utf-8") for path in [Path(__file__), *Path(__file__).parents[1].glob("plugins/test_*.py")])
    assert {name for name in ours if f'plugin = "{name}"' not in text} == set()


class Bad:
    version = "1"

    def __init__(self, say: Callable[[Sequence[Mention]], Sequence[Labels]]) -> None:
        self.process = say


def label(**more: str) -> Label:
    return replace(Label(name="mood", value="good", by="bad", version="1"), **more)


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (lambda mentions: [], "0 answers for"),
        (lambda mentions: [label() for _ in mentions], "an answer is a tuple of labels"),
        (lambda mentions: [(label(by="me"),) for _ in mentions], "is by 'me', which is not its name"),
        (lambda mentions: [(label(version="7"),) for _ in mentions], "has the version '7'"),
        (lambda mentions: [(label(value=str(n)),) for n, _ in enumerate(mentions)], "asked one by one"),
        (lambda mentions: [(label(value=m.text.split()[0]),) for m in mentions], "it raised IndexError"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, say: Callable[[Sequence[Mention]], Sequence[Labels]], why: str) -> None:
    component = Component(name="bad", build=lambda options, context: Bad(say), summary="made to fail")
    findings = judge(Subject(component, "processor", {}, tmp_path), (*GENERAL, *PROCESSOR))
    broken = [finding.why for finding in findings if finding.verdict == "broken"]
    assert any(why in words for words in broken), broken
