#!/usr/bin/env bash
# Fetches what some tests hold the tool's output against, from the npm registry into artifacts/test-tools: Mermaid and
# D2 as readers of what the tool writes for them, axe-core for the accessibility of the page. Nothing of it is part of
# the tool. The archives must be those whose hashes eng/test-tools.sha256 records.
set -euo pipefail
cd "$(dirname "$0")/.."
hashes=$PWD/eng/test-tools.sha256
tools=$PWD/artifacts/test-tools

cmp -s "$hashes" "$tools/fetched" && exit 0
rm -rf "$tools"
mkdir -p "$tools"
fetch() { # fetch <package> <folder> <what of it>...
  local archive
  archive=$(cd "$tools" && npm pack --silent "$1")
  (cd "$tools" && grep -F " $archive" "$hashes" | sha256sum --check --quiet)
  mkdir "$tools/$2"
  tar -xzf "$tools/$archive" -C "$tools/$2" --strip-components=1 "${@:3}"
  rm "$tools/$archive"
}
fetch axe-core@4.14.1 axe-core package/axe.min.js package/LICENSE
fetch mermaid@12.3.0 mermaid package/dist/mermaid.min.js package/LICENSE
fetch @terrastruct/d2@0.1.33 d2 package/dist/node-esm package/package.json
cp "$hashes" "$tools/fetched"
