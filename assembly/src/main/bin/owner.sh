# shellcheck shell=bash
# Whose an appliance is: the user that its home belongs to, and systemd where that runs it. Read by bin/ferrule.
#
# Root never writes into a home that is another's: it could be led to write elsewhere, and what it wrote could not be
# changed by the appliance.

# Whether what the home holds is ours to write.
is_ours() { [[ ! -d $home || -O $home ]]; }

not_ours() {
  fail "$home belongs to the user $(stat -c %U -- "$home"): try again as that user, or as root (sudo ferrule …)."
}

# Becomes a command that the home's own user runs.
become_owner() {
  command -v setpriv >/dev/null || fail "there is no setpriv command; install one (Debian: util-linux)." 2
  exec setpriv --reuid "$(stat -c %u -- "$home")" --regid "$(stat -c %g -- "$home")" --clear-groups \
    env HOME="$home" FERRULE_HOME="$home" "$@"
}

# Runs a command as the home's own user.
as_owner() {
  if is_ours; then
    "$@"
  else
    (become_owner "$@")
  fi
}

# Has this command run by the home's own user from here on, with the options and what followed them.
continue_as_owner() {
  local key given=()
  ! is_ours || return 0
  [[ $(id -u) == 0 ]] || not_ours
  for key in "${!option[@]}"; do
    [[ $key == home ]] || given+=("--$key=${option[$key]}")
  done
  cd /
  become_owner "$self" "$subcommand" "${given[@]}" "${rest[@]}"
}

# Whether systemd runs the appliance in this home.
is_service() {
  [[ $home == /var/lib/ferrule && -d /run/systemd/system ]] && systemctl cat ferrule.service >/dev/null 2>&1
}

# Starts or stops the service.
service() {
  [[ -z ${!option[*]} || ${!option[*]} == home ]] ||
    fail "systemd runs the appliance in $home, and \"start\" gives it no options; \"ferrule setup\" changes settings." 2
  systemctl "$1" ferrule.service || fail "systemctl $1 ferrule failed; \"journalctl -u ferrule\" says why."
}

# Tells systemd, where it waits for that, that the appliance answers.
tell_ready() {
  [[ -n ${NOTIFY_SOCKET:-} ]] && command -v systemd-notify >/dev/null || return 0
  systemd-notify --ready --status="SSH answers at $(ssh_address) port $(ssh_port)"
}
