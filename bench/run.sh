#!/usr/bin/env bash
# Measures whole processes built with Native AOT: time, peak memory and start-up.
#   bench/run.sh [SOCKETS [HOSTS [RUNS]]]
#       this checkout against a bare walk over the same bytes (= 1)
#   bench/run.sh --against COMMIT [SOCKETS [HOSTS [RUNS]]]
#       this checkout against COMMIT (= 1), measured in turn
# Needs the .NET SDK, what Native AOT needs (clang or gcc, zlib1g-dev) and GNU time (Debian: time).
set -euo pipefail
cd "$(dirname "$0")/.."
against=
if [ "${1:-}" = --against ]; then
  against=$(git rev-parse --verify --quiet "${2:?which commit?}^{commit}") || { echo "$2: no such commit" >&2; exit 2; }
  shift 2
fi
sockets=${1:-2000000} hosts=${2:-1000} runs=${3:-7}
[ -x /usr/bin/time ] || { echo "GNU time is missing: apt-get install time" >&2; exit 2; }

work=$(mktemp -d)
cleanup() {
  [ ! -d "$work/before" ] || git worktree remove --force "$work/before"
  rm -rf "$work"
}
trap cleanup EXIT

publish() { # publish <project> <folder>
  dotnet publish "$1" -c Release -r linux-x64 -o "$2" >"$work/log" || { cat "$work/log" >&2; exit 1; }
}
publish src/FlowMatrix "$work/tool"
publish bench/FlowMatrix.Bench "$work/bench"
if [ -n "$against" ]; then
  git worktree add --quiet --detach "$work/before" "$against"
  publish "$work/before/src/FlowMatrix" "$work/tool-before"
fi
new=$work/tool/flowmatrix old=$work/tool-before/flowmatrix walk=$work/bench/flowmatrix-bench

# Sets seconds, cpu (processor time in seconds) and peak (in KB) to those of a command. Its output goes to a file, so
# that all commands pay the same.
measure() {
  /usr/bin/time -q -f '%e %U %S %M' -o "$work/time" "$@" >"$work/out" || { echo "failed: $*" >&2; exit 1; }
  read -r seconds user system peak <"$work/time"
  cpu=$(awk "BEGIN { print $user + $system }")
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.10g\n", (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'; }
ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
change() { echo "ratio $(ratio "$(column "$2")" "$(column "$1")")"; }
column_range() { awk -v column="$1" '{ print $column }' "$work/pairs" | sort -n | sed -n '1p;$p' | paste -sd- ; }
column() { awk -v column="$1" '{ print $column }' "$work/pairs" | median; }

generate() { "$walk" generate --hosts "$hosts" --sockets "$sockets" --seed 1 "$@" -o "$work/estate.json"; }

# Milliseconds of a start, in turn if there are two programs: <new> [<old>]
start_up() {
  local start
  for ((i = 0; i <= 20; i++)); do
    for tool in "$@"; do
      start=$EPOCHREALTIME
      "$tool" --version >"$work/out"
      echo $((${EPOCHREALTIME/./} - ${start/./}))
    done | tr '\n' ' '
    echo
  done | tail -n +2 >"$work/pairs"
}

# Measures the old and the new program in turn and prints the medians and their ratio.
compare() { # compare <what> <argument>...
  local what=$1
  shift
  : >"$work/pairs"
  for ((i = 0; i <= runs; i++)); do
    measure "$old" "$@"
    local before="$seconds $cpu $peak" time_before=$seconds
    mv "$work/out" "$work/out-before"
    measure "$new" "$@"
    [ "$i" = 0 ] && continue # the first pair fills the page cache
    echo "$before $seconds $cpu $peak $(ratio "$seconds" "$time_before")" >>"$work/pairs"
  done
  local same=same
  cmp -s "$work/out" "$work/out-before" || same=DIFFERENT
  echo "$what: $same output, $(wc -l <"$work/out") lines"
  echo "  time $(column 1) s to $(column 4) s: $(change 1 4), single pairs $(column_range 7)"
  echo "  processor time $(column 2) s to $(column 5) s: $(change 2 5)"
  echo "  peak memory $(column 3) KB to $(column 6) KB: $(change 3 6)"
}

echo "machine: $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)," \
  "load $(cut -d' ' -f1 /proc/loadavg), SDK $(dotnet --version), $(date -u +%F)"
generate
echo "estate: $(stat -c %s "$work/estate.json") bytes, about $sockets sockets on $hosts hosts"

if [ -n "$against" ]; then
  echo "from $(git log -1 --format='%h (%s)' "$against")"
  echo "to $(git log -1 --format='%h (%s)')$([ -z "$(git status --porcelain)" ] || echo ', with changes')"
  compare "whole job" --input "$work/estate.json" --format csv
  generate --no-pools
  compare "without pools of connections" --input "$work/estate.json" --format csv
  start_up "$old" "$new"
  awk -v old="$(column 1)" -v new="$(column 2)" \
    'BEGIN { printf "start-up (--version): %.1f ms to %.1f ms: ratio %.2f\n", old / 1000, new / 1000, new / old }'
  exit
fi

for ((i = 0; i <= runs; i++)); do
  measure "$walk" walk "$work/estate.json"
  walk_time=$seconds
  measure "$new" --input "$work/estate.json" --format csv
  [ "$i" = 0 ] && continue # the first pair fills the page cache
  echo "$(ratio "$seconds" "$walk_time") $((peak / 1024)) $walk_time $seconds" >>"$work/pairs"
done
awk '{ print "walk " $3 " s, job " $4 " s, ratio " $1 ", peak " $2 " MB" }' "$work/pairs"
echo "rows: $(($(wc -l <"$work/out") - 1))"
echo "median ratio: $(column 1)"
echo "median peak: $(column 2) MB, allowed $((64 + 48 * sockets / 1024 / 1024)) MB"

generate --no-pools
measure "$new" --input "$work/estate.json" --format csv
echo "without pools of connections: rows: $(($(wc -l <"$work/out") - 1)), peak: $((peak / 1024)) MB"

start_up "$new"
column 1 | awk '{ printf "median start-up (--version): %.1f ms\n", $1 / 1000 }'
