#!/usr/bin/env bash
# Installs what is missing (eng/setup.sh), builds and tests. Arguments go to "dotnet test". The results are left in
# artifacts/test-results.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/setup.sh

rm -rf artifacts/test-results
status=0
# One test project after the other: both start many processes and would slow each other down.
dotnet test FlowMatrix.slnx -m:1 -c Release --logger trx --results-directory artifacts/test-results "$@" || status=$?

# The console lists the skipped tests; only the result files contain the reasons.
find artifacts/test-results -name '*.trx' -exec sed -n \
  '/outcome="NotExecuted"/,/<\/UnitTestResult>/s:.*<\(StdOut\|Message\)>\(.*\)</.*:skipped\: \2:p' {} + | sort | uniq -c
exit "$status"
