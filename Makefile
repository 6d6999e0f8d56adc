# make demo   set up and show the product on a bundled company
# make test   set up and run the tests
# make check  formatting, lint and types
# make corpus-check  check the corpus of support conversations and print its figures
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test check corpus-check test-transformers clean

$(BIN)/.runtime: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "replyassist needs Python 3.11, 3.12 or 3.13; try: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(BIN)/.dev: $(BIN)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(BIN)/.runtime
	$(BIN)/replyassist demo

test: $(BIN)/.dev
	$(BIN)/python -m pytest -n auto

check: $(BIN)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

corpus-check: $(BIN)/.dev
	$(BIN)/python -m training.corpus.check

# Needs a CPU build of torch and a sentence-transformers model on disk; see docs/encoders.md.
test-transformers: $(BIN)/.dev
	$(BIN)/python -m pytest -m transformers

clean:
	rm -rf $(VENV) build dist *.egg-info
