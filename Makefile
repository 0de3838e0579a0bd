# make repro   the whole table, from an empty clone: environment, then `dvc repro`
# make test    the same environment, then the tests
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: repro test slow lint profile lock setup cell pull
.DELETE_ON_ERROR:

setup: .venv/installed

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

# Two rows of the table are made side by side; with JOBS=1 this is plain `dvc repro`. `-s`: DVC lets no two processes
# look at the same stage at once, so what the rows share is made before.
JOBS ?= 2

repro: setup
ifneq ($(JOBS),1)
	dvc repro backbone mixture
	python -c 'import yaml; print(*yaml.safe_load(open("params.yaml"))["sources"], sep="\n")' \
	  | xargs -P $(JOBS) -I{} sh -c 'for kind in "intermediate@{}-*" "target-*[@-]{}-*" "evaluate-*-{}"; do dvc --wait-for-lock repro -s --glob "$$kind" || exit; done'
endif
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
	@python -m xstilts profile $(PROFILE)

# One cell of the table: make cell SOURCE=mnli TARGET=xnli LANG=sw. More arguments, such as --rebuild or --all, in ARGS.
# LANG is also the name of the locale: only one that is given here is a language.
cell: setup
	@LC_ALL=C.UTF-8 python -m xstilts.commands.cell_script $(SOURCE) $(TARGET) $(if $(filter command,$(origin LANG)),$(LANG)) $(ARGS)

# From the DVC remote all that scores and tables are made of: predictions, learning curves and gold, but no models.
# DVC reads dvc.lock again for every path: a second or so each.
WANTED := ("results/predictions", "results/curves", "data/prepared", "data/mixtures")
pull: setup
	dvc pull $$(python -c 'import yaml; print(*(out["path"] for stage in yaml.safe_load(open("dvc.lock"))["stages"].values() for out in stage["outs"] if out["path"].startswith($(WANTED))))')

# Resolve pyproject.toml anew. torch first: a CPU-only index may be set for it.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet 'torch==2.13.0'
	.venv-lock/bin/python -m pip install --quiet -e '.[dev]'
	{ head -1 requirements.lock; .venv-lock/bin/python -m pip freeze --exclude-editable | sed 's/^torch==\([0-9.]*\).*/torch==\1/'; } > requirements.new
	mv requirements.new requirements.lock && rm -rf .venv-lock
