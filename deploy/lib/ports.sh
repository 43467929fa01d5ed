# Sourced by deploy/up: which loopback ports this hotline uses. Chosen once, kept in $var/ports.env, and chosen again
# only if somebody else took one while we were down.
# shellcheck shell=bash

# name and the port we would like
readonly PORT_NAMES=(SIP:5060 SIP_INSIDE:5070 SIP_PARTNER:5062 CALL_SIP:5080 REDIS: ROUTER_1: ROUTER_1_METRICS:
  ROUTER_2: ROUTER_2_METRICS: CALL: CALL_METRICS: MEDIA: MEDIA_METRICS: TICKET: TICKET_METRICS:
  DIRECTORY: DIRECTORY_METRICS: CONSOLE:8480 CONSOLE_METRICS:)

# Below the range the kernel hands out to outgoing connections, so that none of those can be in the way at a restart.
readonly FIRST_PORT=20000 LAST_PORT=29999

# Prints every local port that is listened on (TCP) or bound (UDP).
ports_in_use() {
  local hex
  while read -r hex; do echo $((16#$hex)); done < <(
    awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
    awk 'FNR > 1 { sub(/.*:/, "", $2); print $2 }' /proc/net/udp /proc/net/udp6 2>/dev/null
  )
}

# choose_ports: sets the variables named above. With UP_USUAL_PORTS=no all of them are random.
choose_ports() {
  local -A taken=() kept=()
  local entry name wish port file=$var/ports.env
  for port in $(ports_in_use); do taken[$port]=1; done
  if [[ -r $file ]]; then
    while IFS='=' read -r name port; do kept[$name]=$port; done <"$file"
  fi
  for entry in "${PORT_NAMES[@]}"; do
    name=${entry%%:*} wish=${entry#*:}
    port=${kept[$name]:-}
    if [[ -n $port && -n ${taken[$port]:-} ]]; then
      note "port $port ($name) is taken by another program: choosing a new one"
      port=
    fi
    if [[ -z $port && -n $wish && ${UP_USUAL_PORTS:-yes} == yes && -z ${taken[$wish]:-} ]]; then port=$wish; fi
    while [[ -z $port || -n ${taken[$port]:-} ]]; do
      port=$((FIRST_PORT + RANDOM % (LAST_PORT - FIRST_PORT + 1)))
    done
    taken[$port]=1
    printf -v "$name" %s "$port"
  done
  for entry in "${PORT_NAMES[@]}"; do
    name=${entry%%:*}
    echo "$name=${!name}"
  done | write_file "$file"
}

# load_ports: the ports of a hotline that runs.
load_ports() {
  local name port entry
  while IFS='=' read -r name port; do printf -v "$name" %s "$port"; done <"$var/ports.env"
  for entry in "${PORT_NAMES[@]}"; do
    name=${entry%%:*}
    [[ -n ${!name:-} ]] || fail "this hotline was started by a version without $name: deploy/down first, then deploy/up"
  done
}
