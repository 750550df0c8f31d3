# Creditnet: every target installs what it needs into .venv (Python 3.11+ and make suffice).
PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=
SECONDS ?= 300
SOAK_ARGS ?=
# Asks for an older rich than ours and runs with ours, so it can't stand in the lock.
ALONE := clairvoyance==2.5.5

# Tests and the demonstration start many processes: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo test check bench soak format clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Creditnet needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . $(ALONE)
	@touch $@

demo: install  ## start 45 departments and the gateway
	$(BIN)/creditnet demo

test: install  ## everything the tests prove
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope $(PYTEST_ARGS)

check: install  ## style, types, who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install  ## what benchmarks/RESULTS.md says, measured here
	$(BIN)/python -m benchmarks

soak: install  ## random faults, random questions, every answer compared with the truth
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS) $(SOAK_ARGS)

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv data *.egg-info
