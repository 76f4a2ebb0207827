#!/bin/sh
# Checks the wire format and the protocol against implementations that are not ours.
#
#   Tests/Interop/run.sh [FOLDER]     build into FOLDER (default .build-interop)
#
#   REPORTWIRE_BIN   the built `reportwire`; without it the C and Go clients have no server to talk
#                    to and are left out, which fails unless INTEROP_CLIENTS=no
#   INTEROP_PEER     the built InteropPeer; built here if not given
#   INTEROP_SEED     the seed of the random messages
#
# Needs the Debian packages protobuf-compiler protobuf-c-compiler libprotobuf-c-dev gcc golang-go
# librdkafka-dev golang-github-containerd-ttrpc-dev gogoprotobuf golang-google-grpc-dev
# protoc-gen-go-1-3 nghttp2-server p7zip-full python3-venv unzip, and PyPI for the official classes.
# Ends with the line "N passed, N failed".
set -eu

# Where Debian puts servers.
PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:-$root/.build-interop}
mkdir -p "$build"
build=$(cd "$build" && pwd)

for program in protoc protoc-c protoc-gen-gogo protoc-gen-go nghttpd gcc go python3; do
  command -v "$program" >/dev/null || {
    echo "run.sh: $program is missing; the first lines of this script say what to install" >&2
    exit 2
  }
done

venv=$root/.venv
requirements=$here/python/requirements.txt
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    -r "$requirements"
  cp "$requirements" "$venv/requirements.txt"
fi
python=$venv/bin/python
export PYTHONDONTWRITEBYTECODE=1

# The C and Go sources of the messages, then the programs over them.
rm -rf "$build/c" "$build/go" "$build/go-grpc" "$build/objects"
"$python" "$here/python/message_sources.py" "$build"
protoc -I"$here/c" --c_out="$build/c" ttrpc.proto
mkdir -p "$build/objects"
(
  cd "$build/c"
  find . -name '*.pb-c.c' | while read -r source; do
    object=$(echo "${source#./}" | tr / -)
    gcc -O1 -g -I. -c "$source" -o "$build/objects/${object%.c}.o"
  done
)
compile() {
  gcc -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -I"$build/c" -I"$here/c" "$@" \
    "$build"/objects/*.o -lprotobuf-c
}
compile -o "$build/golden" "$here/c/golden.c"
compile -o "$build/client-c" "$here/c/client.c" "$here/c/ttrpc.c" "$here/c/http.c" \
  "$here/c/options.c" "$here/c/connect.c"
gcc -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -o "$build/kafka_cluster" \
  "$here/c/kafka_cluster.c" -lrdkafka
(
  cd "$here/go"
  export GO111MODULE=off GOPROXY=off GOCACHE="$build/go-cache"
  GOPATH="$build/go:/usr/share/gocode" go build -o "$build/client-go" client.go
  GOPATH="$build/go-grpc:/usr/share/gocode" go build -o "$build/client-go-grpc" grpc_client.go
)

if [ -z "${INTEROP_PEER:-}" ]; then
  (cd "$root" && swift build --product InteropPeer >&2)
  INTEROP_PEER=$(cd "$root" && swift build --show-bin-path)/InteropPeer
fi

passed=0
failed=0
# Runs a check, shows what it says and adds the numbers of its last line, "...: N passed, N failed".
check() {
  "$@" >"$build/output" || true
  cat "$build/output"
  counts=$(sed -n 's/.*: \([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$build/output" | tail -n 1)
  if [ -n "$counts" ]; then
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  else
    echo "run.sh: $2 died" >&2
    failed=$((failed + 1))
  fi
}

check "$python" "$here/python/check_descriptors.py"
"$root/scripts/descriptors" --check || failed=$((failed + 1))
check "$python" "$here/python/check_golden.py" --c-checker "$build/golden"
check "$python" "$here/python/check_codec.py" --c-checker "$build/golden"
check "$python" "$here/python/roundtrip.py" --peer "$INTEROP_PEER" \
  ${INTEROP_SEED:+--seed "$INTEROP_SEED"}
if [ -n "${REPORTWIRE_BIN:-}" ]; then
  check "$python" "$here/python/clients.py" --server "$REPORTWIRE_BIN" \
    --client "c=$build/client-c" --client "go=$build/client-go"
  check "$python" "$here/python/metrics.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/identities.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/identities_load.py" --server "$REPORTWIRE_BIN" --identities 2000
  check "$python" "$here/python/manifests.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/zip_passwords.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/kafka_audit.py" --server "$REPORTWIRE_BIN" \
    --cluster "$build/kafka_cluster"
  # SpaceONE's own client has an environment of its own.
  core=$build/core
  if ! cmp -s "$here/python/requirements-core.txt" "$core/requirements.txt"; then
    rm -rf "$core"
    python3 -m venv "$core"
    "$core/bin/pip" install --quiet --disable-pip-version-check --prefer-binary \
      -r "$here/python/requirements-core.txt"
    cp "$here/python/requirements-core.txt" "$core/requirements.txt"
  fi
  check "$python" "$here/python/grpc_clients.py" --server "$REPORTWIRE_BIN" \
    --core-python "$core/bin/python" --go "$build/client-go-grpc"
  check "$python" "$here/python/token_table.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/http2_table.py" --server "$REPORTWIRE_BIN" --nghttpd "$(command -v nghttpd)"
  check "$python" "$here/python/certificates.py" --server "$REPORTWIRE_BIN"
  check "$python" "$here/python/grpc_load.py" --server "$REPORTWIRE_BIN"
  # So have those who check REST by its OpenAPI document.
  rest=$build/rest
  if ! cmp -s "$here/python/requirements-rest.txt" "$rest/requirements.txt"; then
    rm -rf "$rest"
    python3 -m venv "$rest"
    "$rest/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
      -r "$here/python/requirements-rest.txt"
    cp "$here/python/requirements-rest.txt" "$rest/requirements.txt"
  fi
  check "$python" "$here/python/rest_clients.py" --server "$REPORTWIRE_BIN" --tools "$rest/bin"
  # And each of SailPoint's two SDKs.
  for version in 1 2; do
    sailpoint=$build/sailpoint-$version
    wanted=$here/python/requirements-sailpoint-$version.txt
    if ! cmp -s "$wanted" "$sailpoint/requirements.txt"; then
      rm -rf "$sailpoint"
      python3 -m venv "$sailpoint"
      "$sailpoint/bin/pip" install --quiet --disable-pip-version-check --prefer-binary -r "$wanted"
      cp "$wanted" "$sailpoint/requirements.txt"
    fi
    check "$sailpoint/bin/python" "$here/python/sailpoint_sdk.py" --server "$REPORTWIRE_BIN"
  done
elif [ "${INTEROP_CLIENTS:-}" = no ]; then
  echo "clients: left out, as INTEROP_CLIENTS=no asks"
else
  echo "run.sh: REPORTWIRE_BIN is not set, so the C and Go clients were not run" >&2
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
