#!/usr/bin/env bash
# Runs every benchmark program in BIN, then times the whole process of sweeping STUDY: bench.sh BIN STUDY
set -euo pipefail

for program in "$1"/bench_*; do
  [[ -x $program ]] || continue  # none is built
  echo "== ${program##*/}"
  "$program"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "== tilewright sweep $2, three times into a new store"
TIMEFORMAT='%R s elapsed, %U s user, %S s system'
for run in 1 2 3; do
  time "$1/tilewright" sweep "$2" -q -o "$scratch/$run" >/dev/null
done
