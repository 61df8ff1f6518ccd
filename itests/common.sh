# What the tests of packages and containers share. Sourced by them, within the checkout, by a script with set -euo pipefail.
# shellcheck shell=bash

suite=${FERRULE_SUITE:-bookworm}
mirror=${FERRULE_MIRROR:-}

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

wrong() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Says why this cannot be tested here: a machine without namespaces or a mirror says nothing of what is tested.
skip() {
  printf '%s: not tested: %s\n' "${0##*/}" "$1" >&2
  exit 0
}

# What a command says, which must be or contain $1.
expect() {
  local wanted=$1 said
  shift
  said=$("$@" 2>&1) || true
  [[ $said == *"$wanted"* ]] || wrong "$* said \"$said\" instead of \"$wanted\""
}

# Asks until a command says $1, for a minute.
wait_for() {
  local wanted=$1 tries=300
  shift
  until [[ $("$@" 2>&1) == *"$wanted"* ]]; do
    ((tries-- > 0)) || wrong "$* does not say \"$wanted\", but \"$("$@" 2>&1)\""
    sleep 0.2
  done
}

# Skips what needs root, debootstrap and namespaces where they are missing.
need_machine() {
  [[ $(id -u) == 0 ]] || skip 'it takes root.'
  command -v debootstrap >/dev/null || skip 'there is no debootstrap command (Debian: debootstrap).'
  unshare --mount --pid --net --fork true 2>/dev/null || skip 'this machine lets nobody make namespaces.'
}

# Makes a root file system of Debian in the folder $1, with the packages $2 beside the least, if it is not there.
debian_root() {
  [[ ! -d $1 ]] || return 0
  say "Making a root file system of Debian $suite"
  rm -rf "$1.new"
  debootstrap --variant=minbase ${2:+--include="$2"} "$suite" "$1.new" ${mirror:+"$mirror"} >"$1.log" 2>&1 || {
    tail -n 5 "$1.log" >&2
    skip "debootstrap cannot make a root file system from its mirror (FERRULE_MIRROR names another mirror)."
  }
  mv "$1.new" "$1"
}
