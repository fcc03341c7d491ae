# make setup   everything that Lookalike needs, into .venv
# make run     set up, load the sample catalogue, serve it at http://127.0.0.1:8080
# make test    set up, then formatting, lint, types and all tests
# make unit    the unit tests alone, in seconds
# make lock    renew the requirements files from pyproject.toml

PYTHON ?= python3
BIN := .venv/bin
MODEL := lambdas/shared/fingerprint/model/lookalike.onnx

.PHONY: setup run test check unit bench lock clean

setup: .venv/installed $(MODEL)

.venv/installed: pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lookalike needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(MODEL): .venv/installed scripts/model/graph.py scripts/model/projection.npz
	$(BIN)/python -m scripts.model.build

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check
	$(BIN)/pytest --cov --cov-report=term

unit: setup
	$(BIN)/pytest tests/unit

lock:
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header \
		pyproject.toml --extra local --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header \
		pyproject.toml --all-extras --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage $(MODEL)
