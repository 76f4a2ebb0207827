#!/usr/bin/env bash
# What a report costs in each format, beside the sqlite3 shell, xlsxwriter and reportlab on the same rows.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

help() {
  cat <<'TEXT'
usage: scripts/bench render [--rows N] [--rounds N]

Makes a report of N rows of eight columns in each format, and in all of them in one pass, and prints
the seconds of CPU (user and system, the median of the rounds) that the server took beside its peer:

  csv   the sqlite3 shell's csv mode      json  its json mode
  xlsx  Python's xlsxwriter with constant_memory (Debian: python3-xlsxwriter)
  all   csv, json and xlsx in one pass: the sum of the three single reports
  pdf   Python's reportlab, tables (Debian: python3-reportlab), of the first 30,000 rows at most

"floor" is stepping through the same rows in C without writing anything; that of pdf is bare cairo, which
shows the same cells in places that are known, all of a page in one call. The ratios stand beside what
they aim at.

  --rows N     rows of the report (default 300000)
  --rounds N   how often all of it is measured, one after the other (default 5)

Environment:
  REPORTWIRE_BIN   the reportwire to measure, instead of building it
TEXT
}

# Debian's own Python, which is the one that its packages are for.
python=/usr/bin/python3
rows=300000
rounds=5
while [ $# -gt 0 ]; do
  case "$1" in
  --rows) rows="$2" && shift 2 ;;
  --rounds) rounds="$2" && shift 2 ;;
  -h | --help) help && exit 0 ;;
  *) echo "render.sh: unknown argument '$1'; try --help" >&2 && exit 2 ;;
  esac
done

work="$(mktemp -d)"
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

reportwire="${REPORTWIRE_BIN:-}"
if [ -z "$reportwire" ]; then
  swift build --package-path "$root" -c release --product reportwire
  reportwire="$(swift build --package-path "$root" -c release --show-bin-path)/reportwire"
fi
gcc -O2 -o "$work/step" "$root/Benchmarks/Render/step.c" -lsqlite3
read -ra cairo <<<"$(pkg-config --cflags --libs cairo)"
gcc -O2 -o "$work/pdf_floor" "$root/Benchmarks/Render/pdf_floor.c" -lsqlite3 "${cairo[@]}"

statement="SELECT * FROM rows ORDER BY id"
pages="$statement LIMIT 30000"
sqlite3 "$work/rows.db" "
  CREATE TABLE rows (id INTEGER PRIMARY KEY, day TEXT, project TEXT, service TEXT, note TEXT,
    units INTEGER, cost REAL, region TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
  INSERT INTO rows SELECT i, date('2025-01-01', (i % 365) || ' days'), 'project-' || (i % 97),
    'service ' || (i % 13), iif(i % 10 = 0, 'said \"yes\", then more', 'plain words ' || i),
    i * 7919 % 100003, round(i * 7919 % 1000003 / 7.0, 4), 'Zürich ' || (i % 5) FROM n"

mkdir "$work/templates"
# template NAME STATEMENT
template() {
  cat >"$work/templates/$1.yaml" <<TEMPLATE
name: $1
source: rows
tenant: shared
sql: $2
limits: {rows: $rows, seconds: 600, bytes: 2147483648}
TEMPLATE
}
template rows "$statement"
template pages "$pages"
"$reportwire" serve --data "$work/data" --templates "$work/templates" \
  --source "rows=$work/rows.db" --listen-ttrpc 127.0.0.1:0 --listen-grpc 127.0.0.1:0 \
  --listen-http 127.0.0.1:0 --ready-file "$work/ready.json" >"$work/server.log" 2>&1 &
server=$!
until [ -s "$work/ready.json" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2 && exit 1; }
  sleep 0.1
done
address="$(grep -o '"ttrpc"[^,}]*' "$work/ready.json" | grep -o '127.0.0.1:[0-9]*' | head -n 1)"

# server_ticks: what the server has taken so far, in clock ticks.
server_ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$server/stat"; }

# report TEMPLATE FORMAT...: the server's seconds of CPU for one report.
report() {
  local template="$1" formats=() format before
  shift
  for format in "$@"; do formats+=(--format "$format"); done
  before="$(server_ticks)"
  "$reportwire" create --address "$address" --template "$template" "${formats[@]}" --wait >"$work/out" 2>&1 ||
    { cat "$work/out" >&2 && exit 1; }
  awk -v from="$before" -v to="$(server_ticks)" -v hertz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%.2f\n", (to - from) / hertz }'
}

# command_cpu COMMAND...: its seconds of CPU.
command_cpu() {
  local TIMEFORMAT='%U %S'
  { time "$@" >"$work/out" 2>"$work/err"; } 2>"$work/time" || { cat "$work/err" >&2 && exit 1; }
  awk '{ printf "%.2f\n", $1 + $2 }' "$work/time"
}

for ((round = 1; round <= rounds; round += 1)); do
  command_cpu "$work/step" "$work/rows.db" "$statement" >>"$work/floor"
  report rows csv >>"$work/csv"
  command_cpu sqlite3 -csv -header "$work/rows.db" "$statement" >>"$work/csv.peer"
  report rows json >>"$work/json"
  command_cpu sqlite3 -json "$work/rows.db" "$statement" >>"$work/json.peer"
  report rows xlsx >>"$work/xlsx"
  command_cpu "$python" "$root/Benchmarks/Render/xlsx.py" "$work/rows.db" "$statement" \
    "$work/peer.xlsx" >>"$work/xlsx.peer"
  report rows csv json xlsx >>"$work/all"
  paste -d ' ' "$work/csv" "$work/json" "$work/xlsx" | tail -n 1 |
    awk '{ print $1 + $2 + $3 }' >>"$work/all.peer"
  report pages pdf >>"$work/pdf"
  command_cpu "$python" "$root/Benchmarks/Render/pdf.py" "$work/rows.db" "$pages" \
    "$work/peer.pdf" >>"$work/pdf.peer"
  command_cpu "$work/pdf_floor" "$work/rows.db" "$pages" "$work/floor.pdf" >>"$work/pdf.floor"
done

median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

echo "$rows rows, seconds of CPU, median of $rounds rounds; floor $(median "$work/floor")," \
  "of pdf $(median "$work/pdf.floor")"
printf '%-6s %10s %10s %7s %7s\n' format reportwire peer ratio "aim"
for line in "csv 0.6" "json 0.48" "xlsx 0.2" "all 0.9" "pdf 0.2"; do
  read -r format aim <<<"$line"
  awk -v format="$format" -v own="$(median "$work/$format")" \
    -v peer="$(median "$work/$format.peer")" -v aim="$aim" \
    'BEGIN { printf "%-6s %10.2f %10.2f %7.3f %7s\n", format, own, peer, own / peer, aim }'
done
