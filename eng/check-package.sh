#!/usr/bin/env bash
# Packs the tool (native for linux-x64, framework-dependent for the rest), installs the package into an empty folder
# as a user would, and runs it on a sample: the matrix must be the one that the tests expect.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$PWD/artifacts/package
missing=()
command -v unzip >/dev/null || missing+=(unzip)
command -v gcc >/dev/null || command -v clang >/dev/null || missing+=(gcc libc6-dev) # links the native tool
[ -f /usr/include/zlib.h ] || missing+=(zlib1g-dev)
if [ ${#missing[@]} -gt 0 ]; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$packages"

locks() { sha256sum src/*/packages*.lock.json; }
before=$(locks)
pack() { dotnet pack src/FlowMatrix -c Release --nologo -v quiet "$@"; }
pack
pack -r linux-x64
pack -r any -p:PublishAot=false
[ "$(locks)" = "$before" ] || { echo "package check: packing changed a lock file of src: git diff shows it" >&2; exit 1; }

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for package in flowmatrix flowmatrix.linux-x64 flowmatrix.any; do
  [ -f "$packages/$package.$version.nupkg" ] || { echo "package check: $package.$version.nupkg was not made" >&2; exit 1; }
  for file in LICENSE THIRD-PARTY-NOTICES.txt; do
    unzip -p "$packages/$package.$version.nupkg" "$file" | cmp - "$file" || { echo "package check: $package lacks $file" >&2; exit 1; }
  done
done

# A source of its own, so that nothing but these packages can be installed.
cat > "$work/nuget.config" <<XML
<configuration><packageSources><clear /><add key="made" value="$packages" /></packageSources></configuration>
XML

rows=$(($(wc -l < tests/FlowMatrix.Testing/recordings/python-tool.csv) - 1))
check() { # check <name> <command...>: it prints the sample's matrix
  local name=$1
  shift
  "$@" --input samples/devstack.json > "$work/$name.csv"
  local found=$(($(wc -l < "$work/$name.csv") - 1))
  [ "$found" = "$rows" ] || { echo "package check: $name printed $found rows, not $rows" >&2; exit 1; }
  echo "package check: $name: $found rows, version $("$@" --version)"
}

NUGET_PACKAGES="$work/cache" dotnet tool install flowmatrix --version "$version" --tool-path "$work/tool" \
  --configfile "$work/nuget.config" > /dev/null
check installed "$work/tool/flowmatrix"

# The framework-dependent package is what other machines get.
mkdir "$work/any"
unzip -q "$packages/flowmatrix.any.$version.nupkg" -d "$work/any"
check any dotnet "$(find "$work/any" -name flowmatrix.dll)"
cmp "$work/installed.csv" "$work/any.csv"

# And what dotnet tool install chose here is the native one.
if [ "$(uname -sm)" = "Linux x86_64" ]; then
  native=$(find "$work/tool" -type f -name flowmatrix -size +1M | head -n 1)
  [ -n "$native" ] || { echo "package check: the installed tool is not the native one" >&2; exit 1; }
fi
