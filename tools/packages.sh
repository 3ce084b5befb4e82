#!/usr/bin/env bash
# Makes sure that the Debian packages of the sections of FILE are installed: packages.sh FILE SECTION...
# A section starts with [its name] and has one package a line.
#
# Installs what is missing where it may without asking (as root, or with a sudo that needs no password);
# elsewhere prints the command to run, and fails. Needs no network when nothing is missing.
set -euo pipefail

file=$1
wanted=()
for section in "${@:2}"; do
  mapfile -t packages < <(sed -n -e 's/#.*//' -e 's/[[:space:]]//g' \
    -e "/^\[$section\]\$/,/^\[/{/^\[/d;/./p}" "$file")
  ((${#packages[@]})) || {
    echo "$file: no packages of a section [$section]" >&2
    exit 2
  }
  wanted+=("${packages[@]}")
done

if ! command -v dpkg-query >/dev/null; then
  # The libraries may be there under other names; CMake names the first that is not.
  echo "$file: not a Debian system, so not checked; needed is what Debian 12 calls: ${wanted[*]}" >&2
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
  echo "$file: not installed: ${missing[*]}" >&2
  echo "$1" >&2
  exit 1
}

command -v apt-get >/dev/null || stop "install them with this system's package manager, then run make again"
if [[ $(id -u) == 0 ]]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  stop "run this, then make again: sudo apt-get install ${missing[*]}"
fi

# --no-remove: never trade a package that the user chose for one of these.
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 -o DPkg::Use-Pty=0 "$@"
}
install_missing() { apt_get install -y --no-install-recommends --no-remove "${missing[@]}"; }

echo "$file: installing ${missing[*]}"
# The package lists may be absent (a fresh machine) or older than the archive.
install_missing || { apt_get update && install_missing; } ||
  stop "apt-get could not install them; its message is above"
