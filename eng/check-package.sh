#!/usr/bin/env bash
# Packs the tool (native for linux-x64, framework-dependent for other platforms), installs the package into an empty
# folder as a user would, and runs it on a sample. The matrix must have as many rows as the tests expect.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/setup.sh

packages=$PWD/artifacts/package
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$packages"

fail() {
  echo "package check: $1" >&2
  exit 1
}
locks() { sha256sum src/*/packages*.lock.json; }
before=$(locks)
pack() { dotnet pack src/FlowMatrix -c Release --nologo -v quiet "$@"; }
pack
pack -r linux-x64
pack -r any -p:PublishAot=false
[ "$(locks)" = "$before" ] || fail "packing changed a lock file in src: see git diff"

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for package in flowmatrix flowmatrix.linux-x64 flowmatrix.any; do
  [ -f "$packages/$package.$version.nupkg" ] || fail "$package.$version.nupkg is missing"
  for file in LICENSE THIRD-PARTY-NOTICES.txt; do
    unzip -p "$packages/$package.$version.nupkg" "$file" | cmp - "$file" || fail "$package does not contain $file"
  done
done

# Only these packages can be installed from this source.
cat > "$work/nuget.config" <<XML
<configuration><packageSources><clear /><add key="local" value="$packages" /></packageSources></configuration>
XML

rows=$(($(wc -l < tests/FlowMatrix.Testing/recordings/python-tool.csv) - 1))
check() { # check <name> <command...>: the command must print the sample's matrix
  local name=$1
  shift
  "$@" --input samples/devstack.json > "$work/$name.csv"
  local found=$(($(wc -l < "$work/$name.csv") - 1))
  [ "$found" = "$rows" ] || fail "$name printed $found rows instead of $rows"
  echo "package check: $name: $found rows, version $("$@" --version)"
}

NUGET_PACKAGES="$work/cache" dotnet tool install flowmatrix --version "$version" --tool-path "$work/tool" \
  --configfile "$work/nuget.config" > /dev/null
check installed "$work/tool/flowmatrix"

# The framework-dependent package is for other platforms.
mkdir "$work/any"
unzip -q "$packages/flowmatrix.any.$version.nupkg" -d "$work/any"
check any dotnet "$(find "$work/any" -name flowmatrix.dll)"
cmp "$work/installed.csv" "$work/any.csv"

# On Linux x64, dotnet tool install must have chosen the native package.
if [ "$(uname -sm)" = "Linux x86_64" ]; then
  native=$(find "$work/tool" -type f -name flowmatrix -size +1M | head -n 1)
  [ -n "$native" ] || fail "the installed tool is not the native one"
fi
