# The two commands: `make run` and `make test`. Both build .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOAK_SEED ?= 20261124
SOAK_JOBS ?= 1
# Processes that share the tests, file by file; each takes about 2 GB.
TEST_JOBS ?= 2
# Large thresholds keep the allocator from giving pages back after every tensor: 5-15 % faster.
export MALLOC_MMAP_THRESHOLD_ := 4000000000
export MALLOC_TRIM_THRESHOLD_ := 4000000000
export GX_ANALYTICS_ENABLED := false
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export HF_HUB_OFFLINE := 1
# Every command of a run or a test is a process of its own: without bytecode each compiles anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test soak lint lock bench quality setup clean

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "aigc_guard needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m flows.prepare
	touch $@

setup: $(STAMP)

run: setup
	$(BIN)/python -m flows.produce

test: setup lint
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadfile

# Parts that passed at this revision aren't run again; SOAK_JOBS parts run at a time.
soak: setup
	$(BIN)/python tests/soak.py --jobs $(SOAK_JOBS) $(SOAK_SEED)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# One place where versions are chosen. torch's hash and local build are left out on purpose.
lock: setup
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-header --no-annotate --output-file requirements.lock pyproject.toml
	sed -i -e '/^aigc-guard /d' -e 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock

bench: setup
	$(BIN)/python benchmarks/guard.py
	$(BIN)/python benchmarks/checking.py
	$(BIN)/python benchmarks/writing.py
	$(BIN)/python benchmarks/replay.py
	$(BIN)/python benchmarks/proof.py
	$(BIN)/python benchmarks/lint.py
	$(BIN)/python benchmarks/terms.py
	$(BIN)/python benchmarks/originality.py
	$(BIN)/python benchmarks/console.py

# make quality DATA=../data : measures the embedded models on the held-out splits.
quality: setup
	@test -n "$(DATA)" || { echo "make quality needs the data folder: make quality DATA=DIR"; exit 2; }
	$(BIN)/python -m aigc_guard.training.quality "$(DATA)"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
