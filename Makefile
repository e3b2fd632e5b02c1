# her2lab: `make trial` and `make test` set everything up by themselves; they need Python 3.11 or newer and no compiler.
.DEFAULT_GOAL := help
.PHONY: help trial test test-all bench bench-short lint lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# An environment is made anew only when what it is made from has changed.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "her2lab: error: Python 3.11 or newer is needed and none was found" >&2; exit 2; }
	@echo "Making the environment in $(VENV)/ (once; about a minute) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	@echo "Adding the development tools …"
	@$(PIP) install --requirement requirements-dev.lock
	@touch $@

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

trial: $(INSTALLED)  ## run the virtual CLEOPATRA trial and write its report
	@$(BIN)/her2lab trial run cleopatra

lint: $(INSTALLED_DEV)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint  ## style, types and the quick tests
	$(BIN)/pytest -n 2 -m "not slow"

test-all: lint  ## every test, whole virtual trials included
	$(BIN)/pytest -n 2

# A peer that does not install on this machine is left out with a line, and the rest is measured.
PEERS = $$($(BIN)/python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
	print(*(peer.replace(' ', '') for peer in project['optional-dependencies']['bench']))")

bench: $(INSTALLED_DEV)  ## speed and error of the engine beside all peers (10 minutes)
	@for peer in $(PEERS); do echo "Installing $$peer …"; PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) install "$$peer" || \
		echo "her2lab: $$peer does not install here and is left out" >&2; done
	$(BIN)/python -m benchmarks.run

bench-short: $(INSTALLED_DEV)  ## the same in under 3 minutes
	$(BIN)/python -m benchmarks.run --short

# uv resolves for every system and every Python from 3.11 on; get it with `python3 -m pip install uv`.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --quiet --upgrade \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock:  ## resolve the lock files anew (needs uv)
	$(COMPILE) --extra build --output-file requirements.lock
	$(COMPILE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove the environment, caches and results
	rm -rf $(VENV) results .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
