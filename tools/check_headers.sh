#!/usr/bin/env bash
# Every header compiles alone, without warnings: check_headers.sh ROOT SCRATCH
# SCRATCH keeps one generated source per header: ccache, where it is there, knows a file but not standard input.
set -euo pipefail

tools=$(cd "$(dirname "$0")" && pwd)
scratch=$(mkdir -p "$2" && cd "$2" && pwd)
cd "$1"

compile_alone() {
  local source="$1/${2//\//.}.cpp"
  printf '#include "%s"\n' "$2" >"$source"
  $(command -v ccache) g++ -std=c++20 -Wall -Wextra -Wpedantic -Werror -I. -c "$source" -o "$source.o" || {
    echo "$2: does not compile alone" >&2
    return 1
  }
}
export -f compile_alone

"$tools/sources.sh" . '*.hpp' |
  xargs -r -d '\n' -P "$(nproc)" -I{} bash -c 'compile_alone "$@"' compile_alone "$scratch" {}
