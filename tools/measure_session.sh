#!/usr/bin/env bash
# Spends a short time on a GPU on what it is best spent on: measure_session.sh DIR SECONDS
#
# DIR holds the runner, tilewright-kernels, and the plans smoke.csv and plan.csv; results come to DIR/results/, at most
# six files of at most 2 MB. What an earlier session left there is gone on with (docs/measure-a-gpu.md).
# Exit status: 0 done, or the time is up; 1 a result is wrong, failed or lost; 2 the input is wrong, or a file cannot be
# written; 3 no CUDA device.
set -euo pipefail

exec python3 "$(dirname "$0")/session/main.py" "$@"
