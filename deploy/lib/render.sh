# Sourced by deploy/up: writes what the processes are started with into $var. Each program gets a fingerprint of
# everything it was made from; supervisord then restarts exactly those whose section changed.
# shellcheck shell=bash

# The caller sets $ctl (hotline-ctl), $config (the YAML file) and $bin (the folder of the programs).
bin=${bin:-}
readonly DOMAIN=hotline.local
# SIP requests per source and two seconds before Kamailio stops answering; 0: no limit. Generous, because on loopback
# every phone and every load test is the same source.
flood_limit=${SIP_FLOOD_LIMIT:-20000}

# One line "extension:password" per phone. Made once, kept for ever; new extensions get new passwords.
render_sip_users() {
  local file=$var/secrets/sip-users extension
  mkdir -p "$var/secrets"
  chmod 700 "$var/secrets"
  [[ -e $file ]] || write_file "$file" 600 </dev/null
  "$ctl" config sip-users "$config" | while read -r extension; do
    grep -q "^$extension:" "$file" && continue
    printf '%s:%s\n' "$extension" "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')"
  done | cat "$file" - | sort -t: -k1,1n | write_file "$file" 600
}

# The key with which the processes vouch for who calls. Made once; a new one would sign everybody out.
render_access_key() {
  local file=$var/secrets/access.key
  mkdir -p "$var/secrets"
  chmod 700 "$var/secrets"
  [[ -e $file ]] || head -c 32 /dev/urandom | write_file "$file" 600
}

# The key that seals callers' numbers in the tickets. Made once, kept for ever: without it the numbers are lost.
render_ticket_key() {
  local file=$var/secrets/ticket.key
  [[ -e $file ]] || od -An -N32 -v -tx1 /dev/urandom | tr -d ' \n' | write_file "$file" 600
}

# Who may sign in to the console. Without --demo: one supervisor, whose password is shown once and kept nowhere. With it:
# an operator for each seat and a supervisor, whose passwords stay in $var/secrets/console-users. Sets $new_account.
render_accounts() {
  local file=$var/console/accounts.yaml users=$var/secrets/console-users seat
  mkdir -p "$var/console"
  chmod 700 "$var/console"
  new_account=
  if [[ ${demo:-no} == yes && ! -e $users ]]; then
    {
      add_account supervisor --role supervisor,operator
      "$ctl" config seats "$config" | while read -r seat; do
        add_account "operator-${seat#s}" --role operator --seat "$seat"
      done
    } | write_file "$users" 600
  elif [[ ! -e $file ]]; then
    # shellcheck disable=SC2034  # deploy/up prints it
    new_account=$(add_account supervisor --role supervisor)
  fi
}

# add_account NAME OPTION…: prints "NAME PASSWORD"; an account that is there gets a new password.
add_account() {
  local file=$var/console/accounts.yaml
  "$bin/hotline-console" account remove "$file" "$1" 2>/dev/null || true
  echo | "$bin/hotline-console" account add "$file" "$@"
}

# The parameters of deploy/kamailio.cfg, and the tables it looks things up in. Holds password hashes: mode 600.
render_kamailio() {
  mkdir -p "$var/kamailio"
  {
    echo '#!KAMAILIO'
    echo '# Written by deploy/up.'
    printf '#!substdef "!%s!%s!g"\n' SIP_PORT "$SIP" INSIDE_PORT "$SIP_INSIDE" PARTNER_PORT "$SIP_PARTNER" \
      CALL_PORT "$CALL_SIP" DOMAIN "$DOMAIN" RUN_DIR "$run" LOCATION_DB "$var/kamailio/location.db"
    ((flood_limit == 0)) || echo "#!define FLOOD_LIMIT $flood_limit"
    echo "include_file \"$repo/deploy/kamailio.cfg\""
    echo 'event_route[htable:mod-init] {'
    local extension password hash
    while IFS=: read -r extension password; do
      hash=$(printf '%s:%s:%s' "$extension" "$DOMAIN" "$password" | md5sum)
      # shellcheck disable=SC2016  # the dollar is Kamailio's
      printf '  $sht(ha1=>%s) = "%s";\n' "$extension" "${hash%% *}"
    done <"$var/secrets/sip-users"
    "$ctl" config numbers "$config" | sort -u | while read -r number; do
      # shellcheck disable=SC2016
      printf '  $sht(number=>%s) = 1;\n' "$number"
    done
    echo '}'
  } | write_file "$var/kamailio/kamailio.cfg" 600
}

render_redis() {
  mkdir -p "$var/redis"
  write_file "$var/redis/redis.conf" <<EOF2
# Written by deploy/up: a private Redis for the router's journal.
bind 127.0.0.1
port $REDIS
unixsocket $run/redis.sock
unixsocketperm 700
daemonize no
dir $var/redis
appendonly yes
appendfsync everysec
# The journal is the appendonly file; no second copy.
save ""
# Full memory must refuse writes (the router then spools to disk), never drop keys.
maxmemory 512mb
maxmemory-policy noeviction
maxclients 512
tcp-keepalive 60
EOF2
}

# environment KEY VALUE…: prints a line for supervisord; % and " have a meaning there.
environment() {
  local line=
  while [[ $# -gt 0 ]]; do
    [[ $2 != *[\"$'\n']* ]] || fail "$1: a value may not have a quote or a line break"
    line+=",$1=\"${2//%/%%}\""
    shift 2
  done
  echo "environment=${line#,}"
}

# program NAME PRIORITY STOP_SECONDS FINGERPRINT_FILES COMMAND [KEY VALUE…]
program() {
  local name=$1 priority=$2 stop_seconds=$3 files=$4 command=$5 fingerprint
  shift 5
  # shellcheck disable=SC2086  # a list of files
  fingerprint=$(sha256sum $files | awk '{ print $1 }' | sha256sum | cut -c1-16)
  cat <<EOF2

[program:$name]
command=$command
priority=$priority
directory=$var
autorestart=true
startsecs=1
startretries=1000000
stopsignal=TERM
stopwaitsecs=$stop_seconds
killasgroup=true
redirect_stderr=true
stdout_logfile=$var/log/$name.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
EOF2
  environment FINGERPRINT "$fingerprint" "$@"
}

# add_user_settings SECTION: HOTLINE_<SECTION>_… and HOTLINE_LOG_… of the caller's shell join `settings`, and win:
# `HOTLINE_LOG_LEVEL=debug deploy/up`. Others stay out, so that a change restarts only whom it concerns.
add_user_settings() {
  local name
  for name in $(compgen -e | grep -E "^HOTLINE_($1|LOG)_" || true); do settings+=("$name" "${!name}"); done
}

# settings_of PROGRAM: fills the array `settings` with the KEY VALUE pairs that this machine decides for it.
settings_of() {
  case $1 in
    media)
      settings=(HOTLINE_MEDIA_LISTEN "127.0.0.1:$MEDIA" HOTLINE_MEDIA_METRICS "127.0.0.1:$MEDIA_METRICS"
        HOTLINE_MEDIA_PROMPTS_DIR "$var/prompts")
      add_user_settings MEDIA
      ;;
    router-1 | router-2)
      local listen=ROUTER_${1#*-} metrics=ROUTER_${1#*-}_METRICS
      settings=(HOTLINE_ROUTER_NAME "$1" HOTLINE_ROUTER_LISTEN "127.0.0.1:${!listen}"
        HOTLINE_ROUTER_METRICS "127.0.0.1:${!metrics}" HOTLINE_ROUTER_REDIS "unix:$run/redis.sock"
        HOTLINE_ROUTER_SPOOL_DIR "$var/$1")
      add_user_settings ROUTER
      ;;
    call)
      settings=(HOTLINE_CALL_LISTEN "127.0.0.1:$CALL" HOTLINE_CALL_METRICS "127.0.0.1:$CALL_METRICS"
        HOTLINE_CALL_SIP_LISTEN "127.0.0.1:$CALL_SIP" HOTLINE_CALL_SIP_PROXY "127.0.0.1:$SIP_INSIDE"
        HOTLINE_CALL_ROUTERS "127.0.0.1:$ROUTER_1,127.0.0.1:$ROUTER_2" HOTLINE_CALL_MEDIA "127.0.0.1:$MEDIA"
        HOTLINE_CALL_SPOOL_DIR "$var/call-1" HOTLINE_CALL_DOMAIN "$DOMAIN")
      add_user_settings CALL
      ;;
    ticket)
      settings=(HOTLINE_TICKET_LISTEN "127.0.0.1:$TICKET" HOTLINE_TICKET_METRICS "127.0.0.1:$TICKET_METRICS"
        HOTLINE_TICKET_ROUTERS "127.0.0.1:$ROUTER_1,127.0.0.1:$ROUTER_2" HOTLINE_TICKET_CALL "127.0.0.1:$CALL"
        HOTLINE_TICKET_DIRECTORY "127.0.0.1:$DIRECTORY"
        HOTLINE_TICKET_DATA_DIR "$var/ticket" HOTLINE_TICKET_KEY_FILE "$var/secrets/ticket.key")
      add_user_settings TICKET
      ;;
    directory)
      settings=(HOTLINE_DIRECTORY_LISTEN "127.0.0.1:$DIRECTORY" HOTLINE_DIRECTORY_METRICS "127.0.0.1:$DIRECTORY_METRICS"
        HOTLINE_DIRECTORY_DATA_DIR "$var/directory")
      add_user_settings DIRECTORY
      ;;
    console)
      settings=(HOTLINE_CONSOLE_LISTEN "127.0.0.1:$CONSOLE" HOTLINE_CONSOLE_METRICS "127.0.0.1:$CONSOLE_METRICS"
        HOTLINE_CONSOLE_ROUTERS "127.0.0.1:$ROUTER_1,127.0.0.1:$ROUTER_2" HOTLINE_CONSOLE_CALL "127.0.0.1:$CALL"
        HOTLINE_CONSOLE_TICKET "127.0.0.1:$TICKET" HOTLINE_CONSOLE_DIRECTORY "127.0.0.1:$DIRECTORY"
        HOTLINE_CONSOLE_DATA_DIR "$var/console"
        HOTLINE_CONSOLE_WEB_DIR "$repo/agent_console/web/dist")
      add_user_settings CONSOLE
      ;;
  esac
  # Who runs here and has this folder speaks through its sockets; the ports are for everybody else.
  settings+=(HOTLINE_ACCESS_KEY_FILE "$var/secrets/access.key" HOTLINE_HOST_SOCKET_DIR "$run")
}

# our_program NAME PRIORITY STOP_SECONDS: a process of the hotline; router-1 and router-2 are both hotline-router.
our_program() {
  local settings kind=${1%-[12]}
  local binary=$bin/hotline-$kind read=$var/supervisor/$1.read
  settings_of "$1"
  # What it reads of the file, so that a change of one program's section leaves the others alone.
  "$ctl" config read "$kind" "$config" | write_file "$read"
  local files="$binary $read"
  # A new build of the web app is read at the next start.
  [[ $1 != console || ! -e $repo/agent_console/web/dist/index.html ]] || files+=" $repo/agent_console/web/dist/index.html"
  program "$1" "$2" "$3" "$files" "$alone $binary --config $config" "${settings[@]}"
}

# config_is_right FILE: reads it as the processes will, with what this machine decides. Prints all mistakes.
config_is_right() {
  local name settings environment=()
  for name in router-1 call media directory ticket console; do
    settings_of "$name"
    while [[ ${#settings[@]} -gt 0 ]]; do
      environment+=("${settings[0]}=${settings[1]}")
      settings=("${settings[@]:2}")
    done
  done
  env "${environment[@]}" "$ctl" config check "$1"
}

render_supervisor() {
  local files_limit
  # What the programs were started by is gone: they end too, instead of living on without anybody knowing.
  local alone="setpriv --pdeathsig TERM --"
  files_limit=$(ulimit -n)
  mkdir -p "$var/supervisor"
  {
    cat <<EOF2
; Written by deploy/up.
[unix_http_server]
file=$run/supervisor.sock
chmod=0700
[supervisord]
pidfile=$run/supervisord.pid
logfile=$var/log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
childlogdir=$var/log
directory=$var
minfds=$files_limit
minprocs=64
user=$(id -un)
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$run/supervisor.sock
[include]
files=$var/supervisor/demo.conf
EOF2
    program redis 10 20 "$var/redis/redis.conf" "$alone redis-server $var/redis/redis.conf"
    our_program media 20 20
    our_program router-1 31 20
    our_program router-2 32 20
    program kamailio 40 10 "$var/kamailio/kamailio.cfg $repo/deploy/kamailio.cfg $repo/deploy/lib/run-kamailio" \
      "$alone $repo/deploy/lib/run-kamailio $var"
    our_program call 50 30
    our_program directory 55 20
    our_program ticket 60 20
    our_program console 70 10
  } | write_file "$supervisor_conf" 600
}

# One seat is left to a person with a browser: the first one. Its phone answers by itself.
# The robots start when the hotline answers, so their section is a file of its own that comes later.
render_demo() {
  local by_hand
  by_hand=$("$ctl" config seats "$config" | sed -n 1p)
  local command="setpriv --pdeathsig TERM -- $bin/hotline-demo --endpoints $var/endpoints.env --config $config"
  program demo 90 15 "$bin/hotline-demo $config $var/endpoints.env" "$command --secrets $var/secrets/sip-users \
    --access-key $var/secrets/access.key --seat-by-hand $by_hand" |
    write_file "$var/supervisor/demo.conf"
}

render_endpoints() {
  local area
  area=$("$ctl" config area "$config")
  write_file "$var/endpoints.env" <<EOF2
AREA=$area
SIP=127.0.0.1:$SIP
SIP_PARTNER=127.0.0.1:$SIP_PARTNER
ROUTER=127.0.0.1:$ROUTER_1
ROUTER_2=127.0.0.1:$ROUTER_2
CALL=127.0.0.1:$CALL
MEDIA=127.0.0.1:$MEDIA
TICKET=127.0.0.1:$TICKET
DIRECTORY=127.0.0.1:$DIRECTORY
REDIS=127.0.0.1:$REDIS
CONSOLE=127.0.0.1:$CONSOLE
METRICS=127.0.0.1:$ROUTER_1_METRICS
METRICS_ROUTER_2=127.0.0.1:$ROUTER_2_METRICS
METRICS_CALL=127.0.0.1:$CALL_METRICS
METRICS_MEDIA=127.0.0.1:$MEDIA_METRICS
METRICS_TICKET=127.0.0.1:$TICKET_METRICS
METRICS_DIRECTORY=127.0.0.1:$DIRECTORY_METRICS
METRICS_CONSOLE=127.0.0.1:$CONSOLE_METRICS
EOF2
}
