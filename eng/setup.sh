#!/usr/bin/env bash
# Installs everything that building, testing, checking and packing need on a Debian that has the .NET SDK. Installs only
# what is missing; the other scripts call it.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
command -v dot >/dev/null || packages+=(graphviz)
[ -x /usr/bin/chromium ] || packages+=(chromium fonts-dejavu-core) # tests of the page
# Readers of the written formats. The tests run Debian's Python, whichever Python is first in PATH.
/usr/bin/python3 -c 'import networkx, openpyxl' 2>/dev/null || packages+=(python3 python3-networkx python3-openpyxl)
/usr/bin/python3 -c 'import pyte' 2>/dev/null || packages+=(python3 python3-pyte) # a terminal for the live view
[ -x /usr/sbin/nft ] || packages+=(nftables) # firewall drafts
command -v unshare >/dev/null || packages+=(util-linux)
# Linux hosts: a real ssh server, network namespaces, and the shells in which the script runs.
[ -x /usr/sbin/sshd ] || packages+=(openssh-server openssh-client)
command -v sudo >/dev/null || packages+=(sudo)
command -v ip >/dev/null || packages+=(iproute2)
for shell in dash mksh busybox fish zsh; do
  command -v "$shell" >/dev/null || packages+=("$shell")
done
command -v shellcheck >/dev/null || packages+=(shellcheck)
command -v jq >/dev/null || packages+=(jq) # examples in the README
command -v node >/dev/null || packages+=(nodejs) # checks of the page's scripts
# eng/fetch-test-tools.sh needs npm, or these packages instead of Debian's npm, which has 580 dependencies.
command -v npm >/dev/null || { [ -d /usr/share/nodejs/registry-url ] && command -v curl >/dev/null; } \
  || packages+=(nodejs node-registry-url curl ca-certificates)
command -v unzip >/dev/null || packages+=(unzip) # eng/check-package.sh
# Native AOT needs a linker and zlib.
command -v gcc >/dev/null || command -v clang >/dev/null || packages+=(gcc libc6-dev)
[ -f /usr/include/zlib.h ] || packages+=(zlib1g-dev)

if [ ${#packages[@]} -gt 0 ]; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi

mkdir -p artifacts
eng/fetch-test-tools.sh
dotnet tool restore >artifacts/tool-restore.log || { cat artifacts/tool-restore.log >&2; exit 1; }
