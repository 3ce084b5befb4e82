#!/usr/bin/env bash
# Every source file is as clang-format would write it: check_format.sh ROOT
set -euo pipefail

tools=$(cd "$(dirname "$0")" && pwd)
cd "$1"
"$tools/sources.sh" . '*.cpp' '*.hpp' '*.cu' '*.cuh' | xargs -r -d '\n' clang-format --dry-run -Werror
