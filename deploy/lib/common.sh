# Sourced by every script of deploy/ and by tests/run: where things are and how we talk to the person at the terminal.
# shellcheck shell=bash

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly repo

# A step says what starts now and how long the run has taken so far.
step() { printf '\n==> [%s] %s\n' "$(elapsed)" "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf '    ! %s\n' "$*" >&2; }
fail() {
  printf '\n!!! %s\n' "$*" >&2
  exit 1
}

# SECONDS counts from the start of the script.
elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# build_preset PRESET BUILD_DIR [ninja target…] [-- cmake option…]: configures and builds with all cores.
build_preset() {
  local preset=$1 dir=$2 targets=()
  shift 2
  while [[ $# -gt 0 && $1 != -- ]]; do
    targets+=("$1")
    shift
  done
  [[ $# -eq 0 ]] || shift
  step "building preset '$preset' in ${dir#"$repo"/}"
  # Paths relative to the checkout, so that every clone shares one cache.
  export CCACHE_BASEDIR=$repo CCACHE_NOHASHDIR=1
  [[ -n ${HOME:-} ]] || export CCACHE_DIR=$repo/build/ccache
  mkdir -p "$(dirname "$dir")"
  cmake -S "$repo" --preset "$preset" -B "$dir" "$@" >"$dir.configure.log" 2>&1 || {
    cat "$dir.configure.log" >&2
    fail "cmake could not configure preset '$preset'"
  }
  NINJA_STATUS="    [%f/%t %es] " nice cmake --build "$dir" --parallel "$(nproc)" \
    ${targets[0]+--target "${targets[@]}"} || fail "the build of preset '$preset' failed: see above"
}

# Writes stdin to $1 by rename, so that a reader never sees half a file. An equal file keeps its time stamp.
write_file() {
  local path=$1 mode=${2:-644} temporary
  temporary=$(mktemp "$path.XXXXXX")
  chmod "$mode" "$temporary"
  cat >"$temporary"
  if cmp -s "$temporary" "$path"; then rm "$temporary"; else mv "$temporary" "$path"; fi
}
