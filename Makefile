# Every verb starts from nothing: `make` alone lists them. Needs Python 3.11 or newer with venv, nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
TESTS ?= tests
# programs of an environment name its folder: where the checkout was moved or copied, it is made anew
MADE_FOR = $(VENV)/lib/python*/site-packages/_dateline.pth
MOVED := $(shell [ ! -e $(MADE_FOR) ] || [ "$$(cat $(MADE_FOR))" = "$$(pwd -P)" ] || echo moved)

.PHONY: help demo crawl test check format lint types contracts audit docs case bench clean $(MOVED)

help: ## what each verb does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/run.stamp ## collect the bundled sample newsroom into a MongoDB of its own and show it
	@$(BIN)/dateline demo

crawl: $(VENV)/run.stamp ## collect what is due from the catalogue
	@$(BIN)/dateline crawl

test: $(VENV)/dev.stamp ## every test, against a real mongod
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(VENV)/dev.stamp ## format, lint, types, import contracts, documents: what must hold before a commit
	@$(BIN)/ruff format --check --quiet . || { echo 'make format mends this'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/docs

format: $(VENV)/dev.stamp ## put the code into its form
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

lint: $(VENV)/dev.stamp ## ruff
	@$(BIN)/ruff check .

types: $(VENV)/dev.stamp ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/dev.stamp ## who may import whom
	@$(BIN)/lint-imports --no-logo

audit: $(VENV)/run.stamp ## prove that the ledger adds up
	@$(BIN)/dateline audit

docs: $(VENV)/dev.stamp ## make the generated documents and the README's picture anew
	@$(BIN)/python -m tests.docs.generate

case: $(VENV)/dev.stamp ## save a page as a test case: make case URL=https://paper.example/article
	@$(BIN)/python -m tests.case "$(URL)" $(if $(AT),--url "$(AT)")

bench: $(VENV)/dev.stamp ## benchmarks: make bench CORPUS=folder of recorded pages
	@$(BIN)/python -m bench $(if $(CORPUS),--corpus $(CORPUS))

clean: ## remove what make installed and what tools cached; the database in .dateline stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.lock pyproject.toml $(MOVED)
	@$(PYTHON) .ci/install.py $(VENV) requirements.lock $(MOVED)
	@touch $@

# whoever has the tools for development has what running needs
$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml $(MOVED)
	@$(PYTHON) .ci/install.py $(VENV) requirements-dev.lock $(MOVED)
	@touch $@ $(VENV)/run.stamp
