# Sourced by bench.sh: free ports, and waiting for processes to come up and to end.

# must_be_free PORT...: ends the script where something listens on one of them.
must_be_free() {
  local port
  for port; do
    if (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "Port $port is in use; another run of this script?" >&2; exit 1; fi
  done
}

# wait_for NAME COMMAND: until COMMAND succeeds, for 30 seconds and a little more.
wait_for() {
  local tries
  for tries in $(seq 300); do "$2" 2>/dev/null && return 0; sleep 0.1; done
  echo "$1 did not come up:" >&2; tail -n 20 "$work"/*.log >&2; exit 1
}

# ended PID: waits up to three seconds for it.
ended() {
  local tries
  [ -n "$1" ] || return 0
  for tries in $(seq 30); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
  return 1
}
