# Chrok. `make help` says what there is.
SHELL := /bin/bash
# A pipe fails with whatever fails in it.
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8080
export PORT

.PHONY: help
help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: run
run: install prepare train ## Install what is missing, migrate, seed, train if needed, start everything
	@.venv/bin/python scripts/start.py

.PHONY: test
test: install lint train ## All checks: lint, types, imports, unit, integration, conversations, browser
	@scripts/test.sh

.PHONY: test-services
test-services: install train ## Two webhooks, workers and engines on PostgreSQL and Redis; each one dies once
	@. scripts/quiet.sh; .venv/bin/python -m pytest -m services tests/integration

.PHONY: lint
lint: install ## Format, lint, types, unsafe calls and the direction of imports
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/bandit --quiet --severity-level medium --configfile pyproject.toml -r bot actions webhook
	@.venv/bin/lint-imports | tail -4

.PHONY: audit
audit: install ## Say which locked packages are known to be vulnerable (asks PyPI)
	@.venv/bin/python scripts/audit.py $(AUDIT_FLAGS)

.PHONY: format
format: install ## Mend what ruff can mend by itself
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

.PHONY: train
train: install ## Train the engine's model if its data, domain, configuration or components changed
	@scripts/train.sh

.PHONY: prepare
prepare: install ## Bring the database's schema and reference data up to date
	@.venv/bin/flask --app webhook database prepare

.PHONY: bench
bench: install train ## Print understanding, search, latency and throughput, each with its ratio
	@scripts/bench.sh

.PHONY: soak
soak: install train ## Kill each dependency for 30 s under load and print what that cost
	@. scripts/quiet.sh; .venv/bin/python -m benchmarks.soak --json var/bench/soak.json

.PHONY: install
install: ## Make both environments from the lock files, if a lock changed
	@scripts/install.sh

.PHONY: lock
lock: ## Resolve pyproject.toml's dependency groups into requirements/ (needs uv)
	@scripts/lock.sh

.PHONY: clean
clean: ## Remove environments, models and everything in var/ (the local database too)
	rm -rf .venv .venv-rasa models .rasa var
