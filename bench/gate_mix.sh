#!/usr/bin/env bash
# gate_mix.sh POLICY WORKSPACE WEIR: the mix of builds that the gate is measured with, once.
#
# Four workspaces are built and a fifth is built and its tests compiled, all cold and at once, each
# by a session of its own as agents do; at 4, 11 and 18 s somebody checks one crate of a workspace
# that nobody builds. POLICY says who keeps order: gate, flock (one lock for the machine, which the
# checks pass by), reservation (the lock, and a processor that builds must not use), free, or
# alone (one check, nothing else). WORKSPACE is the pattern of all workspaces.
#
# Prints: makespan, mean end of the builds, the three checks (s), most rustc at once, their most
# memory (MiB). All that it makes lies in a directory that goes away.
set -euo pipefail

policy=$1 pattern=$(realpath -- "$2") weir=$(realpath -- "$3")
work=$(mktemp -d)
builds=() checks=()
sampler=
clean_up() {
  [[ -z $sampler ]] || kill "$sampler" 2>/dev/null || true
  # The daemon of this run: whoever has its socket's directory in its environment.
  local process
  for process in $(pgrep -f 'gate serve'); do
    ! grep -qz "^XDG_RUNTIME_DIR=$work/run$" "/proc/$process/environ" 2>/dev/null || kill "$process" || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
export XDG_RUNTIME_DIR=$work/run XDG_STATE_HOME=$work/state
mkdir -m 700 "$work/run" "$work/state" "$work/bin" "$work/ends"
unset GATE_LEASE GATE_HOLDER GATE_BAND MAKEFLAGS CARGO_MAKEFLAGS CARGO_TARGET_DIR
if [[ $policy == gate ]]; then
  ln -s "$weir" "$work/bin/cargo"
  export PATH=$work/bin:$PATH
fi
for name in w1 w2 w3 w4 w5 f1 f2 f3; do cp -r "$pattern" "$work/$name"; done

now() { printf '%s' "$EPOCHREALTIME"; }

# timed NAME DIRECTORY WORD...: runs in a session of its own and notes when it began and ended.
timed() {
  local name=$1 directory=$2 began status=0
  shift 2
  began=$(now)
  (cd "$work/$directory" && exec setsid -w "$@") >"$work/$name.log" 2>&1 </dev/null || status=$?
  printf '%s %s %s\n' "$began" "$(now)" "$status" >"$work/ends/$name"
}

bulk() {
  local name=$1 directory=$2
  shift 2
  case $policy in
    flock) timed "$name" "$directory" flock "$work/lock" "$@" ;;
    reservation) CARGO_BUILD_JOBS=$(($(nproc) > 1 ? $(nproc) - 1 : 1)) \
      timed "$name" "$directory" flock "$work/lock" "$@" ;;
    *) timed "$name" "$directory" "$@" ;;
  esac
}

# The most rustc at once and the most memory that they had together.
sample() {
  local most=0 memory=0 count sum
  while :; do
    read -r count sum < <(ps -C rustc -o rss= | awk '{ s += $1 } END { print NR, int(s / 1024) }')
    (( count <= most )) || most=$count
    (( sum <= memory )) || memory=$sum
    printf '%d %d\n' "$most" "$memory" >"$work/peak.new"
    mv "$work/peak.new" "$work/peak"
    sleep 0.2
  done
}

if [[ $policy == alone ]]; then
  timed c1 f1 cargo check -p leaf
  read -r began ended status <"$work/ends/c1"
  (( status == 0 )) || { cat "$work/c1.log" >&2; exit 1; }
  awk "BEGIN { printf \"%.2f\\n\", $ended - $began }"
  exit
fi

sample & sampler=$!
start=$(now)
for i in 1 2 3 4; do bulk "b$i" "w$i" cargo build & builds+=("b$i"); done
bulk b5 w5 cargo build & builds+=(b5)
bulk b6 w5 cargo test --no-run & builds+=(b6)
for check in 1:4 2:11 3:18; do
  (sleep "${check#*:}"; timed "c${check%:*}" "f${check%:*}" cargo check -p leaf) &
  checks+=("c${check%:*}")
done
jobs -p | grep -vx "$sampler" | while read -r pid; do tail --pid="$pid" -f /dev/null; done
for name in "${builds[@]}" "${checks[@]}"; do
  read -r _ _ status <"$work/ends/$name"
  (( status == 0 )) || { echo "$name failed" >&2; tail -n 5 "$work/$name.log" >&2; exit 1; }
done
{
  for name in "${builds[@]}"; do sed 's/^/build /' "$work/ends/$name"; done
  for name in "${checks[@]}"; do sed 's/^/check /' "$work/ends/$name"; done
} | awk -v start="$start" -v peak="$(cat "$work/peak")" '
  $1 == "build" { end = $3 - start; sum += end; ++count; if (end > makespan) makespan = end }
  $1 == "check" { checks = checks sprintf(" %.2f", $3 - $2) }
  END { printf "%.1f %.1f%s %s\n", makespan, sum / count, checks, peak }'
