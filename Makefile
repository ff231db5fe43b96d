# The gateway's commands. Each does its own set-up; nothing but python3 (3.11 or newer) and make is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
FOREIGN := build/interop/misp/.ready build/interop/pycti/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint unit bench interop soak clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## the whole road on the bundled feeds, with a report
	@$(BIN)/gateway demo --home build/demo-home

lint: $(READY) ## style, types and floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

unit: $(READY) ## the tests alone
	@$(BIN)/pytest -n 2

test: lint unit ## everything that a change must pass

bench: $(READY) ## measure; writes build/bench.json
	@PYTHONPATH=tests $(BIN)/python -m tests.bench

build/interop/%/.ready: tests/interop/environments/%.lock
	@$(PYTHON) -m venv --clear $(@D)
	@echo "Installing the pinned packages of $* into $(@D) ..."
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

interop: $(FOREIGN) ## the environments of the foreign libraries that read what we publish

soak: $(READY) $(FOREIGN) ## the full figures of the heavy suites
	@$(BIN)/pytest -m soak -n 2

clean: ## remove what the commands above made
	@rm -rf $(VENV) build
