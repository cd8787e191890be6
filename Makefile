# What one does with bconnect, each in one word. `make` alone lists them.
#
# Needs Python >= 3.11, make and a package index. Another Python: make install PYTHON=python3.13

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := src tests benchmarks docs

# A stamp says what is installed; make does it again when a lock or the project's own declaration changed.
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test browser simulate soak lint bench screenshots messages lock reference audit clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(RUNTIME) ## install into .venv, for use
	@echo "installed: $(BIN)/bconnect"

demo: $(RUNTIME) ## pull 4,017 clients from a bundled Robaws, then serve the web UI (SERVE=0: stop after the table)
	@$(BIN)/python -m bconnect.demo

test: $(DEV) ## run the tests: on SQLite, then on PostgreSQL where there is one (ARGS="-k word" for some)
	@echo "== tests on SQLite"
	@DATABASE_URL=sqlite:///bconnect.sqlite3 $(BIN)/python -m pytest -m "not scale" $(ARGS)
	@url="$$($(BIN)/python tests/postgresql.py)" || exit 1; \
	if [ -z "$$url" ]; then \
		echo "== no tests on PostgreSQL: TEST_DATABASE_URL is not set and no server answers on 127.0.0.1:5432"; \
	else \
		echo "== tests on PostgreSQL, $$(echo "$$url" | sed 's,//.*@,//,')"; \
		DATABASE_URL="$$url" $(BIN)/python -m pytest -m "not scale" --ignore=tests/unit --ignore=tests/browser $(ARGS); \
	fi

browser: ## install Chromium for the tests of the pages, where it is missing (Debian, Ubuntu; needs root)
	@test -x /usr/bin/chromium || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

CASES ?= 1000
SEED ?= 1
JOBS ?= 1
simulate: $(DEV) ## play random histories of both sides, with faults and crashes (CASES=… SEED=… JOBS=…, ARGS=--mutants)
	@$(BIN)/python -m tests.simulation --cases $(CASES) --seed $(SEED) --jobs $(JOBS) $(ARGS)

MINUTES ?= 60
soak: $(DEV) ## the real processes for an hour: edits on both sides, faults, kill -9, four workers (MINUTES=… SEED=…)
	@url="$$($(BIN)/python tests/postgresql.py)"; DATABASE_URL="$${url:-sqlite:///bconnect.sqlite3}" \
	SOAK_MINUTES=$(MINUTES) SEED=$(SEED) $(BIN)/python -m pytest -q -s -m soak tests/acceptance/test_days.py $(ARGS)

lint: $(DEV) ## check style, types, the way imports point, and that no migration is missing
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	DATABASE_URL=sqlite:///:memory: $(BIN)/bconnect makemigrations --check --dry-run

bench: $(DEV) ## measure speed and memory, beside other ways to do it (ARGS="--cases pull --million")
	@$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(DEV) ## take the pictures of docs/screenshots anew, from a demo (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots

messages: $(DEV) ## collect the words of the web UI for the translators, and compile what they wrote
	@$(BIN)/python -m tests.messages

# Pinned and hashed, for every Python from 3.11 on and every system. Where the packages came from is left out,
# so that everybody's own index serves them. Newer versions: make lock ARGS=--upgrade
BUILD_TOOLS := hatchling editables
LOCK = printf '%s\n' $(BUILD_TOOLS) | "$$tools/bin/uv" pip compile pyproject.toml - --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" $(ARGS)

lock: ## work out requirements.lock and requirements-dev.lock anew
	@tools="$$(mktemp -d)"; trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet --disable-pip-version-check uv && \
	$(LOCK) --output-file requirements.lock && \
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock && \
	if grep -nE '://|^--' requirements.lock requirements-dev.lock; then echo "a lock names a host: see above"; exit 1; fi

reference: $(DEV) ## write what docs/reference says about commands, settings and metrics anew, from the code
	@DATABASE_URL=sqlite:///:memory: DJANGO_SETTINGS_MODULE=bconnect.config.settings BCONNECT_SECRET_KEY=- $(BIN)/python docs/generate.py

audit: ## look for known vulnerabilities of the locked packages (needs a package index that has advisories)
	@tools="$$(mktemp -d)"; trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet --quiet --disable-pip-version-check pip-audit && \
	$(PYTHON) tests/audit.py "$$tools/bin/pip-audit" requirements.lock requirements-dev.lock $(ARGS)

clean: ## remove .venv and everything else that make made; databases and .env stay
	rm -rf $(VENV) benchmarks/.venv-peers .demo build dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# --- how things get into .venv ------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		found="$$($(PYTHON) --version 2>/dev/null)"; \
		echo "bconnect needs Python 3.11 or newer; $(PYTHON) is $${found:-not there}." \
			"Name another: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.13"; exit 1; } >&2
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) can't make a virtual environment (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing into $(VENV)"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "installing the development tools into $(VENV)"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
