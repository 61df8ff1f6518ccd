# shellcheck shell=bash
# The boot locations of a home, called volumes as in TMOS: each has a program, a cache, Karaf's etc and a configuration of
# its own, and shares keys, logs and the dictionary with the others. HD1.1 is the program that this command came with,
# whose own folders lie in the home itself; the others lie in "locations". Read by bin/ferrule.

# shellcheck disable=SC2154 # own_program, home, option, process: of bin/ferrule
first_volume=HD1.1

# Whether a volume can be booted. Its description is written last, when all else of it is there.
is_bootable() {
  [[ $1 == "$first_volume" || $1 =~ ^HD[1-9]\.[1-9][0-9]?$ && -f $home/locations/$1/volume.json ]]
}

bootable_volumes() {
  local file
  printf '%s\n' "$first_volume"
  for file in "$home"/locations/HD*/volume.json; do
    [[ ! -f $file ]] || basename -- "$(dirname -- "$file")"
  done
}

# From here on it is about this volume: sets "volume", its folder "place" and its "program".
enter() {
  volume=$1
  place=$home
  program=$own_program
  if [[ $volume != "$first_volume" ]]; then
    place=$home/locations/$volume
    program=$place/program
  fi
}

# Line $1 of the file that says what to boot: the volume, and while that is on trial the one to go back to.
boot_line() { sed -n "$1p" "$home/boot" 2>/dev/null || true; }

# The volume to boot: what "reboot volume" or "ferrule switchboot" chose last, if it is still there.
enter_booted() {
  local chosen
  chosen=$(boot_line 1)
  if [[ -n $chosen ]] && ! is_bootable "$chosen"; then
    # Quoted: root may read what the home's user wrote.
    printf 'ferrule: there is no volume %q to boot any more: it is %s instead.\n' "$chosen" "$first_volume" >&2
    chosen=
  fi
  enter "${chosen:-$first_volume}"
}

# The volume that runs, if one does: another may have been chosen for the next start.
enter_running() {
  local pid runs
  pid=$(running_pid) && [[ -r /proc/$pid/cmdline ]] || return 0
  runs=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 's/^-Dferrule\.volume=//p')
  [[ ! $runs =~ ^HD[1-9]\.[1-9][0-9]?$ ]] || enter "$runs"
}

choose_boot() {
  printf '%s\n' "$1" >"$home/boot.new"
  mv "$home/boot.new" "$home/boot"
}

# A volume that was booted for the first time after "reboot volume" has to come up; else the one before it is booted again.
settle() {
  local before
  before=$(boot_line 2)
  [[ -n $before ]] && is_bootable "$before" || return 0
  if answers_in_time "$process"; then
    choose_boot "$volume"
    return
  fi
  give_up_trial "$before"
}

# Leaves the volume that runs for another, which is told why.
give_up_trial() {
  local why='its SSH server did not answer within two minutes' failed=$volume
  kill -0 "$process" 2>/dev/null || why='its process ended'
  stop_process "$process"
  printf '%s %s %s\n' "$failed" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$why" >"$home/boot-failed"
  choose_boot "$1"
  printf 'ferrule: %s did not come up: %s. %s is booted again.\n' "$failed" "$why" "$1" >&2
  # systemd waits for the one that comes up now.
  [[ -z ${NOTIFY_SOCKET:-} ]] || systemd-notify EXTEND_TIMEOUT_USEC=150000000 || true
  again
}

# Starts what is to be booted, in place of what ran.
again() {
  option=()
  enter_booted
  recall
  prepare_volume
  launch
}

# Has Karaf resolve and keep all bundles of a volume's program, and start none of the modules: nothing listens, no key is
# touched. The appliance calls this for a volume that is new; its first real start is as quick as any other then.
command_warm() {
  local tries=1500 warming
  parse "" "$@"
  ((${#rest[@]} == 1)) || fail 'warm takes the name of a volume.' 2
  is_ours || not_ours
  enter "${rest[0]}"
  [[ $volume =~ ^HD[1-9]\.[1-9][0-9]?$ && $volume != "$first_volume" && -x $program/bin/karaf ]] ||
    fail "there is no program of a volume $volume." 2
  find_java jre
  umask 077
  warming=$place/data/warming
  prepare_volume
  mkdir -p "$warming"
  export KARAF_BASE=$home KARAF_DATA=$place/data KARAF_ETC=$place/etc KARAF_LOG=$warming FERRULE_VOLUME=$volume
  # Contracts are at level 40, modules at 60.
  export KARAF_OPTS=-Dorg.osgi.framework.startlevel.beginning=50 FERRULE_HEAP=256m FERRULE_DIRECT=64m
  unset KARAF_HOME JAVA_OPTS JAVA CLASSPATH EXTRA_JAVA_OPTS
  trap 'stop_process "$process"; exit 1' INT TERM HUP
  nice "$program/bin/karaf" daemon </dev/null >"$warming/console.log" 2>&1 &
  process=$!
  until grep -qsE '"bootDone" *: *true' "$place"/data/cache/bundle*/data/state.json; do
    if ! kill -0 "$process" 2>/dev/null || ((tries-- == 0)); then
      stop_process "$process"
      tail -q -n 3 "$warming/console.log" "$warming/ferrule.log" >&2 2>/dev/null || true
      fail "the program of $volume does not start."
    fi
    sleep 0.2
  done
  stop_process "$process"
  rm -rf "$warming"
}

command_switchboot() {
  parse "" "$@"
  if ((${#rest[@]} == 0)); then
    printf '%s is booted at the next start; there are: %s\n' "$volume" "$(bootable_volumes | paste -s -d ' ')"
    return
  fi
  ((${#rest[@]} == 1)) || fail "switchboot takes one volume: ferrule switchboot HD1.1" 2
  is_bootable "${rest[0]}" ||
    fail "there is no volume ${rest[0]} to boot; there are: $(bootable_volumes | paste -s -d ' ')" 2
  continue_as_owner
  umask 077
  choose_boot "${rest[0]}"
  printf '%s is booted at the next start.\n' "${rest[0]}"
}
