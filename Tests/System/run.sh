#!/usr/bin/env bash
# Watches a running server from outside: what it syncs and when, and what it does on a full disk.
#
#   Tests/System/run.sh
#
#   REPORTWIRE_BIN   the built `reportwire`
#
# Needs the Debian packages strace, sqlite3, python3 and util-linux, and root: a full disk is a small
# file system mounted where nobody else sees it.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
for program in strace sqlite3 python3 unshare; do
  command -v "$program" >/dev/null || {
    echo "run.sh: $program is missing; the first lines of this script say what to install" >&2
    exit 2
  }
done
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export PYTHONDONTWRITEBYTECODE=1
"${as_root[@]}" unshare --mount python3 "$here/system.py" "$REPORTWIRE_BIN"
