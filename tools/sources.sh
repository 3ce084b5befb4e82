#!/usr/bin/env bash
# Prints the files of the tree at ROOT that git tracks or does not ignore, one a line: sources.sh ROOT PATTERN...
set -euo pipefail

cd "$1"
shift
git ls-files --cached --others --exclude-standard -- "$@" | sort -u |
  while IFS= read -r file; do
    if [[ -f $file ]]; then echo "$file"; fi  # a file that is deleted but not committed is still tracked
  done
