#!/usr/bin/env bash
# Runs every check over the tree at ROOT and names those that fail: lint.sh ROOT [BASE]
# BASE is passed on to the checks of what changed.
set -uo pipefail

tools=$(cd "$(dirname "$0")" && pwd)
failed=()

check() {
  local name=$1
  shift
  echo "lint: $name"
  "$@" || failed+=("$name")
}

check format "$tools/check_format.sh" "$1"
check includes "$tools/check_includes.py" "$1"
check names "$tools/check_names.py" "$1"
check types "$tools/check_types.py" "$1"
check pages "$tools/check_page_names.py" "$1" docs/architecture.md
check headers "$tools/check_headers.sh" "$1" "$1/build/lint" "${@:2}"
check tidy "$tools/check_tidy.sh" "$1" "$1/build/release" "${@:2}"

if ((${#failed[@]})); then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
echo "lint: all checks passed"
