# Everything a person does with this project. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
# As many tests at a time as there are cores, four at the most. The tests of a file stay together, and files
# come by name: by how many tests they have, the two that take minutes would begin last.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

.PHONY: help sandbox test lint bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

sandbox: $(VENV)/sandbox.stamp ## Tandem in a small Slack of its own, in your browser (RESET=1 starts afresh, PORT=8081 moves it, SOCKET=1 over Socket Mode)
	@$(BIN)/python app.py sandbox --port $(PORT) $(if $(RESET),--reset) $(if $(SOCKET),--socket-mode)

test: $(VENV)/dev.stamp ## lint, types and import rules, then the tests
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/bench.stamp ## benchmarks, each against a reference measured in the same run
	@$(BIN)/python -m bench.render
	@$(BIN)/python -m bench.requests
	@$(BIN)/python -m bench.schedule
	@$(BIN)/python -m bench.picture

lock: $(VENV)/dev.stamp ## rewrite requirements/*.lock from pyproject.toml
	@$(BIN)/python -m pip install -q uv
	@sh requirements/lock.sh $(BIN)/uv

clean: ## remove what was installed and what the sandbox remembers
	rm -rf $(VENV) .sandbox .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Tandem needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/%.stamp: requirements/%.lock | $(VENV)/bin/python
	@echo "Installing what $< lists into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
