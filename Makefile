# make run     set up what one machine needs, load the sample catalogue, serve it at :8080
# make test    set up everything, then formatting, lint, types and all tests
# make unit    the quick unit tests alone, on all cores
# make fuzz    build hostile picture files and read them, for MINUTES=10; OVER=http asks a service,
#              OVER=atheris changes the files of tests/corpus, guided by coverage
# make coverage  all tests, and which lines they reach (a third longer)
# make setup   only set up everything
# make wheel   build the package and the lists of its parts, into dist
# make bench   measure what everything costs, into docs/performance.md (an hour)
# make lock    renew the requirements files from pyproject.toml
# make sbom    list the parts of the package and of the functions (CycloneDX), into dist
# make licences  hold the licences of all these parts against what is allowed
# make audit   look for published advisories about every library; needs the network

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
ADDRESS = http://127.0.0.1:$(PORT)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --requirement
CDK := node_modules/.package-lock.json
NETWORK_SOURCES := scripts/model/graph.py scripts/model/projection.npz lookalike/fingerprint/version.py
PAGE_TOOLS := web/node_modules/.package-lock.json
PAGE_SOURCES := $(wildcard web/*.html web/*.json web/vite.config.ts) $(shell find web/src -type f 2>/dev/null)

# pip with what building the package, or Spark, takes, which is removed afterwards. pip's own isolated
# environments would hold no hashes against what they fetch. Setuptools warns of any editable package.
PIP_THAT_BUILDS = built_with=$$(mktemp -d) && trap 'rm -rf "$$built_with"' EXIT && \
	$(INSTALL) requirements-build.txt --target "$$built_with" && PYTHONPATH="$$built_with" PYTHONWARNINGS=ignore $(PIP)
# A path entry: beside a hook, a folder that holds this one would hide the package, for it is named alike.
ON_PATH := --config-settings editable_mode=compat

.PHONY: setup run test check unit fuzz spark coverage wheel bench lock sbom licences audit clean

setup: .venv/development $(CDK) $(PAGE_TOOLS)
	@echo "All is set up; the commands are in $(BIN)"

# What one machine needs. Network and web page are built on the way, with libraries that are not kept.
.venv/running: pyproject.toml requirements.txt requirements-build.txt scripts/build_backend.py scripts/build_page.py \
		$(NETWORK_SOURCES) $(PAGE_SOURCES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lookalike needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || { echo "Creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing the libraries that running needs"
	@$(INSTALL) requirements.txt
	@echo "Building the neural network from its published weights, and the web page"
	@$(PIP_THAT_BUILDS) install --no-deps --no-build-isolation $(ON_PATH) --editable .
	@touch $@

.venv/development: .venv/running requirements-dev.txt
	@echo "Installing the libraries that tests, measurements and deployments need (a minute or two)"
	@$(INSTALL) requirements-dev.txt
	@touch $@

$(CDK): package.json package-lock.json | .venv/development
	@echo "Installing the command line of the CDK"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

# What checking and testing the page takes; building it takes less.
$(PAGE_TOOLS): web/package.json web/package-lock.json | .venv/development
	@echo "Installing the tools of the web page"
	@cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts
	@touch $@

run: .venv/running
	@case "$(PORT)" in ""|*[!0-9]*|0*|??????*) false;; *) test "$(PORT)" -le 65535;; esac || \
		{ echo "PORT=$(PORT) is no port; try: make run PORT=9000"; exit 1; }
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || \
		{ echo "Port $(PORT) is in use. Stop what serves there, or try: make run PORT=9000"; exit 1; }
	@echo "Loading the sample catalogue"
	@$(BIN)/lookalike import sample/catalogue.csv --images-root sample --data data
	@echo
	@echo "Try, as soon as it serves (another port: make run PORT=9000):"
	@echo
	@echo "  1. the web page                     $(ADDRESS)/"
	@echo "  2. an edited copy, in the browser   $(ADDRESS)/find_similar?image_url=$(ADDRESS)/pictures/edited/cropped-and-mirrored.jpg"
	@echo "  3. the same with a file             curl -F image=@sample/edited/framed.jpg '$(ADDRESS)/find_similar?top=5'"
	@echo "     and with one that is not there   curl -F image=@sample/edited/not-in-the-catalogue.jpg '$(ADDRESS)/find_similar'"
	@echo
	@$(BIN)/lookalike serve --data data --images-root sample --allow-private-hosts --port $(PORT)

CHECK := $(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && \
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check
check: setup
	$(CHECK)

test: setup
	$(BIN)/python -m tests.run --beside '$(CHECK)' --durations=25 --reruns 1 -r fER

coverage: setup
	$(BIN)/python -m tests.run --cov --cov-report=term

unit: setup
	$(BIN)/pytest tests/unit -m "not slow" --numprocesses auto \
		-p no:schemathesis -p no:anyio -p no:typeguard -p no:cov

MINUTES ?= 10
ifeq ($(OVER),atheris)
fuzz: setup
	@$(INSTALL) requirements-fuzz.txt --only-binary :all:
	$(BIN)/python -m tests.guided_fuzz $(MINUTES)
else
fuzz: setup
	$(BIN)/python -m tests.fuzz $(MINUTES) $(if $(OVER),--$(OVER))
endif

wheel: setup sbom
	@$(PIP_THAT_BUILDS) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls -l dist/*.whl

# Apart from the rest, since it is no wheel: building one takes minutes.
spark: setup
	@echo "Installing Apache Spark (500 MB), and testing the job on it"
	@$(PIP_THAT_BUILDS) install --no-build-isolation --require-hashes --requirement requirements-spark.txt
	$(BIN)/pytest tests/integration/spark

bench: setup
	$(BIN)/python -m scripts.benchmarks

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header
lock:
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) --group build --constraint requirements.txt --output-file requirements-build.txt
	$(COMPILE) pyproject.toml --extra aws --extra feeds --constraint requirements.txt \
		--output-file requirements-aws.txt
	$(COMPILE) pyproject.toml --extra aws --extra feeds --group notebook --constraint requirements-aws.txt \
		--output-file requirements-notebook.txt
	$(COMPILE) pyproject.toml --extra aws --extra dev --extra evaluation --extra feeds --extra infra --group build \
		--constraint requirements-aws.txt --constraint requirements-build.txt --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --extra spark --constraint requirements-dev.txt --output-file requirements-spark.txt
	$(COMPILE) --group pack --output-file requirements-pack.txt
	$(COMPILE) --group fuzz --output-file requirements-fuzz.txt
	$(COMPILE) tests/e2e/requirements.in --output-file tests/e2e/requirements.txt

sbom: setup
	$(BIN)/python -m scripts.supply_chain.sbom dist

licences: setup
	$(BIN)/python -m scripts.supply_chain.licences

audit: setup
	@$(BIN)/python -m scripts.supply_chain.audit || test $$? -eq 75 # the database is out of reach

clean:
	rm -rf .venv node_modules web/node_modules web/generated .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist \
		lookalike/fingerprint/model lookalike/http/page
