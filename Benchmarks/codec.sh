#!/bin/sh
# Measures Reportwire's codec beside swift-protobuf and protobuf-c on the same bytes: instructions per
# message (callgrind, the difference of two iteration counts) and CPU time. Usage: Benchmarks/codec.sh [--help]
set -eu

usage() {
  cat <<'HELP'
usage: Benchmarks/codec.sh [--time-only]

Builds the benchmark in release mode and prints, for decode and encode of four workloads, what one message
costs: instructions (valgrind --tool=callgrind) and nanoseconds of CPU, and Reportwire's share of its peers'.

  a  GetReportRequest, 63 bytes          b  ReportInfo, about 600 bytes, a Struct of 8 keys
  c  ReportsInfo of 100 reports          d  a Struct of 1000 keys, about 40 kB

Reportwire writes maps sorted by key, always; so does swift-protobuf in the column "sorted".

  --time-only   no callgrind: CPU time only, in seconds instead of minutes

Needs Debian's protobuf-compiler, protobuf-c-compiler, libprotobuf-c-dev, pkg-config and valgrind.
HELP
}

time_only=
for argument in "$@"; do
  case $argument in
    --time-only) time_only=1 ;;
    --help | -h) usage && exit 0 ;;
    *) echo "codec.sh: unknown argument '$argument'; try --help" >&2 && exit 2 ;;
  esac
done

cd "$(dirname "$0")"
for tool in protoc protoc-c pkg-config valgrind; do
  command -v "$tool" >/dev/null || {
    echo "codec.sh: $tool is missing: apt-get install protobuf-compiler protobuf-c-compiler" \
      "libprotobuf-c-dev pkg-config valgrind" >&2
    exit 2
  }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The messages without the services: a method called `register` is no C function, and the HTTP
# annotations say nothing about bytes.
messages="spaceone/api/core/v1/query.proto spaceone/api/report/v1/report.proto
  spaceone/api/report/v1/storage.proto spaceone/api/report/v1/storage_type.proto"
for file in $messages; do
  mkdir -p "$work/proto/$(dirname "$file")"
  awk '/^service /{inside=1}
       !inside && !/google\/api\/annotations|google\/protobuf\/empty/{print}
       /^}/{inside=0}' "../proto/$file" >"$work/proto/$file"
done

build() {
  swift build -c release --product "$1" >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    exit 1
  }
}

build protoc-gen-swift
rm -rf Sources/SwiftProtobufPeer/Generated
mkdir Sources/SwiftProtobufPeer/Generated
# shellcheck disable=SC2086
protoc --plugin="$(swift build -c release --show-bin-path)/protoc-gen-swift" \
  -I"$work/proto" -I/usr/include --swift_out=Sources/SwiftProtobufPeer/Generated \
  --swift_opt=Visibility=Public --swift_opt=FileNaming=DropPath $messages
rm -rf Sources/ProtobufCPeer/google Sources/ProtobufCPeer/spaceone
# shellcheck disable=SC2086
protoc -I"$work/proto" -I/usr/include --c_out=Sources/ProtobufCPeer $messages \
  google/protobuf/struct.proto google/protobuf/timestamp.proto

build codec-benchmark
# valgrind stumbles over the debug information of newer compilers; the symbols stay.
strip -g -o "$work/bench" "$(swift build -c release --show-bin-path)/codec-benchmark"
bench="$work/bench"
mkdir "$work/workloads"
"$bench" generate "$work/workloads"

iterations() {
  case $1 in a) echo 1000 ;; b) echo 200 ;; *) echo 2 ;; esac
}

collected() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" "$1" "$2" "$3" "$4" 2>&1 |
    awk '/Collected/{print $4}'
}

# Instructions of one message: the start-up falls out of the difference.
instructions() {
  count=$(iterations "$3")
  once=$(collected "$1" "$2" "$3" "$count")
  twice=$(collected "$1" "$2" "$3" $((count * 2)))
  echo $(((twice - once) / count))
}

# The least CPU time of five rounds.
nanoseconds() {
  count=$(($(iterations "$3") * 100))
  for _ in 1 2 3 4 5; do "$bench" "$1" "$2" "$3" "$count"; done | sort -n | head -1
}

table() {
  measure=$1
  echo
  echo "$2"
  printf '%-9s %-2s %7s %12s %12s %12s %12s  %8s %8s %8s\n' \
    operation w bytes reportwire swift-pb "sorted" protobuf-c "/swift" "/sorted" "/c"
  for operation in decode encode; do
    for workload in a b c d; do
      bytes=$(wc -c <"$work/workloads/$workload.bin")
      own=$($measure reportwire $operation $workload)
      swift=$($measure swift-protobuf $operation $workload)
      sorted=-
      [ $operation = decode ] || sorted=$($measure swift-protobuf encode-ordered $workload)
      c=$($measure protobuf-c $operation $workload)
      echo "$operation $workload $bytes $own $swift $sorted $c" | awk '{
        printf "%-9s %-2s %7d %12d %12d %12s %12d  %8.3f %8s %8.3f\n", $1, $2, $3, $4, $5, $6, $7,
          $4 / $5, ($6 == "-" ? "-" : sprintf("%.3f", $4 / $6)), $4 / $7 }'
    done
  done
  echo "encode into a writer that is used again:"
  for workload in a b c d; do
    printf '%-9s %-2s %20d\n' "" $workload "$($measure reportwire encode-reused $workload)"
  done
}

[ -n "$time_only" ] || table instructions "Instructions per message"
table nanoseconds "Nanoseconds of CPU per message"
