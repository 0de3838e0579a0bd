# make repro   the whole table, from an empty clone: environment, then `dvc repro`
# make test    the same environment, then the tests
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: repro test slow lint profile setup
.DELETE_ON_ERROR:

setup: .venv/installed

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

repro: setup
	dvc repro
	@python -m stages.aggregate --show

test: setup
	python -m pytest

slow: setup
	python -m pytest -m slow

lint: setup
	ruff check . && ruff format --check . && mypy

# Put another parameter file in the place of params.yaml; outputs made with the old one stay in DVC's cache.
profile: setup
	@test -f profiles/$(PROFILE).yaml || { echo "xstilts: error: profiles/$(PROFILE).yaml not found; there are: $$(ls profiles | sed 's/.yaml//' | tr '\n' ' ')" >&2; exit 2; }
	cp profiles/$(PROFILE).yaml params.yaml
