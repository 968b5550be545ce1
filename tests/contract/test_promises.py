"""What ``hubbub plugins check`` asks of any plugin, asked of every one of ours."""

from pathlib import Path
from typing import cast

import pytest

from hubbub.core.contracts import Role
from hubbub.core.registry import Registry
from hubbub.testing.promises import GENERAL, Subject, judge
from hubbub.testing.sourcepromises import SOURCE

OURS = [info for info in Registry().listing() if info.module.startswith("hubbub.plugins.")]


@pytest.mark.parametrize("info", OURS, ids=lambda info: f"{info.role}.{info.name}")
def test_ours_keep_what_every_plugin_promises(tmp_path: Path, info) -> None:
    component = Registry().component(cast("Role", info.role), info.name)
    promises = (*GENERAL, *SOURCE) if info.role == "source" else GENERAL
    findings = judge(Subject(component, info.role, {}, tmp_path), promises)
    assert [f"{finding.promise}: {finding.why}" for finding in findings if finding.verdict == "broken"] == []
