#!/usr/bin/env bash
# Server CPU per ttrpc call: Report.get with random report ids out of 10,000 reports.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

help() {
  cat <<'TEXT'
usage: scripts/bench rpc [--seconds N] [--threads N] [--server HOST:PORT PID DOMAIN IDS-FILE]

Prints microseconds of server CPU (user and system) per call, for connections x calls in flight of
1x1, 1x64, 16x16 and 256x4. Without --server it measures, in the same run:

  swift   Reportwire's ttrpc server, reports encoded beforehand (the synchronous handler's way)
  go      containerd's ttrpc server doing the same, if Go and its packages are installed
          (Debian: golang-go golang-github-containerd-ttrpc-dev)

  --seconds N   how long each load takes, after a quarter of that to warm up (default 3)
  --threads N   threads of the servers (default 1)
  --server ...  measures a server that runs already: its address, its process id, and the ids of
                finished reports of one domain, one per line
TEXT
}

seconds=3
threads=1
server=()
while [ $# -gt 0 ]; do
  case "$1" in
  --seconds) seconds="$2" && shift 2 ;;
  --threads) threads="$2" && shift 2 ;;
  --server) server=("$2" "$3" "$4" "$5") && shift 5 ;;
  -h | --help) help && exit 0 ;;
  *) echo "rpc.sh: unknown argument '$1'; try --help" >&2 && exit 2 ;;
  esac
done

work="$(mktemp -d)"
children=()
finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
gcc -O2 -o "$work/load" "$root/Benchmarks/RPC/load.c"

# measure NAME HOST PORT PID DOMAIN IDS-FILE
measure() {
  local name="$1" load connections in_flight calls rate microseconds failures
  shift
  for load in "1 1" "1 64" "16 16" "256 4"; do
    # shellcheck disable=SC2086
    "$work/load" "$@" "$seconds" $load >"$work/result"
    read -r connections in_flight calls rate microseconds failures <"$work/result"
    printf '%-8s %4s x %-3s %10s calls/s %8s us CPU/call %6s failed\n' \
      "$name" "$connections" "$in_flight" "$rate" "$microseconds" "$failures"
  done
}

if [ ${#server[@]} -gt 0 ]; then
  measure server "${server[0]%:*}" "${server[0]##*:}" "${server[1]}" "${server[2]}" "${server[3]}"
  exit 0
fi

# start NAME COMMAND...: runs a server that prints its port first; sets pid and port.
start() {
  local name="$1"
  shift
  "$@" >"$work/$name.port" 2>"$work/$name.log" &
  pid=$!
  children+=("$pid")
  until [ -s "$work/$name.port" ]; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/$name.log" >&2 && exit 1; }
    sleep 0.05
  done
  read -r port <"$work/$name.port"
}

if [ -z "${RPC_STUB_SERVER:-}" ]; then
  swift build --package-path "$root/Benchmarks" -c release --product rpc-stub-server
  RPC_STUB_SERVER="$(swift build --package-path "$root/Benchmarks" -c release --show-bin-path)/rpc-stub-server"
fi
domain=domain-2c1a4e5f6b7d
start swift "$RPC_STUB_SERVER" "$work/ids" "$work/reports" "$threads"
measure swift 127.0.0.1 "$port" "$pid" "$domain" "$work/ids"

if command -v go >/dev/null && [ -d /usr/share/gocode/src/github.com/containerd/ttrpc ]; then
  (cd "$root/Benchmarks/RPC/go-server" &&
    GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$work/go-server" .)
  GOMAXPROCS="$threads" start go "$work/go-server" "$work/reports"
  measure go 127.0.0.1 "$port" "$pid" "$domain" "$work/ids"
else
  echo "go: not measured (Debian: golang-go golang-github-containerd-ttrpc-dev)"
fi
