# Every word sets up what it needs: Python 3.11 or newer and make are all that must be there.
.DEFAULT_GOAL := help
.PHONY: help demo test check serve bench docs faults constraints clean

BIN := .venv/bin
JOBS ?= 2
CANDIDATES := python3 python3.13 python3.12 python3.11
AT_LEAST_3_11 = import sys; print("$(p)" * (sys.version_info >= (3, 11)))
FOUND = $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c '$(AT_LEAST_3_11)' 2>/dev/null)))
PYTHON = $(or $(FOUND),$(error Python 3.11 or newer is needed, under one of the names: $(CANDIDATES)))
unexport PYTHONDONTWRITEBYTECODE  # set, every start of every process compiles the whole house anew
INPUTS := pyproject.toml constraints.txt tools/setup.py

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/.sandbox  ## Carry one recall from notice to completion (ARGS="--lines 2000 --serve")
	@$(BIN)/recall demo $(ARGS)

serve: .venv/.sandbox  ## The API, the pages and the timer, on one door
	@$(BIN)/recall serve $(ARGS)

test: .venv/.test  ## Every test but the campaigns (ARGS="tests/codes -k gtin", JOBS=4)
	@$(BIN)/python -m tools.postgres
	@$(BIN)/python -m tools.browser
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not campaign" $(ARGS)

check: .venv/.test  ## Format, lint, strict types, import contracts, the house's own tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import_linter
	@$(BIN)/python -m pytest tests/house

faults: .venv/.test  ## The long campaigns: kills, broken partners, hostile input, markets of one fault
	@$(BIN)/python -m pytest -m campaign $(ARGS)

bench: .venv/.bench  ## The figures, as tables
	@$(BIN)/python -m benchmarks $(ARGS)

docs: .venv/.test  ## Check the documents: links, error pages, and the examples that they show
	@$(BIN)/python -m pytest tests/house/test_docs.py

constraints:  ## Renew constraints.txt from a fresh environment
	@$(PYTHON) -m tools.setup --renew

clean:  ## Take away everything that the words above made
	rm -rf .venv .cache .recall .hypothesis .coverage build dist *.egg-info

.venv/.sandbox: $(INPUTS)
	@$(PYTHON) -m tools.setup sandbox

.venv/.bench: $(INPUTS)
	@$(PYTHON) -m tools.setup bench

.venv/.test: $(INPUTS)
	@$(PYTHON) -m tools.setup test check
