#!/usr/bin/env bash
# The commit that checks of what changed compare with: since the branch left main, or on main itself the commit before
# the last. Run in the checkout.
set -euo pipefail

head=$(git rev-parse HEAD)
fork=$(git merge-base HEAD main 2>/dev/null || echo "$head")
if [[ $fork == "$head" ]]; then
  fork=$(git rev-parse -q --verify HEAD~1 || echo "$head")
fi
echo "$fork"
