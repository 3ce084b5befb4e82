#!/usr/bin/env bash
# Makes sure that the Debian packages listed in FILE, one a line, are installed: packages.sh FILE
#
# Installs what is missing where it may without asking (as root, or with a sudo that needs no password);
# elsewhere prints the command to run, and fails. Needs no network when nothing is missing.
set -euo pipefail

mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$1")

if ! command -v dpkg-query >/dev/null; then
  # The libraries may be there under other names; CMake names the first that is not.
  echo "$1: not a Debian system, so not checked; needed is what Debian 12 calls: ${wanted[*]}" >&2
  exit 0
fi

installed=" $(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/^installed //p' | tr '\n' ' ' || true)"
missing=()
for package in "${wanted[@]}"; do
  [[ $installed == *" $package "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

stop() {
  echo "$1: not installed: ${missing[*]}" >&2
  echo "$2" >&2
  exit 1
}

command -v apt-get >/dev/null || stop "$1" "install them with this system's package manager, then run make again"
if [[ $(id -u) == 0 ]]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  stop "$1" "run this, then make again: sudo apt-get install ${missing[*]}"
fi

# --no-remove: never trade a package that the user chose for one of these.
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 -o DPkg::Use-Pty=0 "$@"
}
install_missing() { apt_get install -y --no-install-recommends --no-remove "${missing[@]}"; }

echo "$1: installing ${missing[*]}"
# The package lists may be absent (a fresh machine) or older than the archive.
install_missing || { apt_get update && install_missing; } ||
  stop "$1" "apt-get could not install them; its message is above"
