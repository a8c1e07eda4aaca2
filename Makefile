# Two commands: `make demo` runs the main job on the sample company, `make test` runs every check.
# Both do their own set-up in .venv from the hash-pinned lock; Python 3.11 or newer is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ARGS ?=

.PHONY: demo test attack format lock translations clean

demo: $(VENV)/ready
	$(BIN)/sop-assess demo $(ARGS)

test: $(VENV)/ready-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet sop_assess
	$(BIN)/mypy
	$(BIN)/lint-imports
	sh tests/provide-chromium.sh $(BIN)/python
	$(BIN)/python -m pytest -n 2 -rs $(ARGS)

# All attacks on anonymity at full length, some twenty minutes: figures, and one JSON line last.
attack: $(VENV)/ready-test
	$(BIN)/python -W error -m tests.attacks.full

format: $(VENV)/ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock takes in the fine tier's model, names no host and holds for every Python from 3.11 on;
# needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra fine pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra fine --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

# Take new words into the German catalogue; translate the empty ones, then run it again.
translations: $(VENV)/ready-test
	mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k marked -k ConflictError -k ForbiddenError -k GoneError -k InvalidError -k MailError -k ModelError -k NameInvalidError -k NotFoundError -k OwnWord -k PasswordError -k SopError -k TooLargeError -k WrongCodeError -k WrongPasswordError --no-location --sort-output -o build/messages.pot .
	$(BIN)/pybabel -q update -N --no-wrap -l de -i build/messages.pot -d sop_assess/translations
	$(BIN)/pybabel -q compile -l de -d sop_assess/translations

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
ifdef UV
	uv venv -q --allow-existing --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

ifdef UV
INSTALL = uv pip install -q --python $(BIN)/python
else
INSTALL = $(BIN)/python -m pip install -q --disable-pip-version-check
endif

$(VENV)/ready: $(BIN)/python requirements.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-test: $(BIN)/python requirements-test.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements-test.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/ready
