#!/usr/bin/env bash
# Runs the load tests at the full size of what is promised; the test command runs the same tests small.
#   eng/soak.sh               all of them, one after the other
#   eng/soak.sh drain slow    those with [Trait("Load", "drain")] and [Trait("Load", "slow")]
#   eng/soak.sh crash         publishes the console and kills that build, whose starts are measured; the others run the tests' own build
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # where distributions put servers
. "$(dirname "$0")/packages.sh"
need_without_service haproxy haproxy # whose memory for an idle connection is the measure of ours
want slowhttptest slowhttptest
export POD_CONSOLE_LOAD=full
traits=()
for name in "${@:-}"; do [ -z "$name" ] || traits+=(-trait "Load=$name"); done
[ ${#traits[@]} -gt 0 ] || traits=(-trait "Load=*")
exec bash "$(dirname "$0")/test.sh" -parallelMode none -longRunning 600 "${traits[@]}"
