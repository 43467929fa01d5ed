# Sourced by tests/deploy/edge_test: SIP requests made by hand, over UDP.
# shellcheck shell=bash

promise() { printf 'ok: %s\n' "$*"; }
broken() {
  printf 'BROKEN: %s\n' "$*"
  exit 1
}

# until_ok SECONDS WHAT COMMAND…: repeats the command until it succeeds.
until_ok() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS <= deadline)) || broken "$what"
    read -rt 0.1 <> <(:) || true # a pause without a process
  done
  promise "$what"
}

sequence=0
# request METHOD URI [header line…]: prints a request; a header given replaces the usual one.
request() {
  local method=$1 uri=$2 header name id=$RANDOM$RANDOM$((++sequence))
  local -A headers=(
    [Via]="SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK$id" [From]="<sip:8001@$DOMAIN>;tag=$id" [To]="<$uri>"
    [Call-ID]="$id@test" [CSeq]="1 $method" [Max-Forwards]=70 [Contact]="<sip:x@127.0.0.1:9>" [Content-Length]=0)
  shift 2
  for header in "$@"; do headers[${header%%: *}]=${header#*: }; done
  printf '%s %s SIP/2.0\r\n' "$method" "$uri"
  for name in "${!headers[@]}"; do printf '%s: %s\r\n' "$name" "${headers[$name]}"; done
  printf '\r\n'
}

# datagram REQUEST: prints it in one write, as UDP wants; bash itself writes line by line. $() took the last newline.
datagram() { printf '%s\n' "$1" | dd bs=65535 iflag=fullblock status=none; }

# ask PORT REQUEST [tcp]: prints the final answer, or nothing after two seconds.
ask() {
  local socket answer
  exec {socket}<>"/dev/${3:-udp}/127.0.0.1/$1"
  datagram "$2" >&"$socket"
  while answer=$(timeout 2 dd bs=65535 count=1 status=none 2>/dev/null <&"$socket") && [[ $answer == "SIP/2.0 1"* ]]; do :; done
  exec {socket}>&-
  printf '%s' "$answer"
}

# expect CODE REQUEST WHAT: asks the edge; leaves the answer in $reply.
expect() {
  reply=$(ask "$SIP" "$2")
  [[ $reply == "SIP/2.0 $1 "* ]] || broken "$3 must be answered with $1, not '${reply%%$'\r'*}'"
  promise "$3: $1"
}

md5() { printf '%s' "$1" | md5sum | cut -d' ' -f1; }

# authorized USER PASSWORD CONTACT [EXTENSION]: prints a REGISTER with digest, for a nonce asked for just before.
authorized() {
  local user=$1 extension=${4:-$1} uri=sip:$DOMAIN nonce answer
  local who=("From: <sip:$extension@$DOMAIN>;tag=r" "To: <sip:$extension@$DOMAIN>")
  nonce=$(ask "$SIP" "$(request REGISTER "$uri" "${who[@]}")" | sed -n 's/.*nonce="\([^"]*\)".*/\1/p')
  answer=$(md5 "$(md5 "$user:$DOMAIN:$2"):$nonce:00000001:c:auth:$(md5 "REGISTER:$uri")")
  request REGISTER "$uri" "${who[@]}" "Contact: <$3>" "Authorization: Digest username=\"$user\", realm=\"$DOMAIN\",\
 nonce=\"$nonce\", uri=\"$uri\", response=\"$answer\", qop=auth, cnonce=\"c\", nc=00000001"
}

# register USER PASSWORD CONTACT [EXTENSION]: leaves the answer in $reply.
register() { reply=$(ask "$SIP" "$(authorized "$@")"); }
