#!/usr/bin/env bash
# Runs the tests on a fresh Debian 12 that has only the .NET SDK: an empty home directory, a clone of the last commit.
# Fails if the checkout needs something that eng/setup.sh does not install. Takes about half an hour.
#   eng/fresh-debian.sh [COMMAND...]   runs COMMAND in the clone instead of eng/test.sh
# Needs root, debootstrap (Debian: debootstrap), 8 GB in TMPDIR, and the SDK in PATH. Uses this machine's settings for
# Debian's packages, NuGet and npm. The test results are left in artifacts/test-results-fresh.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "eng/fresh-debian.sh: needs root, for debootstrap and chroot" >&2; exit 2; }
command -v debootstrap >/dev/null || {
  echo "eng/fresh-debian.sh: debootstrap is missing: apt-get install debootstrap" >&2
  exit 2
}
[ $# -gt 0 ] || set -- eng/test.sh

sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
results=$PWD/artifacts/test-results-fresh
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT

# The libraries that the SDK needs, and git for the clone, from this machine's Debian mirror if it has one.
# shellcheck disable=SC2016 # apt expands it, not the shell
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 2>/dev/null | head -n 1)
debootstrap --variant=minbase --include=ca-certificates,git,libicu72,libssl3,libstdc++6,zlib1g \
  bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
rm -f "$root.log"

# The settings by which this machine reaches the package registries.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/99machine" 2>/dev/null || true
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
for settings in .nuget/NuGet/NuGet.Config .npmrc; do
  [ ! -f "$HOME/$settings" ] || install -D -m 600 "$HOME/$settings" "$root/root/$settings"
done
mapfile -t variables < <(env | grep -iE '^(https?_proxy|no_proxy|npm_config_[^=]*|NUGET_[^=]*)=' \
  | grep -v '^NUGET_PACKAGES=' || true)

git clone -q . "$root/src"
mkdir -p "$root/usr/share/dotnet"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"

# Its own namespaces, so that its mounts and processes end with it.
status=0
# shellcheck disable=SC2016 # the inner shell expands it
SDK=$sdk ROOT=$root unshare --mount --pid --fork --kill-child bash -euc '
  mount --bind -o ro "$SDK" "$ROOT/usr/share/dotnet"
  mount --rbind /dev "$ROOT/dev"
  mount -t proc proc "$ROOT/proc"
  mount -t sysfs sysfs "$ROOT/sys"
  exec chroot "$ROOT" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 "$@"' fresh "${variables[@]}" \
  sh -c 'update-ca-certificates >/dev/null 2>&1; cd /src && exec "$@"' fresh "$@" || status=$?

rm -rf "$results"
mkdir -p "$(dirname "$results")"
[ ! -d "$root/src/artifacts/test-results" ] || cp -r "$root/src/artifacts/test-results" "$results"
exit "$status"
