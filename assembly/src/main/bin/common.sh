# shellcheck shell=bash
# What the commands share: messages, paths, and finding a Java that fits. Read by bin/ferrule, and by the ferrule
# command of a checkout.

fail() {
  printf 'ferrule: %s\n' "$1" >&2
  exit "${2:-1}"
}

absolute() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$PWD" "$1" ;;
  esac
}

# The major version of the Java in a folder, or nothing.
java_version() {
  local line
  [[ -x $1/bin/java ]] || return 0
  line=$(grep -s '^JAVA_VERSION=' "$1/release" || "$1/bin/java" -version 2>&1 | grep -m 1 version) || return 0
  line=${line#*\"}
  line=${line#1.}
  printf '%s' "${line%%[!0-9]*}"
}

# Whether the Java in a folder can do what is needed: "jre" to run, "jdk" to compile too. Karaf 4.4 cannot run on 24.
java_fits() {
  local version
  version=$(java_version "$1")
  [[ -n $version ]] && ((version >= 17 && version < 24)) && [[ $2 == jre || -x $1/bin/javac ]]
}

wrong_java() {
  fail "$1. Ferrule needs Java 17 to 23: install a JDK 17 (Debian: openjdk-17-jdk-headless), or set JAVA_HOME to one." 2
}

java_on_path() {
  local java
  java=$(command -v java) || return 1
  java=$(readlink -f -- "$java") || return 1
  dirname -- "$(dirname -- "$java")"
}

look_for_java() {
  local candidate
  for candidate in "$(java_on_path || true)" /usr/lib/jvm/*; do
    if [[ -n $candidate ]] && java_fits "$candidate" "$1"; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

# Sets JAVA_HOME to a Java that fits: the one it names, else that on PATH, else one in /usr/lib/jvm, else a new one.
find_java() {
  local need=$1 candidate version
  if [[ -n ${JAVA_HOME:-} ]]; then
    version=$(java_version "$JAVA_HOME")
    java_fits "$JAVA_HOME" jre || wrong_java "JAVA_HOME is $JAVA_HOME, which ${version:+is Java }${version:-has no Java}"
    java_fits "$JAVA_HOME" "$need" || wrong_java "JAVA_HOME is $JAVA_HOME, which has no compiler"
  elif candidate=$(look_for_java "$need"); then
    JAVA_HOME=$candidate
  elif install_package openjdk-17-jdk-headless java-17-openjdk-devel jdk17-openjdk openjdk17 \
    openjdk-21-jdk-headless java-21-openjdk-devel && candidate=$(look_for_java "$need"); then
    JAVA_HOME=$candidate
  else
    candidate=$(java_on_path) && version=$(java_version "$candidate")
    wrong_java "${version:+the java on PATH is Java }${version:-there is no java on PATH}"
  fi
  export JAVA_HOME
}

# Runs a command as root, if that is possible without asking.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# Installs the first of the packages named that the system's package manager has.
install_package() {
  local package install
  as_root true || return 1
  if command -v apt-get >/dev/null; then
    install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends)
    as_root apt-get update -q >&2 || true
  elif command -v dnf >/dev/null; then
    install=(dnf install -y -q)
  elif command -v zypper >/dev/null; then
    install=(zypper --non-interactive install)
  elif command -v pacman >/dev/null; then
    install=(pacman -Sy --noconfirm --needed)
  elif command -v apk >/dev/null; then
    install=(apk add)
  else
    return 1
  fi
  for package in "$@"; do
    printf 'Installing %s …\n' "$package" >&2
    if as_root "${install[@]}" "$package" >&2; then
      return 0
    fi
  done
  return 1
}
