# make repro   the whole table, from an empty clone: environment, then `dvc repro`
# make test    the same environment, then the tests
PYTHON ?= python3
BIN := .venv/bin
SHELL := bash
export PATH := $(CURDIR)/$(BIN):$(PATH)
# As `TELEMETRY_OFF` of xstilts/environment.py, for DVC and pip, which import nothing of ours.
export DO_NOT_TRACK := 1
export DVC_NO_ANALYTICS := 1

.PHONY: repro test slow lint profile lock setup ray latency cell rebuild audit doctor pull site ui
.DELETE_ON_ERROR:

setup: .venv/installed

# pip warns of each package that a folder named in the user's settings does not hold: hundreds of lines that mean nothing.
calm = 2> >(sed '/is ignored: it is neither a file nor a directory/d' >&2)

# uv where it is there, else pip. uv does not read pip's settings: it has to be told of a folder of wheels.
ifneq ($(shell command -v uv 2>/dev/null),)
install = UV_FIND_LINKS="$${UV_FIND_LINKS-$$PIP_FIND_LINKS}" uv pip install --quiet --python $(BIN)/python $(1)
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1) $(calm)
endif

# Which torch: requirements-torch-cpu.lock where that build is in reach, else requirements-torch.lock (CUDA on Linux).
TORCH ?=

# First what builds packages, so that no build fetches tools that no hash has checked.
.venv/installed: requirements.lock requirements-build.lock requirements-torch.lock requirements-torch-cpu.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@$(call install,--require-hashes -r requirements-build.lock)
	@torch=$(TORCH); if [ -z "$$torch" ]; then \
	  cpu=requirements-torch-cpu.lock; \
	  ($(call install,--dry-run --no-deps --require-hashes -r $$cpu)) >/dev/null 2>&1 && torch=$$cpu || torch=requirements-torch.lock; \
	fi; \
	echo "Installing requirements.lock and $$torch"; \
	$(call install,--require-hashes --no-build-isolation -r requirements.lock -r $$torch)
	@$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

# For `xstilts run --engine ray`: nobody else needs it.
ray: .venv/ray

.venv/ray: requirements-ray.lock .venv/installed
	@$(call install,--require-hashes -r requirements-ray.lock)
	@touch $@

# For `xstilts benchmark latency --engine onnx`: nobody else needs it. Torch stays the one that is there.
latency: .venv/latency

.venv/latency: requirements-latency.lock .venv/installed
	@$(call install,--require-hashes -r requirements-latency.lock)
	@touch $@

# The documentation as pages, in site/, without a network: README.md and docs/ with what they link to.
site: .venv/docs
	@rm -rf .xstilts/site site
	@python docs/site.py .xstilts/site
	zensical build --strict -f mkdocs.yml
	@echo "the first page: site/index.html"

.venv/docs: requirements-docs.lock .venv/installed
	@$(call install,--require-hashes -r requirements-docs.lock)
	@touch $@

# Stages are made side by side, in processes that are warm (docs/commands.md); with JOBS=1 this is plain `dvc repro`.
JOBS ?= 2

# DVC, after what a kill has left of dvc.lock and of other files is made good: docs/commands.md, "After a kill".
DVC = python -m xstilts.repair dvc

repro: setup
	@python -m xstilts.repair
	@python -m xstilts keep
ifeq ($(JOBS),1)
	$(DVC) repro
else
	python -m xstilts run --jobs $(JOBS)
endif
	@python -m xstilts.repair
	@python -m stages.aggregate --show
	@python -m xstilts changes

test: setup
	python -m pytest

slow: setup
	python -m pytest -m slow

lint: setup
	ruff check . && ruff format --check . && mypy

# Short for what the command line does: docs/commands.md. `xstilts profile full`, without a name the list.
profile: setup
	@python -m xstilts profile $(PROFILE)

# make cell SOURCE=mnli TARGET=xnli LANG=sw, the same with `rebuild`; more arguments, such as --all-files or --all, in ARGS.
# LANG is also the name of the locale: only one that is given here is a language.
CELL = $(SOURCE) $(TARGET) $(if $(filter command,$(origin LANG)),$(LANG)) $(ARGS)
cell: setup
	@LC_ALL=C.UTF-8 python -m xstilts cell $(CELL)

rebuild: setup
	@LC_ALL=C.UTF-8 python -m xstilts rebuild $(CELL)

audit: setup
	@python -m xstilts audit $(ARGS)

ui: setup
	@python -m xstilts ui $(ARGS)

doctor: setup
	@python -m xstilts doctor $(ARGS)

pull: setup
	@python -m xstilts pull

# Resolve pyproject.toml anew, for all platforms at once, which pip cannot do. Versions stay where they are;
# `make lock ARGS=--upgrade` moves them. The version of torch stands in requirements-torch-cpu.lock.
COMPILE = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS)
# The packages of an extra, one a line.
extra = $(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["$(1)"], sep="\n")'
# A lock of that name: the comment it begins with, then the new pins.
write = sed '/^[^\#]/,$$d' $(1) | cat - .venv-lock/$(1) > .venv-lock/new && mv .venv-lock/new $(1)
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 $(calm)
	cat requirements.lock requirements-torch.lock > .venv-lock/all
	sed -n 's/^\(torch==[0-9.]*\).*/\1/p' requirements-torch-cpu.lock | $(COMPILE) --extra pipeline --extra dev pyproject.toml - -o .venv-lock/all
	awk '/^[a-z]/ {name = /^(torch==|triton==|nvidia-|cuda-)/ ? "requirements-torch.lock" : "requirements.lock"} {print > (".venv-lock/" name)}' .venv-lock/all
	cp requirements-build.lock .venv-lock/
	printf 'setuptools\nsetuptools-scm\n' | $(COMPILE) --no-annotate -c .venv-lock/all - -o .venv-lock/requirements-build.lock
	cp requirements-ray.lock requirements-latency.lock requirements-docs.lock .venv-lock/
	$(call extra,ray) | $(COMPILE) --no-annotate -c .venv-lock/all - -o .venv-lock/requirements-ray.lock
	$(call extra,latency) | $(COMPILE) --no-annotate -c .venv-lock/all - -o .venv-lock/requirements-latency.lock
	$(call extra,docs) | $(COMPILE) --no-annotate -c .venv-lock/all - -o .venv-lock/requirements-docs.lock
	@$(call write,requirements.lock)
	@$(call write,requirements-torch.lock)
	@$(call write,requirements-build.lock)
	@$(call write,requirements-ray.lock)
	@$(call write,requirements-latency.lock)
	@$(call write,requirements-docs.lock)
	@rm -rf .venv-lock
