# Every target is a sentence; `make` alone lists them. Nothing is assumed but Python 3.11+ with venv and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
SHARED_OUT := $(if $(EAMAP_NEO4J_URI),-p no:xdist,-n 2 --dist loadfile --no-loadscope-reorder)
OUT := demo-output
HL7 := .cache/hl7
# Two programs run at a time, with a core each.
EAMAP := EAMAP_STORE=$(OUT)/store POLARS_MAX_THREADS=1 $(BIN)/eamap
# What Python compiled is kept outside the source, whatever the surroundings say: a demo and a test run start it many times.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
UV := $(BIN)/python -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help install develop demo test test-neo4j static format lint types imports check bench bench-neo4j kills hl7 lock clean

help: ## Lists the targets.
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "eamap needs Python 3.11 or later; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# A stamp is newer than what was installed from, so nothing is installed twice. Compiling every module of every library
# would double the work; Python compiles the few that are used when it first meets them.
$(VENV)/.all: requirements/all.txt | $(BIN)/python
	@echo "Installing eamap's libraries into $(VENV) (about a minute, once)"
	@$(PIP) install --no-compile --require-hashes -r requirements/all.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing eamap's libraries and the developers' tools into $(VENV) (about a minute, once)"
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.all

$(VENV)/.eamap: pyproject.toml $(VENV)/.all
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/.eamap ## Installs eamap with all its extras into .venv, versions pinned by hash.

develop: $(VENV)/.dev install ## Installs what tests and checks need as well.

demo: install ## Ingests the fictional sample, checks it, draws it to demo-output/ and sums it up.
	@rm -rf $(OUT) && mkdir -p $(OUT)
	$(EAMAP) ingest sample_estates/northmoor/sources/* -o $(OUT)/ingest.txt
	@$(MAKE) --no-print-directory --jobs 2 $(addprefix $(OUT)/,slides.pptx summary.txt findings.xlsx capability-map.svg do-once.svg estate.xlsx)
	@cat $(OUT)/summary.txt
	@echo "Maps, tables and slides are in $(CURDIR)/$(OUT)"

# What the demo makes of the estate: answers to different questions, so two are asked at a time.
$(OUT)/summary.txt:
	$(EAMAP) summary > $@
$(OUT)/findings.xlsx:
	$(EAMAP) check -o $@
$(OUT)/capability-map.svg:
	$(EAMAP) map capability org:ZN00 -o $@
$(OUT)/do-once.svg:
	$(EAMAP) map do-once -o $@
$(OUT)/slides.pptx:
	$(EAMAP) map all org:ZE00 -o $@
$(OUT)/estate.xlsx:
	$(EAMAP) export -o $@

# As many processes as there are cores, with one each: threads that wait for one another would take a fifth of them.
test: develop ## Runs the tests, all but those that ask a Neo4j server.
	@POLARS_MAX_THREADS=1 $(PYTEST) -n $(WORKERS) --dist worksteal -m "not neo4j"
	@echo "Left out: what asks a Neo4j server. make test-neo4j runs it, with Java 17 and Maven or EAMAP_NEO4J_URI."

# A test that finds no server has failed. Two processes have one each, unless all ask somebody's. The newest release runs on
# Java 21 and later only: where there is one, whatever takes seconds is asked of that release as well.
test-neo4j: develop ## Runs the tests that ask a real Neo4j server, started here from Maven's artefacts.
	@EAMAP_REQUIRE=$${EAMAP_REQUIRE:+$$EAMAP_REQUIRE,}neo4j $(PYTEST) $(SHARED_OUT) -m neo4j
	@if [ -z "$$EAMAP_NEO4J_URI" ] && $(BIN)/python -m tests.neo4j.serving --release newest --possible 2> /dev/null; then \
		EAMAP_NEO4J_RELEASE=newest EAMAP_REQUIRE=$${EAMAP_REQUIRE:+$$EAMAP_REQUIRE,}neo4j \
		$(PYTEST) $(SHARED_OUT) -m "neo4j and not slow"; fi

format: develop ## Formats the code.
	@$(BIN)/ruff format .

lint: develop ## Says where the code is not formatted or breaks a rule.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: develop ## Checks the types, strictly.
	@$(BIN)/mypy

imports: develop ## Checks that each layer sees only those below it.
	@$(BIN)/lint-imports

static: lint types imports ## Checks everything that needs no test run.

check: static test ## Checks everything: format, rules, types, layers, tests, documents executed.

bench: develop ## Measures the speed, as ratios within one run.
	@$(PYTEST) -s -p no:xdist --override-ini addopts=--strict-markers tests/benchmarks

bench-neo4j: develop ## Measures pushes to a Neo4j server and questions on it, with an ICS or what EAMAP_BENCH_SIZES names.
	@EAMAP_REQUIRE=$${EAMAP_REQUIRE:+$$EAMAP_REQUIRE,}neo4j $(PYTEST) -s -p no:xdist --override-ini addopts=--strict-markers \
		tests/benchmarks/test_neo4j.py tests/benchmarks/test_neo4j_questions.py

kills: develop ## Kills an ingest at 200 random moments, a Neo4j server at 100 of pushes, and looks for losses.
	@EAMAP_KILLS=200 $(PYTEST) -s tests/kills
	@EAMAP_SERVER_KILLS=50 EAMAP_REQUIRE=neo4j $(PYTEST) -s tests/neo4j/test_server_kills.py

# Only here is Java needed: the validator and the definitions of five releases are fetched once, then all runs offline.
$(HL7)/lib/.fetched: tests/hl7/pom.xml
	@command -v mvn > /dev/null && command -v java > /dev/null || { echo "make hl7 needs Java 17 or later and Maven"; exit 1; }
	@echo "Fetching HL7's validator into $(HL7) (190 MB, once)"
	@rm -rf $(HL7)/lib
	@mvn --quiet --batch-mode --file $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(HL7)/lib
	@touch $@

hl7: develop $(HL7)/lib/.fetched ## Asks HL7's own validator about the same statements (needs Java), and lists every difference.
	@$(BIN)/python -m tests.hl7.generate $(HL7)/statements
	@$(BIN)/python -m tests.hl7.compare $(HL7)/out $(HL7)/statements ../shared/data/fhir/capability
	@$(BIN)/python -m tests.hl7.recheck $(HL7)/out

lock: $(BIN)/python ## Pins the newest versions that fit, by hash, in requirements/.
	@$(PIP) install uv
	@$(UV) --upgrade --all-extras --group dev -o requirements/dev.txt
	@$(UV) --all-extras --group build --constraint requirements/dev.txt -o requirements/all.txt
	@$(UV) --constraint requirements/dev.txt -o requirements/base.txt

clean: ## Removes the environment, caches and the demo's output.
	@rm -rf $(VENV) $(OUT) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
