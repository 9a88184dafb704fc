#!/usr/bin/env bash
# Fetches the programs that some tests check the output with, from the npm registry into artifacts/test-tools: Mermaid
# and D2 read the diagrams, axe-core checks the page's accessibility. None of them is part of the tool. The archives
# must have the hashes in eng/test-tools.sha256.
#
# Debian's npm has 580 dependencies. Without npm, curl fetches the same archives from the registry that Debian's
# registry-url finds in npm's settings (npm_config_registry, .npmrc, else npm's default).
set -euo pipefail
cd "$(dirname "$0")/.."
hashes=$PWD/eng/test-tools.sha256
tools=$PWD/artifacts/test-tools

cmp -s "$hashes" "$tools/fetched" && exit 0
rm -rf "$tools"
mkdir -p "$tools"
if ! command -v npm >/dev/null; then
  registry=$(node --input-type=module \
    -e 'console.log((await import("/usr/share/nodejs/registry-url/index.js")).default())')
fi
fetch() { # fetch <package> <version> <folder> <file in the archive>...
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
