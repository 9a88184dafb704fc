#!/usr/bin/env bash
# Measures whole processes: flowmatrix against a bare walk over the same bytes (= 1), in turn, and its start-up.
# Needs the .NET SDK, what Native AOT needs (clang or gcc, zlib1g-dev) and GNU time (Debian: time).
#   bench/run.sh [SOCKETS [HOSTS [RUNS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
sockets=${1:-2000000} hosts=${2:-1000} runs=${3:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish src/FlowMatrix -c Release -r linux-x64 -o "$work/tool" >"$work/log" || { cat "$work/log"; exit 1; }
dotnet publish bench/FlowMatrix.Bench -c Release -r linux-x64 -o "$work/bench" >"$work/log" || { cat "$work/log"; exit 1; }
"$work/bench/flowmatrix-bench" generate --hosts "$hosts" --sockets "$sockets" --seed 1 -o "$work/estate.json"

# Prints seconds and peak KB of a command; its output goes to a file, so that both sides pay the same for it.
measure() { /usr/bin/time -f '%e %M' -o "$work/time" "$@" >"$work/out"; cat "$work/time"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "machine: $(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), SDK $(dotnet --version), $(date -u +%F)"
echo "estate: $(stat -c %s "$work/estate.json") bytes, about $sockets sockets on $hosts hosts"
for ((i = 0; i <= runs; i++)); do
  read -r walk _ < <(measure "$work/bench/flowmatrix-bench" walk "$work/estate.json")
  read -r job peak < <(measure "$work/tool/flowmatrix" --input "$work/estate.json" --format csv)
  [ "$i" = 0 ] && continue # the first pair warms the page cache
  echo "walk $walk s, job $job s, ratio $(awk "BEGIN { printf \"%.2f\", $job / $walk }"), peak $((peak / 1024)) MB"
done | tee "$work/pairs"
echo "rows: $(($(wc -l <"$work/out") - 1))"
echo "median ratio: $(sed 's/.*ratio \([0-9.]*\),.*/\1/' "$work/pairs" | median)"
echo "median peak: $(sed 's/.*peak \([0-9]*\) MB/\1/' "$work/pairs" | median) MB," \
  "allowed $((64 + 48 * sockets / 1024 / 1024)) MB"

"$work/bench/flowmatrix-bench" generate --hosts "$hosts" --sockets "$sockets" --seed 1 --no-pools -o "$work/estate.json"
read -r _ peak < <(measure "$work/tool/flowmatrix" --input "$work/estate.json" --format csv)
echo "without pools of connections: rows: $(($(wc -l <"$work/out") - 1)), peak: $((peak / 1024)) MB"

for ((i = 0; i < 20; i++)); do
  start=$EPOCHREALTIME
  "$work/tool/flowmatrix" --version >"$work/out"
  echo $((${EPOCHREALTIME/./} - ${start/./}))
done | median | awk '{ printf "median start-up (--version): %.1f ms\n", $1 / 1000 }'
