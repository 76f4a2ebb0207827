# Shared by the scripts of this folder; sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# What it takes to build and run the server, beside the Swift toolchain and what that needs.
build_packages=(ca-certificates fonts-dejavu-core fonts-wqy-microhei git libarchive-dev
  libnghttp2-dev libpango1.0-dev librdkafka-dev libsqlite3-dev libzstd-dev pkg-config python3 tzdata
  zlib1g-dev)

# What the tests need on top: other implementations of protobuf and ttrpc to check against.
test_packages=("${build_packages[@]}" curl gcc gogoprotobuf
  golang-github-containerd-ttrpc-dev golang-go golang-google-grpc-dev libc6-dev libprotobuf-c-dev
  libprotobuf-dev nghttp2-server pkg-config poppler-utils protobuf-c-compiler protobuf-compiler
  p7zip-full protoc-gen-go-1-3 python3-venv qpdf sqlite3 strace unzip zstd)

# What protobuf's conformance suite needs on top.
conformance_packages=("${build_packages[@]}" g++ libc6-dev libprotobuf-dev protobuf-compiler
  python3-venv)

# What the measurements need on top.
bench_packages=("${build_packages[@]}" gcc libc6-dev libprotobuf-c-dev pkg-config
  protobuf-c-compiler protobuf-compiler python3-reportlab python3-xlsxwriter sqlite3 valgrind)

# swift_sources: every Swift file that people write, NUL-separated, relative to the root.
swift_sources() {
  local folders=() folder
  for folder in Sources Tests Examples Benchmarks; do
    [ ! -d "$folder" ] || folders+=("$folder")
  done
  find Package.swift "${folders[@]}" -name '.build*' -prune -o -name '*.swift' -print0
}

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() {
  warn "$@"
  exit 1
}
usage_error() {
  warn "$1"
  warn "try: $0 --help"
  exit 2
}

# need_swift: the one thing that no Debian package brings.
need_swift() {
  command -v swift >/dev/null 2>&1 || die \
    "no 'swift' in PATH. Reportwire needs the Swift 6.3 toolchain: https://www.swift.org/install/linux/"
  local version
  version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)"
  case "$version" in
  6.[3-9]* | 6.[1-9][0-9]* | [7-9].* | [1-9][0-9].*) ;;
  *) die "Swift ${version:-of an unknown version} is too old: Reportwire needs 6.3 or newer." ;;
  esac
}

# need_packages NAME...: installs the Debian packages that are not there; says which, asks nothing.
need_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    warn "not a Debian system: make sure that you have what these packages bring: $*"
    return 0
  fi
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing Debian packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || die \
      "not root, and there is no sudo. Install these packages first: ${missing[*]}"
    as_root=(sudo)
  fi
  local install=(apt-get install -y --no-install-recommends "${missing[@]}")
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null 2>&1 && return 0
  # The package lists may be old or absent.
  "${as_root[@]}" apt-get update -q || warn "apt-get update failed; trying with the lists there are"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" || die \
    "apt-get could not install: ${missing[*]}"
}

# need_demo_database PATH: makes it unless it is there and as new as what makes it.
need_demo_database() {
  [ -s "$1" ] && [ -z "$(find "$root/Demo/generator" -name '*.[ps]*' -newer "$1")" ] && return 0
  say "Making the demo database:"
  python3 -B "$root/Demo/generator" --output "$1"
}

# need_venv: Python packages of Tests/Interop/python/requirements.txt in .venv, made anew when that changes.
need_venv() {
  local wanted="$root/Tests/Interop/python/requirements.txt" stamp="$root/.venv/requirements.txt"
  cmp -s "$wanted" "$stamp" && return 0
  say "Installing Python packages into .venv: $(grep -v '^#' "$wanted" | tr '\n' ' ')"
  rm -rf "$root/.venv"
  python3 -m venv "$root/.venv"
  "$root/.venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$wanted" || die "pip could not install them"
  cp "$wanted" "$stamp"
}
