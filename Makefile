# `make run` and `make test` are all one needs; each installs what is missing and asks nothing.
.DEFAULT_GOAL := help
.PHONY: help run test install lint check bench faults pins format
export PORT HOST MEASURE_GALLERY_DATA DATABASE_URL PYTHON THEMES

help: ## this list
	@grep -E '^[a-z]+: .*##' Makefile | sed -e 's/:.*## /\t/'

run: ## install, prepare, load the demo gallery the first time, serve, say where
	@bin/run

test: ## all tests: SQLite always, PostgreSQL where it answers, a real browser
	@bin/test

install: ## the environment alone, in .venv; THEMES=yes adds suggestions of themes by meaning
	@bin/install run

lint: ## ruff, mypy, djlint, bandit, Django's own checks
	@bin/lint

check: lint test ## the gate

bench: ## the performance bars, each with its floor
	@bin/install test
	@.venv/bin/python -m benchmarks

faults: ## cut lines, kills, full disks, a full room: at full size, a table of figures (10 minutes)
	@bin/faults

format: ## put the code into shape
	@bin/install test
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

pins: ## write requirements/*.txt anew from *.in, with hashes
	@bin/install test
	@.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --quiet --no-annotate --no-header requirements/run.in -o requirements/run.txt
	@.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --quiet --no-annotate --no-header -c requirements/run.txt requirements/test.in -o requirements/test.txt
	@.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --quiet --no-annotate --no-header -c requirements/run.txt -c requirements/test.txt requirements/themes.in -o requirements/themes.txt
