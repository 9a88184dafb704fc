#!/usr/bin/env bash
# Fetches what some tests hold the tool's output against, from the npm registry into artifacts/test-tools: Mermaid and
# D2 as readers of what the tool writes for them, axe-core for the accessibility of the page. Nothing of it is part of
# the tool. The archives must be those whose hashes eng/test-tools.sha256 records.
#
# Debian's npm needs 580 packages to be installed. Where npm is missing, curl fetches the same archives; which registry
# to ask is then read by Debian's registry-url from npm's settings (npm_config_registry, .npmrc, else npm's default).
set -euo pipefail
cd "$(dirname "$0")/.."
hashes=$PWD/eng/test-tools.sha256
tools=$PWD/artifacts/test-tools

cmp -s "$hashes" "$tools/fetched" && exit 0
rm -rf "$tools"
mkdir -p "$tools"
if ! command -v npm >/dev/null; then
  registry=$(node --input-type=module -e 'console.log((await import("/usr/share/nodejs/registry-url/index.js")).default())')
fi
fetch() { # fetch <package> <version> <folder> <what of it>...
  local archive=$1-$2.tgz
  archive=${archive#@}
  archive=${archive/\//-}
  if command -v npm >/dev/null; then
    (cd "$tools" && npm pack --silent "$1@$2" >/dev/null)
  else
    curl -sSfL --retry 3 -o "$tools/$archive" "${registry%/}/$1/-/${1##*/}-$2.tgz"
  fi
  (cd "$tools" && grep -F " $archive" "$hashes" | sha256sum --check --quiet)
  mkdir "$tools/$3"
  tar -xzf "$tools/$archive" -C "$tools/$3" --strip-components=1 "${@:4}"
  rm "$tools/$archive"
}
fetch axe-core 4.14.1 axe-core package/axe.min.js package/LICENSE
fetch mermaid 12.3.0 mermaid package/dist/mermaid.min.js package/LICENSE
fetch @terrastruct/d2 0.1.33 d2 package/dist/node-esm package/package.json
cp "$hashes" "$tools/fetched"
