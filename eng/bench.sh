#!/usr/bin/env bash
# Measures, side by side and in one run, and writes the tables of docs/benchmarks.md.
#   eng/bench.sh         everything
#   eng/bench.sh edit    the cost of one port edit with 10, 1,000 and 10,000 pods
#   eng/bench.sh http    requests through the gateway beside nginx (ROUNDS=5 SECONDS_EACH=5 CONNECTIONS=64 WARM_UP=10)
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
PATH=$PATH:/usr/sbin:/sbin # where distributions put nginx
cd "$(dirname "$0")/.."
. eng/packages.sh
need dotnet dotnet-sdk-10.0

work=$(mktemp -d)
. eng/bench/report.sh
. eng/bench/processes.sh
. eng/bench/measure.sh
. eng/bench/http.sh
trap 'trap "" INT TERM; allow_services; stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

edit() {
  dotnet build -c Release eng/bench --nologo -v quiet
  TMPDIR="$work" dotnet run -c Release --no-build --project eng/bench -- edit 10 1000 10000 | tee "$work/edit.txt"
  { echo '```'; cat "$work/edit.txt"; echo '```'; } | put_section edit
}

case "${1:-all}" in
  all) edit; http ;;
  edit | http) "$1" ;;
  *) sed -n '2,5s/^# *//p' "$0" >&2; exit 2 ;;
esac
describe_machine | put_section machine
