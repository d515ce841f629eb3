# Everything starts here. Each target does the set-up that it needs, once: deploy/prepare.py
PYTHON ?= python3
BIN = .venv/bin
SOURCES = campaign letters signatories tests bench deploy manage.py

.PHONY: run setup test bench check format lock clean

run: ## the site with demonstration data on 127.0.0.1:8000 (PORT=… for another port)
	@$(PYTHON) deploy/prepare.py run
	@exec $(BIN)/python deploy/run.py

setup: ## all set-up and demonstration data; starts nothing
	@$(PYTHON) deploy/prepare.py run

test: ## the whole suite; ARGS="…" passes on to pytest
	@$(PYTHON) deploy/prepare.py test
	@$(BIN)/python -m tests.run $(ARGS)

bench: ## speed, each figure as a ratio to its reference
	@$(PYTHON) deploy/prepare.py test
	@$(BIN)/python -m bench $(ARGS)

check: ## format, lint, types, floors, templates, migrations, translations
	@$(PYTHON) deploy/prepare.py test
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	SECRET_KEY=check $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	SECRET_KEY=check $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python deploy/check_translations.py

format: ## put the sources in their form
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

lock: ## compile the locks from requirements.in and requirements-dev.in
	@$(PYTHON) deploy/prepare.py test
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		requirements-dev.in -o requirements-dev.txt

clean: ## remove the virtual environment, compiled messages and caches; var/ with its data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
