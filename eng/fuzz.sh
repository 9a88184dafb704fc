#!/usr/bin/env bash
# Fuzzes the readers.
#   eng/fuzz.sh [SECONDS [SEED]]       all readers with mutated inputs; prints their number (default: one hour, seed 1)
#   eng/fuzz.sh afl READER [SECONDS]   one reader with AFL++ (Debian: afl++) through SharpFuzz
# Inputs that make a reader fail are left in artifacts/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/fuzz
dotnet build bench/FlowMatrix.Fuzz -c Release -o "$out/tool" --nologo -v q

if [ "${1:-}" != afl ]; then
  exec dotnet "$out/tool/flowmatrix-fuzz.dll" run "${1:-3600}" "${2:-1}" "$out"
fi

reader=${2:?which reader: file, answer, flows, names, ids, message, yaml}
seconds=${3:-3600}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing (Debian: apt install afl++)" >&2; exit 1; }
[ -x "$out/bin/sharpfuzz" ] || dotnet tool install --tool-path "$out/bin" SharpFuzz.CommandLine --version 2.3.0
rm -rf "$out/afl-$reader" "$out/seeds-$reader"
dotnet "$out/tool/flowmatrix-fuzz.dll" seeds "$reader" "$out/seeds-$reader"
for layer in "$out"/tool/FlowMatrix.{Core,Files,Sources}.dll "$out/tool/flowmatrix.dll"; do
  "$out/bin/sharpfuzz" "$layer" # so that AFL++ sees which code an input reaches
done
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1
AFL_NO_UI=${AFL_NO_UI-1} \
  afl-fuzz -V "$seconds" -t 5000+ -m none -i "$out/seeds-$reader" -o "$out/afl-$reader" \
  dotnet "$out/tool/flowmatrix-fuzz.dll" afl "$reader"
grep -E '^(execs_done|saved_crashes|saved_hangs|corpus_count)' "$out/afl-$reader/default/fuzzer_stats"
