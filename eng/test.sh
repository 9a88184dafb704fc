#!/usr/bin/env bash
# Installs what the tests need and runs them. Results are left in artifacts/test-results for whoever counts them.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
command -v dot >/dev/null || packages+=(graphviz)
[ -x /usr/bin/chromium ] || packages+=(chromium fonts-dejavu-core)
# What reads the formats back: the tests run Debian's own Python, whatever else is in PATH.
/usr/bin/python3 -c 'import networkx, openpyxl' 2>/dev/null || packages+=(python3 python3-networkx python3-openpyxl)
/usr/bin/python3 -c 'import pyte' 2>/dev/null || packages+=(python3 python3-pyte) # a terminal, for the live view
[ -x /usr/sbin/nft ] || packages+=(nftables) # drafts of firewalls
command -v unshare >/dev/null || packages+=(util-linux)
command -v shellcheck >/dev/null || packages+=(shellcheck)
command -v jq >/dev/null || packages+=(jq) # the examples of the README
# Fetches other readers of the formats; Debian's npm would bring 580 packages along. They run in Playwright's own Node.js.
command -v npm >/dev/null || [ -d /usr/share/nodejs/registry-url ] && command -v curl >/dev/null \
  || packages+=(nodejs node-registry-url curl ca-certificates)
if [ ${#packages[@]} -gt 0 ]; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi

bash eng/fetch-test-tools.sh

rm -rf artifacts/test-results
status=0
# One test project after the other: both run real programs, which would be slow together.
dotnet test FlowMatrix.slnx -m:1 -c Release --logger trx --results-directory artifacts/test-results "$@" || status=$?

# The console names the tests that were skipped, the result files say why.
find artifacts/test-results -name '*.trx' -exec sed -n '/outcome="NotExecuted"/,/<\/UnitTestResult>/s:.*<\(StdOut\|Message\)>\(.*\)</.*:skipped\: \2:p' {} + | sort | uniq -c
exit "$status"
