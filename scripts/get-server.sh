#!/usr/bin/env bash
# Gets a newer database server for the tests, unpacked and not installed: nothing outside this work tree changes.
#
#   scripts/get-server.sh mysql      MySQL, from Debian's suite sid         (about 400 MB unpacked)
#   scripts/get-server.sh mariadb    MariaDB 11.8, from Debian's trixie     (about 300 MB unpacked)
#
# Packages come from the Debian mirror that apt on this machine is set up with, checked with its keyring. The result is
# .cache/servers/KIND-VERSION, where the tests look for it. Does nothing when it is there already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

kind=${1:-}
case $kind in
    mysql)
        suite=sid daemon=mysqld
        packages=(mysql-server-core mysql-client-core)
        programs=(sbin/mysqld bin/mysql bin/mysqldump bin/mysqladmin)
        ;;
    mariadb)
        suite=trixie daemon=mariadbd
        packages=(mariadb-server-core mariadb-client-core mariadb-client mariadb-server)
        programs=(sbin/mariadbd bin/mariadb bin/mariadb-dump bin/mariadb-admin)
        ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac

servers=$top/.cache/servers
for dir in "$servers/$kind"-*; do
    if [ -x "$dir/bin/$daemon" ] && "$dir/bin/$daemon" --no-defaults --version >/dev/null 2>&1; then
        note "$kind is in $dir"
        exit 0
    fi
done

have apt-get && have dpkg-deb || fail "needs apt-get and dpkg-deb, so Debian or one of its kin"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || fail "needs $keyring (package debian-archive-keyring)"
# The first repository of apt's that is a Debian archive, and not its security part.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | head -n 1 || true)
[ -n "$mirror" ] || fail "apt on this machine is set up with no Debian mirror"

mkdir -p "$servers"
work=$(mktemp -d "$servers/.unpacking.XXXXXX")
trap 'rm -rf "$work"' EXIT

# An apt of our own: nothing installed, so that every library comes along, and lists and packages in the work directory.
mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/root" "$work/bin"
: >"$work/apt/status"
printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$work/apt/sources.list"
cat >"$work/apt/apt.conf" <<CONF
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
Dir::State::Status "$work/apt/status";
Dir::State::Lists "$work/apt/lists";
Dir::Cache::Archives "$work/apt/archives";
Dir::Cache::PkgCache "";
Dir::Cache::SrcPkgCache "";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "2";
CONF
export APT_CONFIG=$work/apt/apt.conf

log=$work/apt/log
note "$kind: downloading from $mirror $suite"
if ! apt-get -q update >"$log" 2>&1 || ! apt-get -q -y --download-only install "${packages[@]}" >>"$log" 2>&1; then
    tail -n 5 "$log" | sed 's/^/   | /' >&2
    fail "$kind could not be downloaded"
fi
for deb in "$work"/apt/archives/*.deb; do dpkg-deb --extract "$deb" "$work/root"; done
rm -rf "$work/apt" "$work"/root/usr/share/{doc,man,info,locale,lintian,perl,perl5} "$work"/root/usr/lib/mysql/test

loader=$(find "$work/root" -name 'ld-linux*.so.*' | head -n 1)
libc=$(find "$work/root" -name 'libc.so.6' | head -n 1)
[ -n "$loader" ] && [ -n "$libc" ] || fail "$kind: the packages bring no C library"
loader=${loader#"$work/"} libdir=$(dirname "${libc#"$work/"}")
# Wrappers find the rest by their own place, so that the directory may be moved; the server is run by its own loader
# with its own libraries, because this machine's may be older than it needs.
for program in "${programs[@]}"; do
    [ -f "$work/root/usr/$program" ] || fail "$kind: the packages bring no $program"
    cat >"$work/bin/$(basename "$program")" <<WRAPPER
#!/bin/sh
here=\$(CDPATH='' cd -- "\$(dirname -- "\$0")/.." && pwd)
exec "\$here/$loader" --library-path "\$here/$libdir" "\$here/root/usr/$program" "\$@"
WRAPPER
    chmod +x "$work/bin/$(basename "$program")"
done

version=$("$work/bin/$daemon" --no-defaults --version | sed -n 's/.* Ver \([0-9.]*\).*/\1/p')
[ -n "$version" ] || fail "$kind was unpacked but does not run"
final=$servers/$kind-$version
rm -rf "$final"
chmod 755 "$work"
mv "$work" "$final"
note "$kind $version is in $final"
