# Two commands matter: `make run` and `make test`. Both make what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT
.DEFAULT_GOAL := help
.PHONY: help run test bench chaos sbom env deps assets lock format lint types contract migrations tests clean

help:
	@echo "make run    everything a fresh machine needs, then the site on http://localhost:$(PORT)"
	@echo "make test   what CI runs: format, lint, types, import contract, migrations, all tests"
	@echo "make chaos  5,000 intakes and acts while everything is killed in turn: is anything lost?"
	@echo "make bench  how fast it is, beside the bare SQL (docs/bench.md; some minutes)"
	@echo "make sbom   the bill of materials (CycloneDX) from the pins, into var/"
	@echo "make clean  remove what was built (the data in var/ stays)"

# --- environment --------------------------------------------------------------------------------
# A stamp over the pins makes a second call instant. uv comes from PyPI; without it pip does.
STAMP := $(VENV)/.yimen-stamp

env: $(STAMP)

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make run PYTHON=python3.11"; exit 1; }
	@echo "[1/5] Python packages (some minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "python3 -m venv failed: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/python yimen/config/install.py
	@touch $@

assets: env
	@echo "[2/5] style sheet, scripts, fonts"
	@$(BIN)/python -m yimen.config.assets

# --- run ----------------------------------------------------------------------------------------
run: assets
	@exec $(BIN)/yimen serve --demo

# --- test ---------------------------------------------------------------------------------------
test: assets
	@$(BIN)/python yimen/config/gate.py

chaos: assets
	@$(BIN)/python -m chaos

# BENCH_CASES=20000 is the size; several sizes are separated by commas. docs/bench.md has the rest.
bench: assets
	@$(BIN)/python -m bench

lock: env
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml --extra db --extra semantic \
		--extra phone -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml --extra db --extra semantic \
		--extra phone --extra dev \
		-o requirements-dev.txt

sbom: env
	@$(BIN)/python -m yimen.config.sbom

clean:
	rm -rf $(VENV) node_modules yimen/look/static/vendor .mypy_cache .ruff_cache .pytest_cache
