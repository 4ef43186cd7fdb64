# The hall's few commands. Everything is relative, so a checkout in a folder with spaces works too.
#   PYTHON=python3.12   the interpreter for .venv (3.11 or newer; the first fitting one otherwise)
#   PORT=8001           where `make run` answers (8000)
#   HALL_STATE_DIR=...  where the hall keeps its state (var/)
#   HALL_DEMO=0         `make run` opens an empty hall, without the demo
#   ARGS="-k triage"    more arguments for pytest and the benchmarks

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test quick thorough check lint types imports migrations docs fuzz bench lock clean

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
PO := $(wildcard locale/*/LC_MESSAGES/*.po)
WORKERS ?= auto
PYTEST = $(PY) -m pytest -n $(WORKERS) --maxprocesses 6 --dist loadfile --no-loadscope-reorder
# Pages and tables under docs/ that are generated from the code and must equal it.
GENERATED := generated_docs translations

help: ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

install: .venv/.embedded .venv/.translations ## prepare .venv; after it .venv/bin/python manage.py works

run: install ## open the hall on http://127.0.0.1:8000/ until Ctrl-C
	@exec $(PY) manage.py hall_run

# Without its caches Python compiles, and pytest rewrites, every module anew in every worker and every server
# that a test starts: a third of the time. An empty value is one that is not set.
test quick: export PYTHONDONTWRITEBYTECODE =

test: .venv/.dev .venv/.translations ## the whole suite
	@$(PYTEST) $(ARGS)

quick: .venv/.dev .venv/.translations ## the suite without browsers
	@$(PYTEST) -m 'not browser' --ignore tests/journeys $(ARGS)

thorough: export HALL_THOROUGH = 1
thorough: test fuzz ## the whole suite with its properties tried far oftener, and the made-up calls: for the night

check: lint types imports migrations docs ## everything that needs no test run

lint: .venv/.dev
	@$(PY) -m ruff check .

types: .venv/.dev
	@$(PY) -m mypy .

imports: .venv/.dev
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())'

migrations: .venv/.dev
	@$(PY) manage.py makemigrations --check --dry-run

docs: .venv/.dev
	@for command in $(GENERATED); do $(PY) manage.py $$command --check || exit 1; done

fuzz: .venv/.dev .venv/.translations ## 10,000 made-up calls at the doors for machines
	@HALL_FUZZ=10000 HALL_LOG_LEVEL=CRITICAL $(PY) -m pytest -n 0 -s -q tests/architecture/test_machine_fuzz.py

bench: .venv/.dev .venv/.translations ## the measurements of benchmarks/
	@$(PY) -m benchmarks $(ARGS)

lock: .venv/.dev ## requirements/*.lock anew from pyproject.toml
	@set -e; compile() { $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --annotation-style line --custom-compile-command 'make lock' pyproject.toml "$$@"; }; \
	compile -o requirements/server.lock; \
	compile --extra embedded -c requirements/server.lock -o requirements/embedded.lock; \
	compile --extra embedded --extra dev -c requirements/embedded.lock -o requirements/dev.lock

clean: ## remove .venv and everything generated; the state directory stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

# --- .venv -------------------------------------------------------------------------------------------------

# A .venv whose interpreter went away (an upgrade of the system) is made anew.
ifneq ($(shell $(PY) -c 'import pip' 2>/dev/null && echo usable),usable)
.PHONY: .venv/.made
endif

.venv/.made:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'The hall needs Python 3.11 or newer; name one with: make install PYTHON=/path/to/python3' >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python has no venv or ensurepip; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	$(PY) -c 'import pip' 2>/dev/null || "$$python" -m venv --clear .venv
	@touch $@

.venv/.embedded: requirements/embedded.lock .venv/.made
	@echo 'Installing the hall into .venv …'
	@$(PIP) -r $<
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.embedded
	@echo 'Installing the tools for tests and checks …'
	@$(PIP) -r $<
	@touch $@

.venv/.translations: $(PO) .venv/.embedded
	@if [ -n '$(PO)' ]; then $(PY) manage.py translations --compile; fi
	@touch $@
