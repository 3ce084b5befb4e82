#!/usr/bin/env bash
# clang-tidy over the sources that changed since BASE, or whose header did: check_tidy.sh ROOT BUILD [BASE]
#
# BUILD holds compile_commands.json, whose commands are of g++: clang does not know some of its warnings. Without BASE:
# since the commit of base_commit.sh. Changes that are not committed always count. Tests are left out, since the macros
# of Catch2 expand to what the checks refuse.
set -euo pipefail

tools=$(cd "$(dirname "$0")" && pwd)

# The precompiled headers are of g++ and not for clang.
database=$(mktemp -d)
trap 'rm -rf "$database"' EXIT
sed -E 's/ (-Winvalid-pch|-fpch-preprocess|-include [^ ]*cmake_pch\.hxx)//g' "$2/compile_commands.json" \
  >"$database/compile_commands.json"
cd "$1"

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

base=${3:-$("$tools/base_commit.sh")}
changed_sources "$base" | compiled |
  xargs -r -d '\n' -P "$(nproc)" -n 1 clang-tidy --quiet -p "$database" \
  --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings\? .*generated' >&2)
