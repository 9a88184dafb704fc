#!/usr/bin/env bash
# Draws the pictures in the README from the sample: one by Graphviz, the others are the page in headless Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs artifacts
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
flowmatrix() { dotnet run --project src/FlowMatrix -c Release -- --input samples/devstack.json "$@"; }

flowmatrix --output docs/devstack.png
flowmatrix --output artifacts/devstack.html

shoot() { # shoot <view> <picture>
  timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
    --disable-component-update --disable-sync --no-first-run --hide-scrollbars --virtual-time-budget=10000 \
    --window-size=1360,820 \
    --user-data-dir="$profile/$1" --screenshot="$PWD/$2" "file://$PWD/artifacts/devstack.html#view=$1&theme=light"
}
shoot map docs/devstack-map.png
shoot matrix docs/devstack-matrix.png
shoot sankey docs/devstack-sankey.png
