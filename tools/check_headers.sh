#!/usr/bin/env bash
# Headers compile alone, without warnings: check_headers.sh ROOT SCRATCH [BASE]
# Those that changed since BASE (by default the commit of base_commit.sh), and those that include them, through others
# too. Changes that are not committed always count; without any commit, all headers are checked.
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

changed() {
  git diff --name-only "$1" -- '*.hpp'
  git ls-files --others --exclude-standard -- '*.hpp'
}

# grep finds nothing and that is all right.
any() { grep "$@" || (($? == 1)); }

# The headers of stdin, and all that include one of them.
with_includers() {
  local known='' found
  found=$(sort -u)
  while [[ $found != "$known" ]]; do
    known=$found
    found=$({
      echo "$known"
      sed 's/.*/#include "&"/' <<<"$known" | any -lFxf - -- "${headers[@]}"
    } | sort -u)
  done
  any -Fxf <(printf '%s\n' "${headers[@]}") <<<"$known"  # without those that are deleted
}

mapfile -t headers < <("$tools/sources.sh" . '*.hpp')
((${#headers[@]})) || exit 0
if ! git rev-parse -q --verify HEAD >/dev/null; then
  printf '%s\n' "${headers[@]}"
else
  changed "${3:-$("$tools/base_commit.sh")}" | with_includers
fi | xargs -r -d '\n' -P "$(nproc)" -I{} bash -c 'compile_alone "$@"' compile_alone "$scratch" {}
