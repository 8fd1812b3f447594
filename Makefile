# What one does with the exchange. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run test test-stripe localstripe lint fix bench seed reset texts vendor requirements migrate-check coverage ready ready-dev

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
SIZE ?= 1000
PY := .venv/bin/python
COMPILE := .venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

run: ready ## Serve the demonstration at http://127.0.0.1:8000 (HOST and PORT override)
	@exec env HOST=$(HOST) PORT=$(PORT) $(PY) -m app.demonstration

test: ready-dev ## Check everything, on SQLite, PostgreSQL and in Chromium
	@$(PY) -m scripts.check

test-stripe: ready-dev ## Hold Stripe itself to what we rely on (STRIPE_SECRET_KEY of the test mode, STRIPE_TEST_ACCOUNT)
	@TEST_STRIPE=1 $(PY) -m pytest tests/verification/test_gateways.py -k TestOrders -q

localstripe: ## Install localstripe beside the exchange, in an environment of its own: the tests then ask it too
	@$(PYTHON) -m venv .venv-localstripe
	@.venv-localstripe/bin/pip install --quiet localstripe

lint: ready-dev ## Check format, rules, types, layers and templates only
	@$(PY) -m scripts.check --lint

fix: ready-dev ## Mend what can be mended by itself: format, simple rules, the drawing of life cycles
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .
	@$(PY) -m scripts.lifecycles

bench: ready-dev ## Measure the shipped configuration and print ratios
	@$(PY) -m scripts.bench

coverage: ready-dev ## Show the lines that no test reaches
	@.venv/bin/coverage run -m pytest --ignore=tests/browser
	@.venv/bin/coverage report --skip-covered --show-missing

seed: ready ## Make a large world of SIZE opportunities in the configured database
	@.venv/bin/flask --app wsgi seed --size $(SIZE)

reset: ## Throw the demonstration's data away; the next `make run` starts over
	@rm -rf instance
	@echo "The demonstration's data is gone."

texts: ready ## Bring the catalogues up to date with the texts of the program
	@$(PY) -m scripts.texts

vendor: ready ## Set up fonts, and compress static files

requirements: ready-dev ## Pin the packages of pyproject.toml anew, with hashes
	@$(COMPILE) -o requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --extra postgres --extra s3 -c requirements.txt -o requirements-dev.txt pyproject.toml

migrate-check: ready-dev ## Take the migrations up and down on both databases
	@$(PY) -m scripts.check --migrations

ready:
	@$(PYTHON) -m scripts.install requirements.txt
	@$(PY) -m scripts.vendor
	@$(PY) -m scripts.texts --compile

ready-dev:
	@$(PYTHON) -m scripts.install requirements-dev.txt
	@$(PY) -m scripts.vendor
	@$(PY) -m scripts.texts --compile
