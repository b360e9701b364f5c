#!/usr/bin/env bash
# Measures, side by side and in one run, and writes the tables of docs/benchmarks.md.
#   eng/bench.sh              everything
#   eng/bench.sh edit         the cost of one port edit with 10, 1,000 and 10,000 pods
#   eng/bench.sh counting     what the list of live connections costs
#   eng/bench.sh http         the gateway beside nginx, HAProxy, Caddy and YARP (ROUNDS=3 SECONDS_EACH=4 WARM_UP=5)
#   eng/bench.sh http quick   a few loads in one short round, printed only
#   eng/bench.sh tcp          the TCP ports beside HAProxy, nginx and socat (ROUNDS=3 SECONDS_EACH=4 WARM_UP=5)
#   eng/bench.sh tcp quick    the same in one short round with fewer connections and listeners, printed only
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
PATH=$PATH:/usr/sbin:/sbin # where distributions put servers
cd "$(dirname "$0")/.."
. eng/packages.sh
need dotnet dotnet-sdk-10.0

work=$(mktemp -d)
. eng/bench/report.sh
. eng/bench/processes.sh
. eng/bench/measure.sh
. eng/bench/targets.sh
trap 'trap "" INT TERM; allow_services; stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

edit() {
  dotnet build -c Release eng/bench --nologo -v quiet
  TMPDIR="$work" dotnet run -c Release --no-build --project eng/bench -- edit 10 1000 10000 | tee "$work/edit.txt"
  { echo '```'; cat "$work/edit.txt"; echo '```'; } | put_section edit
}

counting() {
  dotnet build -c Release eng/bench --nologo -v quiet
  dotnet run -c Release --no-build --project eng/bench -- counting | tee "$work/counting.txt"
  { echo '```'; cat "$work/counting.txt"; echo '```'; } | put_section counting
}

# Everything that is measured shares the same two processors, on any machine.
prepare() {
  ulimit -n "$(ulimit -Hn)"
  taskset -pc "${CORES:-0,1}" $$ >/dev/null
  echo "Building…"
  dotnet publish Console.Web -c Release -o "$work/console" --nologo -v quiet
  dotnet publish eng/bench -c Release -o "$work/bench" --nologo -v quiet
}

quick=${2:-}
case "$*" in
  "" | all) for part in edit counting http tcp; do eng/bench.sh $part; done; exit ;;
  edit) edit ;;
  counting) counting ;;
  http | tcp | "http quick" | "tcp quick") . "eng/bench/$1.sh"; "$1" ;;
  *) sed -n '2,9s/^# *//p' "$0" >&2; exit 2 ;;
esac
[ "$quick" ] || describe_machine | put_section machine
