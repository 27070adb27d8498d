# Every target works on a machine with Python 3.11-3.13 alone: .ci/bootstrap makes .venv and installs
# the locked requirements when they changed. Choose another interpreter with PYTHON=python3.12.
.POSIX:
.PHONY: help run test scan lint types bench bench-large relevance soak sbom lock clean

RUN = exec .ci/bootstrap
DEV = $(RUN) --also requirements-dev.txt

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 12

run: ## Serve the catalog with embedded PostgreSQL and Redis (HOST PORT DATA_DIR DATABASE_URL REDIS_URL).
	@$(RUN) -m catalog_project.embedded.supervisor

test: ## Lint, types, migrations, deployment checks and all fast tests on PostgreSQL 18 and 16.
	@$(DEV) .ci/check

scan: ## Our own rules for the code, and the list of what is shipped: beside `make test` in CI.
	@$(DEV) .ci/semgrep/scan

lint: ## Style of the code alone.
	@$(DEV) .ci/check lint format

types: ## Types of the code alone.
	@$(DEV) .ci/check types

bench: ## Requests per second, beside what a team would write instead, and beside the bare framework.
	@$(DEV) benchmarks/run.py

bench-large: ## The same with 1,000,000 products (an hour and 20 GB).
	@$(DEV) benchmarks/run.py --products 1000000

relevance: ## How relevant search is, on the judged set in the folder RELEVANCE, beside tantivy.
	@$(DEV) -m benchmarks.relevance.run $(RELEVANCE)

soak: ## The slow tests: whole clones, faults, long loads.
	@$(DEV) -m pytest -m soak

sbom: ## List the packages that the service runs with, and their hashes (CycloneDX): var/sbom.json
	@$(DEV) .ci/semgrep/scan --sbom var/sbom.json

lock: ## Write the requirements*.txt anew from the requirements*.in.
	@$(DEV) .ci/lock

clean: ## Remove what can be made again. Data (DATA_DIR) stays.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -not -path './var/*' -exec rm -rf {} +
