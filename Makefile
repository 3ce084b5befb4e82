# The front door: thin names for what the presets, ctest and tools/ do.
# Every target that builds first makes sure that the packages of packages.txt are installed.
.DEFAULT_GOAL := help
.PHONY: help demo test asan bench lint format packages configure build

JOBS := $(shell nproc)
PROGRAM := build/release/bin/tilewright
STUDY := fusemax
# The commit that `make lint` compares with; empty: tools/check_tidy.sh chooses.
BASE :=

help: ## print the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

demo: build ## build, run the demo study and draw its report
	$(PROGRAM) sweep configs/studies/$(STUDY).yaml -o results/$(STUDY)
	$(PROGRAM) report results/$(STUDY)

test: build ## build and run every test
	ctest --preset release -j $(JOBS)

asan: packages ## the same with the address and undefined-behaviour sanitizers
	cmake --preset asan
	cmake --build --preset asan
	ctest --preset asan -j $(JOBS)

bench: build ## run the benchmarks and time the demo study
	tools/bench.sh build/release/bin configs/studies/$(STUDY).yaml

lint: configure ## check format, headers, includes, names and changed files (BASE=commit)
	tools/lint.sh . $(BASE)

format: packages ## format every source file in place
	tools/sources.sh . '*.cpp' '*.hpp' '*.cu' '*.cuh' | xargs -r -d '\n' clang-format -i

build: configure ## configure and build the release preset
	cmake --build --preset release

configure: packages
	cmake --preset release

packages: ## install what packages.txt lists and this machine lacks
	@tools/packages.sh packages.txt
