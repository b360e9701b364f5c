#!/usr/bin/env bash
# Builds everything and runs every test. Arguments go to the test runner: eng/test.sh -class "*PortListTests".
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only when none failed.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # where distributions put servers
cd "$(dirname "$0")/.."
. eng/packages.sh

need dotnet dotnet-sdk-10.0
# The browser without its windows takes less than half the processor time. Where a distribution has no such package, the whole one does.
has chromium-headless-shell || install_package chromium-headless-shell
has chromium-headless-shell || need chromium chromium
need curl curl
need openssl openssl
need node nodejs
need npm npm
need git git
want ssh openssh-client
want sshd openssh-server ssh
want rsync rsync
want redis-server redis-server redis-server
want psql postgresql-client
want initdb postgresql postgresql
want ip iproute2
want nft nftables

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build console.sln --nologo -v quiet
npm install --prefix Console.Tests/EndToEnd/Programs --no-audit --no-fund --no-package-lock --silent

# Many tests open hundreds of sockets, each of which is two descriptors in the gateway.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet Console.Tests/bin/Debug/net10.0/Console.Tests.dll -noLogo -noColor -longRunning 60 "$@" | tee "$log" || status=$?

summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1 || true)
if [ -z "$summary" ]; then
  echo "The test runner ended (exit code $status) before it counted its tests." >&2
  echo "0 passed, 1 failed"
  exit 1
fi
number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
failed=$(($(number Failed) + $(number Errors))) skipped=$(number Skipped)
passed=$(($(number Total) - $(number Failed) - skipped - $(number 'Not Run')))
if [ "$(number Total)" = 0 ]; then
  echo "No test was run." >&2
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
