# What one does with a fresh clone. Needed: make, git, and python3 (3.11 or later) with its venv module.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help demo test lint bench env clean

help:
	@echo "make demo    try it: a sample pipeline, synced to a calendar server on this machine, nothing kept"
	@echo "make test    everything: lint, types, directions of import, tests"
	@echo "make lint    all but the tests"
	@echo "make bench   how fast it is, as ratios (benchmarks/README.md); ten minutes"
	@echo "make env     the environment in .venv, with topofmind in it"
	@echo "make clean   remove the environment and all caches"

demo: .venv/for-use
	@$(BIN)/topofmind demo

env: .venv/for-use

test: .venv/for-tests
	@$(BIN)/python -P tests/servers/parts.py
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: .venv/for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/for-tests
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The two stamps are made anew when pyproject.toml changed: it names all that is installed.

.venv/for-use: pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is missing: $(INSTALL_PYTHON)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11: $(INSTALL_PYTHON)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) has no venv module: $(INSTALL_PYTHON)" >&2; exit 1; }
	@echo "Making the environment in .venv: a minute or two, once"
	@$(PYTHON) -m venv .venv
	@$(PIP) --editable '.[server]'
	@touch $@

.venv/for-tests: .venv/for-use
	@echo "Installing what the tests need"
	@$(PIP) --upgrade 'pip>=25.1'  # the first that knows dependency groups
	@$(PIP) --group test
	@touch $@

INSTALL_PYTHON = install Python 3.11 or later with venv (Debian: apt-get install python3 python3-venv), \
or name another with PYTHON=
