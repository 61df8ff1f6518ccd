# shellcheck shell=bash
# "ferrule setup": what a new appliance needs, asked one by one at a terminal, or given by options. It says all of it to the
# running appliance over SSH, as its user would. Read by bin/ferrule.

setup_options=(name ssh-address ssh-port tunnel-address tunnel-port password-file pair token-file user identity)

# Runs a command of tmsh. It is sent as input: among the arguments of ssh others could read a password. That input does not
# end: with a shared connection, ssh would not wait for the exit code then.
tmsh() {
  printf '%s\nquit\n' "$1" >&"$input"
  ssh -S "$scratch/control" "${arguments[@]}" -T "$(ssh_address)" <&"$input"
}

# The value of property $2 of the object $1; of a list, its words.
current() {
  tmsh "list $1 $2" | tr -s ' \n' ' ' | sed -n "s/^$1 { $2 {\{0,1\} *\([^{}]*[^{} ]\) .*/\1/p"
}

quoted() { printf '%s\n' "$1" | sed 's/[\\"?]/\\&/g; s/.*/"&"/'; }

# Logs in once for all commands: with the password that the first start made while it is there, else as ssh does it.
setup_log_in() {
  local initial=$home/keys/initial-admin-password
  if [[ -z ${option[user]:-}${option[identity]:-} ]] && as_owner test -s "$initial"; then
    (umask 077 && as_owner cat "$initial" >"$scratch/password")
    printf '#!/bin/sh\ncat "$(dirname "$0")/password"\n' >"$scratch/askpass"
    chmod 700 "$scratch/askpass"
    export SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=${DISPLAY:-none}
  fi
  mkfifo -m 600 "$scratch/input"
  exec {input}<>"$scratch/input"
  ssh -f -N -M -S "$scratch/control" "${arguments[@]}" "$(ssh_address)" </dev/null ||
    fail "nobody is logged in: give --identity, or the password at a terminal."
}

# Whether there is somebody to ask.
asks() { [[ -t 0 && -t 2 ]]; }

# One setting: the option $1 gives it; else the question $2 is asked, with $3 as what it is now, until it is accepted or left
# as it is. Then the command $4 is run, with the answer in place of @.
setting() {
  local answer=${given[$1]:-}
  if [[ -n $answer ]]; then
    tmsh "${4//@/"$answer"}" || exit 1
    return
  fi
  asks || return 0
  while true; do
    read -re -p "$2${3:+ [$3]}: " answer || fail 'setup was left; what was said until then is not saved.'
    [[ -n $answer && $answer != "$3" ]] || return 0
    ! tmsh "${4//@/"$answer"}" || return 0
  done
}

set_password() {
  local password user=${option[user]:-admin}
  if [[ -n ${given[password-file]:-} ]]; then
    IFS= read -r password <"${given[password-file]}" || [[ -n $password ]] ||
      fail "--password-file: ${given[password-file]} is empty." 2
    tmsh "modify auth user $user password $(quoted "$password")" || exit 1
  else
    ask_password "$user" || return 0
  fi
  as_owner rm -f "$home/keys/initial-admin-password"
}

# Fails if the password stays as it is.
ask_password() {
  local password
  asks || return 1
  while true; do
    ask_secret "New password of $1, at least 12 characters (empty: as it is): "
    password=$REPLY
    [[ -n $password ]] || return 1
    ask_secret 'The same again: '
    if [[ $password != "$REPLY" ]]; then
      printf 'The two are not the same.\n' >&2
    elif tmsh "modify auth user $1 password $(quoted "$password")"; then
      return 0
    fi
  done
}

pair() {
  local address=${given[pair]:-} token
  if [[ -n $address ]]; then
    token=$(cat "${given[token-file]:-/dev/null}")
    pair_with "$address" "$token" || exit 1
    return
  fi
  asks || return 0
  printf 'Two appliances trust each other once they are paired: one makes a token, the other takes it.\n' >&2
  while true; do
    read -re -p 'Tunnel address and port of the other, or "token" to make one here (empty: go on): ' address || return 0
    [[ -n $address ]] || return 0
    token=
    if [[ $address != token ]]; then
      read -re -p 'Its token: ' token || return 0
    fi
    ! pair_with "$address" "$token" || return 0
  done
}

# $1: the other's address, with its token $2, or "token" to make one.
pair_with() {
  if [[ $1 == token ]]; then
    tmsh 'run cm pair'
  else
    tmsh "run cm pair address $1 token $2"
  fi
}

check_setup_options() {
  local key
  for key in password-file token-file; do
    [[ -z ${given[$key]:-} || -r ${given[$key]} ]] || fail "--$key: the file ${given[$key]} cannot be read." 2
  done
  [[ -z ${given[pair]:-} || ${given[pair]} == token || -n ${given[token-file]:-} ]] ||
    fail '--pair ADDRESS:PORT needs --token-file F, with the token that the other appliance made.' 2
  for key in name ssh-address ssh-port tunnel-address tunnel-port pair; do
    [[ ${given[$key]:-x} =~ ^[A-Za-z0-9.:%-]+$ ]] || fail "--$key: \"${given[$key]}\" has characters that cannot be in one." 2
  done
}

walk_through() {
  setting name 'Host name' "$(current 'sys global-settings' hostname)" 'modify sys global-settings hostname @'
  # The port first: 443, as which it is shipped, may not be ours to listen on.
  setting tunnel-port 'Port at which tunnels of other appliances arrive' \
    "$(current 'wom local-endpoint' tunnel-port)" 'modify wom local-endpoint tunnel-port @'
  setting tunnel-address 'Their address' "$(current 'wom local-endpoint' addresses)" \
    'modify wom local-endpoint addresses replace-all-with { @ }'
  set_password
  pair
  # Last: what was said until here went over the address as it was.
  setting ssh-address 'Address of SSH (0.0.0.0: any)' "$(current 'sys sshd' address)" 'modify sys sshd address @'
  setting ssh-port 'Port of SSH' "$(current 'sys sshd' port)" 'modify sys sshd port @'
  tmsh 'save sys config'
}

end_setup() {
  ssh -S "$scratch/control" -O exit ferrule 2>/dev/null || true
  rm -rf -- "$scratch"
}

command_setup() {
  local key arguments
  local -A given=()
  parse "${setup_options[*]}" "$@"
  no_rest
  # Where SSH shall be is not where it is.
  for key in "${!option[@]}"; do
    given[$key]=${option[$key]}
    [[ $key == user || $key == identity ]] || unset "option[$key]"
  done
  check_setup_options
  scratch=$(mktemp -d)
  trap end_setup EXIT
  prepare_ssh "$scratch/known_hosts"
  setup_log_in
  walk_through
  unset "option[ssh-address]" "option[ssh-port]"
  recall running
  printf 'Ferrule is set up: ssh -p %s %s@%s\n' "$(ssh_port)" "${option[user]:-admin}" "$(ssh_address)"
}
