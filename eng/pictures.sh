#!/usr/bin/env bash
# Draws the pictures of the README from the recorded estate.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p docs
dotnet run --project src/FlowMatrix -c Release -- --input samples/devstack.json --output docs/devstack.png
