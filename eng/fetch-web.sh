#!/usr/bin/env bash
# Fetches the libraries of the html page and their licences from the npm registry. The files are committed, so building
# needs neither npm nor a network. The archives must have the hashes in eng/web-libraries.sha256.
#   eng/fetch-web.sh --record   after changing a version below: writes the hashes of the fetched archives to that file
#   eng/fetch-web.sh --check    fetches nothing, compares the committed files with their own hashes
set -euo pipefail
cd "$(dirname "$0")/.."
hashes=$PWD/eng/web-libraries.sha256
cd src/FlowMatrix.Output/Html/Web/lib

libraries="
cytoscape@3.34.4 dist/cytoscape.min.js
d3-array@3.2.5 dist/d3-array.min.js
d3-path@3.1.1 dist/d3-path.min.js
d3-shape@3.2.1 dist/d3-shape.min.js
d3-chord@3.0.2 dist/d3-chord.min.js
d3-sankey@0.12.3 dist/d3-sankey.min.js
"

case "${1:-}" in
  --check) exec sha256sum --check --quiet SHA256SUMS ;;
  --record | "") ;;
  *) echo "usage: eng/fetch-web.sh [--check | --record]" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r package _; do
  [ -z "$package" ] || (cd "$work" && npm pack --silent "$package" > /dev/null)
done <<< "$libraries"
if [ "${1:-}" = --record ]; then
  (cd "$work" && sha256sum -- *.tgz) > "$hashes"
fi
(cd "$work" && sha256sum --check --quiet "$hashes")

: > VERSIONS
: > LICENSES.txt
while read -r package file; do
  [ -n "$package" ] || continue
  archive=$work/${package/@/-}.tgz
  grep -qF " ${archive##*/}" "$hashes" || {
    echo "eng/web-libraries.sha256 does not list $package: run eng/fetch-web.sh --record" >&2
    exit 1
  }
  rm -rf "$work/package"
  tar -xzf "$archive" -C "$work"
  tr -d '\r' < "$work/package/$file" > "$(basename "$file")"
  echo "$package $(basename "$file")" >> VERSIONS
  { echo "$package"; echo; tr -d '\r' < "$work/package/LICENSE"; echo; } >> LICENSES.txt
done <<< "$libraries"

sha256sum -- *.min.js LICENSES.txt VERSIONS > SHA256SUMS
