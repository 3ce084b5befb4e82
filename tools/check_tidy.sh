#!/usr/bin/env bash
# clang-tidy over the sources that changed since BASE, or whose header did: check_tidy.sh ROOT BUILD [BASE]
#
# BUILD holds compile_commands.json, whose commands are of g++: clang does not know some of its warnings. Without BASE:
# since the branch left main, or on main itself since the commit before the last. Changes that are not committed
# always count. Tests are left out, since the macros of Catch2 expand to what the checks refuse.
set -euo pipefail

# The precompiled headers are of g++ and not for clang.
database=$(mktemp -d)
trap 'rm -rf "$database"' EXIT
sed -E 's/ (-Winvalid-pch|-fpch-preprocess|-include [^ ]*cmake_pch\.hxx)//g' "$2/compile_commands.json" \
  >"$database/compile_commands.json"
cd "$1"

base_commit() {
  local head fork
  head=$(git rev-parse HEAD)
  fork=$(git merge-base HEAD main 2>/dev/null || echo "$head")
  if [[ $fork == "$head" ]]; then
    fork=$(git rev-parse -q --verify HEAD~1 || echo "$head")
  fi
  echo "$fork"
}

changed_sources() {
  local patterns=('*.cpp' '*.hpp' ':!tests')
  {
    git diff --name-only --diff-filter=d "$1" -- "${patterns[@]}"
    git ls-files --others --exclude-standard -- "${patterns[@]}"
  } | sed 's/\.hpp$/.cpp/' | sort -u
}

compiled() {
  while IFS= read -r file; do
    if grep -qF "\"file\": \"$PWD/$file\"" "$database/compile_commands.json"; then echo "$file"; fi
  done
}

base=${3:-$(base_commit)}
changed_sources "$base" | compiled |
  xargs -r -d '\n' -P "$(nproc)" -n 1 clang-tidy --quiet -p "$database" \
  --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings\? .*generated' >&2)
