# Two commands for newcomers: `make demo` and `make test`. Each sets everything up by itself in .venv.
PYTHON ?= python3
VENV ?= .venv
# What is installed: the checkout itself, or (as .ci/run does) a built wheel.
INSTALL ?= -e .[test]
CONSTRAINTS ?= constraints.txt
PYTEST_ARGS ?=
# For each fuzzer of `make fuzz`.
SECONDS ?= 180

BIN := $(VENV)/bin
READY := $(VENV)/.ready
CHECKS := $(VENV)/.checks
FUZZ := $(VENV)/.fuzz

.PHONY: demo test check bench fuzz clean

demo: $(READY)
	$(BIN)/hubbub demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

check: $(CHECKS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python benchmarks/run.py

fuzz: $(FUZZ)
	@mkdir -p build/fuzz
	for fuzzer in tests/fuzz/fuzz_*.py; do $(BIN)/python $$fuzzer -max_total_time=$(SECONDS) -artifact_prefix=build/fuzz/ || exit 1; done

$(READY): pyproject.toml $(wildcard $(CONSTRAINTS))
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hubbub needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(wildcard $(CONSTRAINTS)),-c $(CONSTRAINTS)) $(INSTALL)
	@touch $@

$(CHECKS): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(wildcard $(CONSTRAINTS)),-c $(CONSTRAINTS)) ruff basedpyright import-linter
	@touch $@

$(FUZZ): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(wildcard $(CONSTRAINTS)),-c $(CONSTRAINTS)) atheris
	@touch $@

clean:
	rm -rf .venv .venv-* build dist *.egg-info
