# The front door: thin names for what the presets, ctest and tools/ do.
# Every target that builds first makes sure that the packages of packages.txt are installed.
.DEFAULT_GOAL := help
.PHONY: help demo test browser asan debug fuzz bench kernels cute python lint format packages configure program

JOBS := $(shell nproc)
PROGRAM := build/release/bin/tilewright
STUDY := fusemax
# Sections of packages.txt.
PACKAGES := program
# What `make debug` builds and runs: where simulations and their parts are tested.
DEBUG_TESTS := mappings sim
space := $(subst ,, )
FUZZ_SECONDS := 600
# 0: another each time.
FUZZ_SEED := 0
# The commit that `make lint` compares with; empty: tools/check_tidy.sh chooses.
BASE :=

help: ## print the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

demo: program ## build the program, run the demo study and draw its report
	$(PROGRAM) sweep configs/studies/$(STUDY).yaml -o results/$(STUDY)
	$(PROGRAM) report results/$(STUDY)

test: PACKAGES += tests
test: configure ## build and run every test
	cmake --build --preset release --target tilewright test_programs
	ctest --preset release -j $(JOBS)

browser: PACKAGES += browser
browser: program ## look at reports with a browser: sorting, hovering, two widths
	/usr/bin/python3 tests/report/browser/run.py $(PROGRAM)

asan: PACKAGES += tests
asan: packages ## the same with the address and undefined-behaviour sanitizers
	cmake --preset asan
	cmake --build --preset asan --target tilewright test_programs
	ctest --preset asan -j $(JOBS)

debug: PACKAGES += tests
debug: packages ## build with assertions and little optimisation, look for types that differ under one name, run the tests of simulations
	cmake --preset debug -DCMAKE_CXX_FLAGS_DEBUG="-Og -g1"
	cmake --build --preset debug --target tilewright $(DEBUG_TESTS:%=tests_%)
	ctest --preset debug -j $(JOBS) -R '^($(subst $(space),|,$(DEBUG_TESTS)))$$'

fuzz: PACKAGES += fuzz
fuzz: packages ## fuzz every reader with libFuzzer and sanitizers, FUZZ_SECONDS in all
	cmake --preset fuzz
	cmake --build --preset fuzz
	python3 tests/fuzz/run.py build/fuzz/bin/fuzz_readers --seconds $(FUZZ_SECONDS) --jobs $(JOBS) --seed $(FUZZ_SEED)

bench: PACKAGES += bench
bench: configure ## run the benchmarks and time the demo study
	cmake --build --preset release --target tilewright bench_programs
	tools/bench.sh build/release/bin configs/studies/$(STUDY).yaml

kernels: configure ## build the CUDA kernels and the program that measures them
	cmake --build --preset release --target tilewright-kernels

cute: PACKAGES += tests python
cute: VENV := build/cute
cute: packages ## hold the kernels' layouts of shared memory against CuTe, whose headers pip brings to build/cute
	test -x $(VENV)/bin/python || /usr/bin/python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/kernels/cute/requirements.txt
	cmake --preset release
	cmake --build --preset release --target tests_kernels_cute
	ctest --preset release -R '^kernels_cute$$'

python: PACKAGES += python
python: VENV := build/venv
python: packages ## build the module of Python in build/venv, run its tests, the examples of its page and the notebooks
	test -x $(VENV)/bin/python || /usr/bin/python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check . -r python/requirements-test.txt
	cd tests/python && ../../$(VENV)/bin/python -m unittest

lint: PACKAGES += lint
lint: configure ## check format, headers, includes, names and changed files (BASE=commit)
	tools/lint.sh . $(BASE)

format: PACKAGES += lint
format: packages ## format every source file in place
	tools/sources.sh . '*.cpp' '*.hpp' '*.cu' '*.cuh' | xargs -r -d '\n' clang-format -i

program: configure ## build the program alone
	cmake --build --preset release --target tilewright

configure: packages
	cmake --preset release

packages: ## install what packages.txt lists for the target and this machine lacks
	@tools/packages.sh packages.txt $(PACKAGES)
