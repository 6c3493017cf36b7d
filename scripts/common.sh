# Shared by the scripts beside it: which Debian packages are needed, and how to build.
# Sourced by bash with `set -euo pipefail`; everything it says goes to stderr.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

build_packages=(
  clang-19 lld-19 cmake ninja-build ccache libuv1-dev tao-pegtl-dev nlohmann-json3-dev
  libfmt-dev libre2-dev libutf8proc-dev libsqlite3-dev libjq-dev
)
[[ ! -d $root/src/dispatch/pool ]] || build_packages+=(libhiredis-dev)
test_packages=(libclang-rt-19-dev llvm-19 clang-format-19 catch2 libvterm-dev less vim-tiny)

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# missing_packages PACKAGE...: those that are not installed, one a line.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    awk '$2 == "installed" { print $1 }' || true)
  printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed" | grep . || printf '%s\n' -) || true
}

# need_packages PACKAGE...: installs what is missing; ends the script when it cannot.
need_packages() {
  local missing apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    command -v clang++-19 >/dev/null && return  # not Debian: CMake names what it does not find
    die "this system has no apt-get; install what these Debian 12 packages hold: $*"
  fi
  mapfile -t missing < <(missing_packages "$@")
  (( ${#missing[@]} )) || return 0
  if (( EUID != 0 )); then
    command -v sudo >/dev/null ||
      die "these packages are missing and there is no sudo: ${missing[*]}"
    if [[ -t 0 && -t 2 ]]; then apt=(sudo "${apt[@]}"); else apt=(sudo -n "${apt[@]}"); fi
  fi
  note "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${apt[@]}" update || true; "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "these packages could not be installed: ${missing[*]}"
  fi
  rm -f "$log"
}

# build PRESET DIRECTORY TARGET...: configures when needed and builds, one build of a directory at
# a time. Extra CMake arguments come from the array cmake_options.
cmake_options=()
build() {
  local preset=$1 directory=$root/$2 ninja=(ninja)
  shift 2
  mkdir -p "$directory"
  [[ -t 2 ]] || ninja+=(--quiet)
  (
    flock 9
    cd "$root"
    if [[ ! -f $directory/build.ninja ]] || (( ${#cmake_options[@]} )); then
      cmake --preset "$preset" "${cmake_options[@]}" >"$directory/configure.log" 2>&1 || {
        cat "$directory/configure.log" >&2
        exit 1
      }
    fi
    "${ninja[@]}" -C "$directory" -j "$(nproc)" "$@" >&2
  ) 9>"$directory/.lock" </dev/null
}
