#!/usr/bin/env bash
# Fetches the libraries of the html page from the npm registry, in the versions below, beside their licences. The
# files are committed: building needs neither npm nor a network. "eng/fetch-web.sh --check" only holds the committed
# files against the recorded hashes.
set -euo pipefail
cd "$(dirname "$0")/../src/FlowMatrix/Formats/Web/lib"

if [ "${1:-}" = --check ]; then
  exec sha256sum --check --quiet SHA256SUMS
fi

libraries="
cytoscape@3.34.4 dist/cytoscape.min.js
d3-array@3.2.5 dist/d3-array.min.js
d3-path@3.1.1 dist/d3-path.min.js
d3-shape@3.2.1 dist/d3-shape.min.js
d3-chord@3.0.2 dist/d3-chord.min.js
d3-sankey@0.12.3 dist/d3-sankey.min.js
"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: > VERSIONS
: > LICENSES.txt
while read -r package file; do
  [ -n "$package" ] || continue
  archive=$(cd "$work" && npm pack --silent "$package")
  rm -rf "$work/package"
  tar -xzf "$work/$archive" -C "$work"
  tr -d '\r' < "$work/package/$file" > "$(basename "$file")"
  echo "$package $(basename "$file")" >> VERSIONS
  { echo "$package"; echo; tr -d '\r' < "$work/package/LICENSE"; echo; } >> LICENSES.txt
done <<< "$libraries"

sha256sum -- *.min.js LICENSES.txt VERSIONS > SHA256SUMS
