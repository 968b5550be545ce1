"""docs/configuration.md says what can be written, and its example loads."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hubbub.config.loading import read_settings
from hubbub.config.locations import Locations
from hubbub.config.schema import Settings
from hubbub.tui.actions import ACTIONS

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")


def model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


def keys(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a table as they are written."""
    return {info.alias or name: info for name, info in table.model_fields.items()}


def test_the_example_loads_and_uses_every_key() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = read_settings(example, Path("/desk"))
    assert found.publish.timezone == "Europe/Bucharest"
    assert set(found.tui.keys) <= {action.id for action in ACTIONS}
    for name, field in Settings.model_fields.items():
        table = model_in(field.annotation)
        assert re.search(rf"^(\[+{name}\]+|{name} =)", example, re.MULTILINE), name
        for key in keys(table) if table else ():
            assert re.search(rf"^{key} =", example, re.MULTILINE), f"{name}.{key}"


def test_every_key_has_its_row_with_its_default() -> None:
    sections = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, field in Settings.model_fields.items():
        table = model_in(field.annotation)
        if table is None:
            continue
        (section,) = [text for text in sections if re.match(rf"`\[+{name}\]+`", text)]
        rows = dict(re.findall(r"^\| `(\w+)` \|(.*?)\|", section, re.MULTILINE))
        assert set(rows) == set(keys(table)), name
        # What must be written, and what is nothing by default, has an empty cell.
        empty = {key for key, info in keys(table).items() if info.is_required() or info.default is None}
        assert {key for key, default in rows.items() if not default.strip()} == empty


def test_the_folder_is_described() -> None:
    text, places = PAGE.read_text(encoding="utf-8"), Locations(Path("/desk"))
    files = (places.archive, places.backups, places.media, places.log, places.checked, places.index("x"), places.published())
    for path in files:
        assert f"`{path.relative_to('/desk').parts[0]}" in text
