"""Every exporter of our own passes the suite that third parties are given."""

from logging import getLogger
from pathlib import Path

import pytest
from pdf_libraries import needs_weasyprint
from sample_story import NoHttp

from hubbub.core.contracts import Context, Exporter
from hubbub.core.registry import Registry
from hubbub.testing.exporter_contract import AT, ExporterContract

REGISTRY = Registry()
OURS = [info.name for info in REGISTRY.listing() if info.role == "exporter" and info.origin == "hubbub"]


class TestOurs(ExporterContract):
    @pytest.fixture(params=OURS)
    def exporter(self, request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Exporter:
        if request.param == "pdf":
            needs_weasyprint()
        context = Context(
            http=NoHttp(),  # type: ignore[arg-type]
            now=lambda: AT,
            log=getLogger("test"),
            data_dir=tmp_path_factory.mktemp("own"),  # where a plugin may keep what it likes
            workspace=tmp_path,
        )
        component = REGISTRY.component("exporter", request.param)
        return component.build(component.options() if component.options else None, context)

    @pytest.fixture
    def many(self) -> int:
        """What grows faster than the story is found with less than 10,000, too, and there are many exporters."""
        return 4_000


def test_the_exporters_of_a_plain_install_are_among_them():
    assert {"html", "json", "markdown", "timelinejs", "csv", "atom"} <= set(OURS)
