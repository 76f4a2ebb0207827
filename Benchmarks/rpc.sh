#!/usr/bin/env bash
# What a call costs: reading random reports out of 10,000, over each door and beside its peers.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

help() {
  cat <<'TEXT'
usage: scripts/bench rpc [--seconds N] [--rounds N] [--threads N] [--reports N] [--no-build]
                         [SERVER...]

Reads random reports and prints, for connections x calls in flight on each, microseconds of server
CPU (user and system) per call, the median and the 99th percentile of a call's time, and the mean
bytes of an answer's message or body. SERVER, all of them by default, in the same run:

  reportwire   the real server over ttrpc: finished reports out of its cache, no log line per call
  stub         Reportwire's ttrpc server alone: reports encoded beforehand
  go           containerd's ttrpc server doing what the stub does, if Go and its packages are
               installed (Debian: golang-go golang-github-containerd-ttrpc-dev)
  grpc         the real server over gRPC
  grpc-cpp     gRPC C++'s callback server with the same reports as messages in memory, if it is
               installed (Debian: g++ libgrpc++-dev libprotobuf-dev protobuf-compiler
               protobuf-compiler-grpc)
  rest         the real server over HTTP/1.1
  hummingbird  a Hummingbird server that answers as many bytes of the same content type, the same
               ones each time

ttrpc and gRPC are measured at 1x1, 1x64, 16x16 and 256x4, HTTP at 16x1 and 64x1. Where a door and
its peer were both measured, the ratios of their medians follow with what they aim at. A call that fails makes the
exit code 1.

  --seconds N   how long each load takes, after a quarter of that to warm up (default 3)
  --rounds N    how often all of it is measured, one server after the other (default 1): on a busy
                machine the medians of some rounds say more than one long round
  --threads N   threads of stub, go and hummingbird (default: 1, and for hummingbird one for each core, which
                is its own default and what the real server has); grpc-cpp takes what it likes
  --reports N   how many reports the real server makes first (default 10000); grpc-cpp has the same
                ones, stub and go 10000 of their own
  --no-build    measures what was built before

Environment:
  REPORTWIRE_BIN   the reportwire to measure, instead of building it
TEXT
}

seconds=3
rounds=1
threads=
reports=10000
build=yes
servers=()
while [ $# -gt 0 ]; do
  case "$1" in
  --seconds) seconds="$2" && shift 2 ;;
  --rounds) rounds="$2" && shift 2 ;;
  --threads) threads="$2" && shift 2 ;;
  --reports) reports="$2" && shift 2 ;;
  --no-build) build=no && shift ;;
  reportwire | stub | go | grpc | grpc-cpp | rest | hummingbird) servers+=("$1") && shift ;;
  -h | --help) help && exit 0 ;;
  *) echo "rpc.sh: unknown argument '$1'; try --help" >&2 && exit 2 ;;
  esac
done
[ ${#servers[@]} -gt 0 ] || servers=(reportwire stub go grpc grpc-cpp rest hummingbird)

work="$(mktemp -d)"
children=()
finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
gcc -O2 -o "$work/load" "$root/Benchmarks/RPC/load.c"
gcc -O2 -o "$work/load_grpc" "$root/Benchmarks/RPC/load_grpc.c" -lnghttp2
gcc -O2 -o "$work/load_http" "$root/Benchmarks/RPC/load_http.c"

domain=domain-2c1a4e5f6b7d
rpc_loads=("1 1" "1 64" "16 16" "256 4")
http_loads=("16 1" "64 1")
failed=0
declare -A cpu_of p99_of      # of each round, by server and load
declare -A peer_port peer_pid # of the peers that run, by name

# measure NAME LOAD-PROGRAM HOST PORT PID IDS-FILE LOAD...
measure() {
  local name="$1" program="$2" host="$3" port="$4" server="$5" ids="$6" load
  local connections in_flight calls rate microseconds median p99 bytes failures
  shift 6
  for load in "$@"; do
    # shellcheck disable=SC2086
    "$work/$program" "$host" "$port" "$server" "$domain" "$ids" "$seconds" $load >"$work/result"
    read -r connections in_flight calls rate microseconds median p99 bytes failures <"$work/result"
    printf '%-11s %4s x %-3s %8s calls/s %8s us CPU/call %9s us p50 %9s us p99 %5s bytes %6s failed of %s\n' \
      "$name" "$connections" "$in_flight" "$rate" "$microseconds" "$median" "$p99" "$bytes" \
      "$failures" "$calls"
    cpu_of["$name $load"]+=" $microseconds"
    p99_of["$name $load"]+=" $p99"
    failed=$((failed + failures))
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

# start_reportwire: once for all of its doors, and for the peers that answer with its reports.
reportwire_pid=
start_reportwire() {
  local program="${REPORTWIRE_BIN:-}"
  [ -z "$reportwire_pid" ] || return 0
  [ -n "$program" ] || program="$(built "$root" reportwire)"
  python3 "$root/Benchmarks/RPC/seed.py" prepare "$work/server"
  start "$work/ready" "$program" serve --config "$work/server/reportwire.yaml" \
    --listen-ttrpc 127.0.0.1:0 --listen-grpc 127.0.0.1:0 --listen-http 127.0.0.1:0 --log-level warning \
    --ready-file "$work/ready"
  reportwire_pid="$pid"
  python3 "$root/Benchmarks/RPC/seed.py" fill "$(door ttrpc)" "$reports" "$work/server/ids" \
    "$work/server/reports"
}

# door NAME: the address of one of reportwire's doors.
door() {
  sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$work/ready"
}

# measure_door NAME LOAD-PROGRAM DOOR LOAD...
measure_door() {
  local name="$1" program="$2" address
  start_reportwire
  address="$(door "$3")"
  shift 3
  measure "$name" "$program" "${address%:*}" "${address##*:}" "$reportwire_pid" \
    "$work/server/ids" "$@"
}

measure_reportwire() { measure_door reportwire load ttrpc "${rpc_loads[@]}"; }
measure_grpc() { measure_door grpc load_grpc grpc "${rpc_loads[@]}"; }
measure_rest() { measure_door rest load_http http "${http_loads[@]}"; }

# start_peer NAME COMMAND...: once for all rounds; the server prints its port.
start_peer() {
  local name="$1"
  shift
  : >"$work/output"
  start "$work/output" "$@"
  read -r "peer_port[$name]" <"$work/output"
  peer_pid["$name"]="$pid"
}

# measure_peer NAME LOAD-PROGRAM IDS-FILE LOAD...
measure_peer() {
  local name="$1" program="$2" ids="$3"
  shift 3
  measure "$name" "$program" 127.0.0.1 "${peer_port["$name"]}" "${peer_pid["$name"]}" "$ids" "$@"
}

# not_measured NAME PACKAGES: says so, once.
not_measured() {
  [ "$round" -gt 1 ] || printf '%-11s not measured (Debian: %s)\n' "$1" "$2"
}

# The stub also writes the reports that the Go server answers with.
start_stub() {
  local program
  [ -z "${peer_pid[stub]:-}" ] || return 0
  program="$(built "$root/Benchmarks" rpc-stub-server)"
  start_peer stub "$program" "$work/ids" "$work/reports" "${threads:-1}"
}

measure_stub() {
  start_stub
  measure_peer stub load "$work/ids" "${rpc_loads[@]}"
}

measure_go() {
  if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/github.com/containerd/ttrpc ]; then
    not_measured go "golang-go golang-github-containerd-ttrpc-dev"
    return 0
  fi
  if [ -z "${peer_pid[go]:-}" ]; then
    (cd "$root/Benchmarks/RPC/go-server" &&
      GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$work/go-server" .)
    start_stub
    GOMAXPROCS="${threads:-1}" start_peer go "$work/go-server" "$work/reports"
  fi
  measure_peer go load "$work/ids" "${rpc_loads[@]}"
}

build_grpc_cpp() {
  local files=(google/api/annotations google/api/http spaceone/api/core/v1/query
    spaceone/api/report/v1/report spaceone/api/report/v1/storage spaceone/api/report/v1/storage_type)
  mkdir "$work/grpc-cpp"
  protoc -I"$root/proto" -I/usr/include --cpp_out="$work/grpc-cpp" "${files[@]/%/.proto}"
  protoc -I"$root/proto" -I/usr/include --grpc_out="$work/grpc-cpp" \
    --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" spaceone/api/report/v1/report.proto
  # shellcheck disable=SC2046
  (cd "$work/grpc-cpp" && g++ -std=c++17 -O2 -I. -o "$work/grpc-cpp-server" \
    "$root/Benchmarks/RPC/grpc-cpp/server.cpp" "${files[@]/%/.pb.cc}" \
    spaceone/api/report/v1/report.grpc.pb.cc $(pkg-config --cflags --libs grpc++ protobuf))
}

measure_grpc-cpp() {
  if ! command -v g++ >/dev/null || ! command -v protoc >/dev/null ||
    ! command -v grpc_cpp_plugin >/dev/null || ! pkg-config --exists grpc++ protobuf; then
    not_measured grpc-cpp \
      "g++ libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc"
    return 0
  fi
  if [ -z "${peer_pid[grpc-cpp]:-}" ]; then
    build_grpc_cpp
    start_reportwire
    start_peer grpc-cpp "$work/grpc-cpp-server" "$work/server/reports"
  fi
  measure_peer grpc-cpp load_grpc "$work/server/ids" "${rpc_loads[@]}"
}

measure_hummingbird() {
  local program bytes type
  if [ -z "${peer_pid[hummingbird]:-}" ]; then
    program="$(built "$root/Benchmarks" hummingbird-peer)"
    start_reportwire
    read -r bytes type < <(python3 "$root/Benchmarks/RPC/seed.py" rest "$(door http)" "$work/server/ids")
    start_peer hummingbird "$program" "$bytes" "$type" "${threads:-$(nproc)}"
  fi
  measure_peer hummingbird load_http "$work/server/ids" "${http_loads[@]}"
}

# compare DOOR PEER CPU-AIM P99-AIM LOAD...: prints the ratios of what was measured of both.
compare() {
  local door="$1" peer="$2" cpu_aim="$3" p99_aim="$4" load
  shift 4
  for load in "$@"; do
    [ -n "${cpu_of["$door $load"]:-}" ] && [ -n "${cpu_of["$peer $load"]:-}" ] || continue
    printf '%-11s / %-11s %7s   CPU %s%s   p99 %s%s\n' "$door" "$peer" "${load/ / x }" \
      "$(ratio "${cpu_of["$door $load"]}" "${cpu_of["$peer $load"]}")" "$cpu_aim" \
      "$(ratio "${p99_of["$door $load"]}" "${p99_of["$peer $load"]}")" "$p99_aim"
  done
}

# ratio NUMBERS NUMBERS: of their medians.
ratio() {
  awk -v a="$(median "$1")" -v b="$(median "$2")" \
    'BEGIN { if (b > 0) printf "%.3f", a / b; else printf "-" }'
}

median() {
  # shellcheck disable=SC2086
  printf '%s\n' $1 | sort -n | awk '{ of[NR] = $1 } END { print (of[int((NR + 1) / 2)] + of[int(NR / 2) + 1]) / 2 }'
}

for ((round = 1; round <= rounds; round++)); do
  for server in "${servers[@]}"; do
    "measure_$server"
  done
done
compare grpc grpc-cpp " (aim: 0.18 at most)" " (aim: 1 at most)" "1 64" "16 16"
compare rest hummingbird " (aim: 1.5 at most)" "" "${http_loads[@]}"
[ "$failed" -eq 0 ] || { echo "rpc.sh: $failed calls failed: these figures mean little" >&2 && exit 1; }
