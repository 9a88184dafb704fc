#!/usr/bin/env bash
# Measures the cost of many aliases, patterns, networks and rules, on top of reading and writing the rows.
# Needs the .NET SDK, what Native AOT needs (clang or gcc, zlib1g-dev) and GNU time (Debian: time).
#   bench/names.sh [ROWS [NAMES [TOOL]]]
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-20000} names=${2:-10000} tool=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$tool" ]; then
  dotnet publish src/FlowMatrix -c Release -r linux-x64 -o "$work/tool" >"$work/log" || { cat "$work/log"; exit 1; }
  tool=$work/tool/flowmatrix
fi
dotnet run -c Release --project bench/FlowMatrix.Bench -- names --rows "$rows" --names "$names" --seed 1 -o "$work"

# Prints the time, the peak memory and the number of lines written. Exit code 1 is the result of a check.
measure() {
  local what=$1 code=0
  shift
  /usr/bin/time -q -f '%e %M' -o "$work/time" "$tool" "$@" -i "$work/rows.csv" >"$work/out" 2>"$work/err" || code=$?
  [ "$code" -le 1 ] || { cat "$work/err"; exit 1; }
  read -r seconds peak < <(tail -1 "$work/time")
  echo "$what: $seconds s, $((peak / 1024)) MB, $(wc -l <"$work/out") lines, $(wc -l <"$work/err") messages"
}

echo "machine: $(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg); $rows rows, $names names"
measure "rows alone" --no-config
measure "aliases" --config "$work/aliases.yaml"
measure "aliases that begin with groups" --config "$work/aliases-alternatives.yaml"
measure "patterns" --config "$work/globs.yaml"
measure "names that match nothing" --config "$work/names.yaml"
measure "networks" --config "$work/networks.yaml" --group-by network
measure "check by rules" check --no-config --policy "$work/rules.yaml"
measure "check --learn" check --no-config --learn
