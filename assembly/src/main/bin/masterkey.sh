# shellcheck shell=bash
# Where the appliance finds its master key, under which all its secrets are sealed. Read by bin/ferrule.

# Runs the program's own tool for keys under a passphrase; passphrases are lines of its input.
master_key_tool() {
  local classpath
  classpath=$(find "$program/system" \( -path '*/org/ferrule/crypto/*.jar' -o -path '*/org/ferrule/api-config/*.jar' \
    -o -path '*/bcprov-jdk18on/*.jar' \) -printf '%p:')
  "$JAVA_HOME/bin/java" -XX:-UsePerfData -cp "$classpath" org.ferrule.crypto.internal.MasterKeyTool "$1" \
    "$home/keys/master.key"
}

is_locked() { [[ $(head -c 3 "$home/keys/master.key" 2>/dev/null) == "\$P\$" ]]; }

# Asks for a line that is not shown; where there is no terminal, it is the next line of the input.
ask_secret() {
  if [[ -t 0 ]]; then
    IFS= read -rs -p "$1" REPLY || fail 'nothing was typed.' 2
    printf '\n' >&2
  else
    IFS= read -r REPLY || fail "no line of the input is left for \"$1\"" 2
  fi
}

read_passphrase() {
  local from=${option[passphrase-fd]:-}
  if [[ -n $from ]]; then
    [[ $from =~ ^[0-9]+$ ]] || fail "--passphrase-fd: $from is not the number of an open file." 2
    IFS= read -r REPLY <&"$from" 2>/dev/null || [[ -n $REPLY ]] ||
      fail "--passphrase-fd: there is nothing to read from the file $from." 2
    exec {from}<&-
  elif [[ -t 0 ]]; then
    ask_secret 'Passphrase of the master key: '
  else
    fail "the master key in $home/keys is under a passphrase: start at a terminal, or with --passphrase-fd N." 2
  fi
}

# Says in the environment where the key is, if it does not lie open in the home. Of one under a passphrase, a copy is in
# memory, in a file without a name, which goes away with the last process that has it open.
unlock_master_key() {
  local unlocked key_file
  export FERRULE_OPTION_MASTER_KEY_FILE=
  if [[ -n ${option[master-key-file]:-} ]]; then
    FERRULE_OPTION_MASTER_KEY_FILE=${option[master-key-file]}
  elif [[ -n ${CREDENTIALS_DIRECTORY:-} && -r $CREDENTIALS_DIRECTORY/master-key ]]; then
    FERRULE_OPTION_MASTER_KEY_FILE=$CREDENTIALS_DIRECTORY/master-key
  elif is_locked; then
    read_passphrase
    [[ $(stat -f -c %T /dev/shm 2>/dev/null) == tmpfs ]] || fail "/dev/shm is not in memory: the key has no place." 2
    unlocked=$(mktemp /dev/shm/ferrule.XXXXXXXXXX)
    if ! printf '%s\n' "$REPLY" | master_key_tool unlock >"$unlocked"; then
      rm -f "$unlocked"
      exit 2
    fi
    unset REPLY
    exec {key_file}<"$unlocked"
    rm -f "$unlocked"
    FERRULE_OPTION_MASTER_KEY_FILE=/proc/self/fd/$key_file
  fi
}

change_passphrase() {
  local current='' new
  if is_locked; then
    ask_secret 'Current passphrase: '
    current=$REPLY$'\n'
  fi
  ask_secret 'New passphrase (empty: none): '
  new=$REPLY
  if [[ -t 0 ]]; then
    ask_secret 'The new passphrase again: '
    [[ $new == "$REPLY" ]] || fail 'the two are not the same; nothing was changed.'
  fi
  (umask 077 && printf '%s%s\n' "$current" "$new" | master_key_tool lock) || exit 1
  if [[ -n $new ]]; then
    printf 'The master key is under the passphrase. "ferrule up" and "ferrule start" ask for it from now on.\n'
  else
    printf 'The master key is under no passphrase.\n'
  fi
}
