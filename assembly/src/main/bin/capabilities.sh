# shellcheck shell=bash
# The Linux capabilities that the appliance's process gets: of those that the launcher was given (by systemd's
# AmbientCapabilities=), the ones that the saved configuration needs. Read by bin/ferrule.
#
# The launcher keeps its own: when it starts the process again it can give others. Root is left alone: what it may do does
# not come from what it was given.

# By their names for setpriv, with their numbers.
known_capabilities=(net_bind_service:10 net_admin:12)

# What the appliance calls a capability.
capability_name() { printf 'CAP_%s' "${1^^}"; }

# Whether the launcher was given the capability with this number, and can take it from the process.
may_give() {
  local ambient
  [[ $(id -u) != 0 ]] && command -v setpriv >/dev/null || return 1
  ambient=$(sed -n 's/^CapAmb:[[:space:]]*//p' /proc/self/status 2>/dev/null)
  [[ $ambient =~ ^[0-9a-f]+$ ]] && (((0x$ambient >> $1 & 1) == 1))
}

# Whether the process needs it. What the saved configuration needs was written when it was saved; of one that was changed
# by hand since then, or takes the place of one that is lost, that is not known.
needs_capability() {
  local name=$1 needed=$place/config/capabilities saved
  saved=$(saved_config)
  if [[ $name == net_bind_service ]] && ((${option[ssh-port]:-8022} < 1024)); then
    return 0
  fi
  # Before anything was saved nothing is needed.
  [[ -n $saved || -f $place/config/ferrule.conf ]] || return 1
  [[ $saved == "$place/config/ferrule.conf" && -f $needed && ! $saved -nt $needed ]] || return 0
  grep -qsxF -- "$(capability_name "$name")" "$needed"
}

# Sets "without" to the command that runs another without what it does not need; tells the appliance what there is.
leave_capabilities() {
  local known name taken=()
  FERRULE_OPTION_CAPABILITIES=
  without=()
  for known in "${known_capabilities[@]}"; do
    may_give "${known#*:}" || continue
    name=${known%:*}
    FERRULE_OPTION_CAPABILITIES+="${FERRULE_OPTION_CAPABILITIES:+ }$(capability_name "$name")"
    needs_capability "$name" || taken+=("-$name")
  done
  export FERRULE_OPTION_CAPABILITIES
  # A program that is run anew has what is ambient, and nothing else.
  ((${#taken[@]} == 0)) || without=(setpriv "--ambient-caps=$(
    IFS=,
    printf '%s' "${taken[*]}"
  )" --)
  "${without[@]}" true || {
    printf 'ferrule: capabilities that are not needed cannot be taken from the appliance, which keeps them\n' >&2
    without=()
  }
}
