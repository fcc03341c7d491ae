# make setup   everything that Lookalike needs, into .venv
# make run     set up, load the sample catalogue, serve it at http://127.0.0.1:8080
# make test    set up, then formatting, lint, types and all tests
# make unit    the unit tests alone, on all cores, in half a minute
# make bench   measure what everything costs, into docs/performance.md (an hour)
# make lock    renew the requirements files from pyproject.toml

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
ADDRESS = http://127.0.0.1:$(PORT)
CDK := node_modules/.package-lock.json
MODEL := $(addprefix lookalike/fingerprint/model/,lookalike.onnx cells.onnx)

.PHONY: setup run test check unit bench lock clean

setup: .venv/installed $(CDK) $(MODEL)

.venv/installed: pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lookalike needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(CDK): package.json package-lock.json | .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

# A pattern, since one run makes both files: every version of make groups the targets of a pattern.
$(MODEL:.onnx=%onnx): .venv/installed scripts/model/graph.py scripts/model/projection.npz
	$(BIN)/python -m scripts.model.build

run: setup
	$(BIN)/lookalike import sample/catalogue.csv --images-root sample --data data
	@echo
	@echo "Try, as soon as it serves (another port: make run PORT=9000):"
	@echo
	@echo "  1. the web page                     $(ADDRESS)/"
	@echo "  2. an edited copy, in the browser   $(ADDRESS)/find_similar?image_url=$(ADDRESS)/pictures/edited/cropped-and-mirrored.jpg"
	@echo "  3. the same with a file             curl -F image=@sample/edited/framed.jpg '$(ADDRESS)/find_similar?top=5'"
	@echo "     and with one that is not there   curl -F image=@sample/edited/not-in-the-catalogue.jpg '$(ADDRESS)/find_similar'"
	@echo
	@$(BIN)/lookalike serve --data data --images-root sample --allow-private-hosts --port $(PORT)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m tests.fetched
	$(BIN)/pytest --cov --cov-report=term

unit: setup
	$(BIN)/pytest tests/unit -m "not slow" --numprocesses auto

bench: setup
	$(BIN)/python -m scripts.benchmarks

lock:
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header \
		pyproject.toml --extra local --extra aws --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header \
		pyproject.toml --all-extras --constraint requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header \
		tests/e2e/requirements.in --output-file tests/e2e/requirements.txt

clean:
	rm -rf .venv node_modules .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage $(MODEL)
