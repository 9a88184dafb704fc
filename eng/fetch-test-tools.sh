#!/usr/bin/env bash
# Fetches the programs that check the output, from the npm registry into artifacts/test-tools: Mermaid and D2 read the
# diagrams, axe-core checks the page's accessibility, TypeScript and ESLint check its scripts (eng/check-page.mjs). None
# of them is part of the tool. The archives must have the hashes in eng/test-tools.sha256.
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
  mkdir -p "$tools/$3"
  tar -xzf "$tools/$archive" -C "$tools/$3" --strip-components=1 --wildcards "${@:4}"
  rm "$tools/$archive"
}
fetch axe-core 4.14.1 axe-core package/axe.min.js package/LICENSE
fetch mermaid 12.3.0 mermaid package/dist/mermaid.min.js package/LICENSE
fetch @terrastruct/d2 0.1.33 d2 package/dist/node-esm package/package.json
fetch typescript 5.9.3 typescript package/lib/typescript.js 'package/lib/lib.*.d.ts' package/LICENSE.txt
fetch eslint-linter-browserify 10.11.0 eslint package/linter.mjs package/LICENSE # ESLint without a command line
fetch globals 17.14.0 globals package/globals.json # names that browsers define
# Types of the libraries of the page, in the versions of eng/fetch-web.sh.
fetch cytoscape 3.34.4 types/cytoscape package/index.d.ts
fetch @types/d3-array 3.2.2 types/d3-array '*/index.d.ts'
fetch @types/d3-chord 3.0.6 types/d3-chord '*/index.d.ts'
fetch @types/d3-path 3.1.1 types/d3-path '*/index.d.ts'
fetch @types/d3-sankey 0.12.5 types/d3-sankey '*/index.d.ts'
fetch @types/d3-shape 3.2.0 types/d3-shape '*/index.d.ts'
cp "$hashes" "$tools/fetched"
