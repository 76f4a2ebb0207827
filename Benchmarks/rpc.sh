#!/usr/bin/env bash
# Server CPU per ttrpc call: Report.get with random report ids out of 10,000 reports.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

help() {
  cat <<'TEXT'
usage: scripts/bench rpc [--seconds N] [--threads N] [--reports N] [--no-build] [SERVER...]

Prints microseconds of server CPU (user and system) per call, for connections x calls in flight of
1x1, 1x64, 16x16 and 256x4. SERVER, all of them by default, in the same run:

  reportwire  the real server: finished reports out of its cache, no log line per call
  stub        Reportwire's ttrpc server alone: reports encoded beforehand
  go          containerd's ttrpc server doing what the stub does, if Go and its packages are
              installed (Debian: golang-go golang-github-containerd-ttrpc-dev)

  --seconds N   how long each load takes, after a quarter of that to warm up (default 3)
  --threads N   threads of stub and go (default 1)
  --reports N   how many reports the real server makes first (default 10000; the others have 10000)
  --no-build    measures what was built before
TEXT
}

seconds=3
threads=1
reports=10000
build=yes
servers=()
while [ $# -gt 0 ]; do
  case "$1" in
  --seconds) seconds="$2" && shift 2 ;;
  --threads) threads="$2" && shift 2 ;;
  --reports) reports="$2" && shift 2 ;;
  --no-build) build=no && shift ;;
  reportwire | stub | go) servers+=("$1") && shift ;;
  -h | --help) help && exit 0 ;;
  *) echo "rpc.sh: unknown argument '$1'; try --help" >&2 && exit 2 ;;
  esac
done
[ ${#servers[@]} -gt 0 ] || servers=(reportwire stub go)

work="$(mktemp -d)"
children=()
finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
gcc -O2 -o "$work/load" "$root/Benchmarks/RPC/load.c"

domain=domain-2c1a4e5f6b7d

# measure NAME HOST PORT PID IDS-FILE
measure() {
  local load connections in_flight calls rate microseconds failures
  for load in "1 1" "1 64" "16 16" "256 4"; do
    # shellcheck disable=SC2086
    "$work/load" "$2" "$3" "$4" "$domain" "$5" "$seconds" $load >"$work/result"
    read -r connections in_flight calls rate microseconds failures <"$work/result"
    printf '%-11s %4s x %-3s %10s calls/s %8s us CPU/call %6s failed of %s\n' \
      "$1" "$connections" "$in_flight" "$rate" "$microseconds" "$failures" "$calls"
  done
}

# start READY-FILE COMMAND...: runs a server and waits until the file says something; sets pid.
start() {
  local ready="$1"
  shift
  "$@" >>"$work/output" 2>"$work/log" &
  pid=$!
  children+=("$pid")
  until [ -s "$ready" ]; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
    sleep 0.05
  done
}

# built PACKAGE-FOLDER PRODUCT: builds it, unless it is not to be; prints its path.
built() {
  [ "$build" = no ] || swift build --package-path "$1" -c release --product "$2" \
    >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2 && exit 1; }
  printf '%s/%s\n' "$(swift build --package-path "$1" -c release --show-bin-path)" "$2"
}

measure_reportwire() {
  local program address
  program="$(built "$root" reportwire)"
  python3 "$root/Benchmarks/RPC/seed.py" prepare "$work/server"
  start "$work/ready" "$program" serve --config "$work/server/reportwire.yaml" \
    --listen-ttrpc 127.0.0.1:0 --listen-grpc 127.0.0.1:0 --listen-http 127.0.0.1:0 --log-level warning \
    --ready-file "$work/ready"
  address="$(sed -n 's/.*"ttrpc" *: *"\([^"]*\)".*/\1/p' "$work/ready")"
  python3 "$root/Benchmarks/RPC/seed.py" fill "$address" "$reports" "$work/server/ids"
  measure reportwire "${address%:*}" "${address##*:}" "$pid" "$work/server/ids"
  kill "$pid"
}

# The stub also writes the reports that the Go server answers with.
start_stub() {
  local program
  [ ! -s "$work/reports" ] || return 0
  program="$(built "$root/Benchmarks" rpc-stub-server)"
  start "$work/output" "$program" "$work/ids" "$work/reports" "$threads"
  read -r stub_port <"$work/output"
  stub_pid="$pid"
}

measure_stub() {
  start_stub
  measure stub 127.0.0.1 "$stub_port" "$stub_pid" "$work/ids"
}

measure_go() {
  local port
  if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/github.com/containerd/ttrpc ]; then
    echo "go          not measured (Debian: golang-go golang-github-containerd-ttrpc-dev)"
    return 0
  fi
  (cd "$root/Benchmarks/RPC/go-server" &&
    GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$work/go-server" .)
  start_stub
  : >"$work/output"
  GOMAXPROCS="$threads" start "$work/output" "$work/go-server" "$work/reports"
  read -r port <"$work/output"
  measure go 127.0.0.1 "$port" "$pid" "$work/ids"
}

for server in "${servers[@]}"; do
  : >"$work/output"
  "measure_$server"
done
