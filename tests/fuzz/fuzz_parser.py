"""Fuzzes the query language: see ``harness``."""

import re
from pathlib import Path

from harness import fuzz

PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:query|refused)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SEEDS = [line.partition("  ##")[0].strip() for block in BLOCKS for line in block.splitlines()]
fuzz("check_query", SEEDS, pieces=sorted({piece for seed in SEEDS for piece in re.findall(r"\w+:|\w+|[^\w\s]+", seed)}))
