# Sourced by deploy/up, deploy/down and deploy/status: what one running hotline is made of and where its files are.
# Everything of it lives under $var, so that several can run on one machine and each is stopped by its own `down`.
# shellcheck shell=bash

# In the order they are started; they stop from the end.
# shellcheck disable=SC2034  # deploy/down does not need it
readonly PROGRAMS=(redis media router-1 router-2 kamailio call directory ticket console)

use_var() {
  mkdir -p "$1" || fail "cannot make the folder $1"
  var=$(cd "$1" && pwd -P)
  [[ $var =~ ^[A-Za-z0-9._/+-]+$ ]] || fail "--var: the path may only have letters, digits and ._/+-: $var"
  [[ -O $var && -w $var ]] || fail "$var belongs to somebody else: use --var or the user who made it"
  run=$var/run
  # A unix socket's path has 107 characters at most.
  [[ ${#run} -le 80 ]] || fail "--var: the path is too long for the sockets in it: $var"
  supervisor_conf=$var/supervisor/supervisord.conf
}

# Only one `up` or `down` at a time works on a var; the others wait for it.
lock_var() {
  exec {lock}>"$var/up.lock"
  flock -n "$lock" && return
  note "another deploy/up or deploy/down works on $var: waiting for it"
  flock -w 1800 "$lock" || fail "another deploy/up has been working on $var for half an hour"
}

# Prints the process id of this var's supervisord; fails if it does not run. A pid file alone proves nothing: the
# number may belong to somebody else by now.
supervisor_pid() {
  local pid
  pid=$(cat "$run/supervisord.pid" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] || return 1
  is_our_supervisor "$pid" && echo "$pid"
}

is_our_supervisor() { tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF -- "$supervisor_conf"; }

supervisorctl_() { supervisorctl -c "$supervisor_conf" "$@"; }

# stop_stack: ends this var's processes in order and waits for them.
stop_stack() {
  local pid deadline=$((SECONDS + 90))
  pid=$(supervisor_pid) || return 0
  kill -TERM "$pid"
  while is_our_supervisor "$pid"; do
    ((SECONDS < deadline)) || fail "supervisord ($pid) does not end; its log is $var/log/supervisord.log"
    sleep 0.2
  done
  rm -f "$var/endpoints.env" "$var/supervisor/demo.conf"
}

# ---- health: one line of truth per process -------------------------------------------------------------------------

# program_is_healthy NAME: asks the process itself, over the network, as its users do.
program_is_healthy() {
  local ctl=$var/bin/hotline-ctl
  case $1 in
    redis) [[ $(redis-cli -h 127.0.0.1 -p "$REDIS" PING 2>/dev/null) == PONG ]] ;;
    media) "$ctl" health "127.0.0.1:$MEDIA" --timeout 2s ;;
    router-1) "$ctl" health "127.0.0.1:$ROUTER_1" --timeout 2s ;;
    router-2) "$ctl" health "127.0.0.1:$ROUTER_2" --timeout 2s ;;
    call) "$ctl" health "127.0.0.1:$CALL" --timeout 2s ;;
    directory) "$ctl" health "127.0.0.1:$DIRECTORY" --timeout 2s ;;
    ticket) "$ctl" health "127.0.0.1:$TICKET" --timeout 2s ;;
    console) curl -sf --noproxy '*' -m 2 "http://127.0.0.1:$CONSOLE/healthz" ;;
    kamailio) "$ctl" sip-ping "127.0.0.1:$SIP" --timeout 2s ;;
    demo) supervisorctl_ status demo | grep -q RUNNING ;;
  esac >/dev/null 2>&1
}
