# Sourced by bench.sh: free ports, what processes cost, and waiting for them to come up and to end.

# free_port: a port that nothing listens on, outside the kernel's ephemeral range and the console's own.
free_port() {
  local port
  while port=$((10000 + RANDOM % 9000)); (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# wait_for NAME COMMAND...: until COMMAND succeeds, for five minutes and a little more: a table of 100,000 pods takes its time.
wait_for() {
  local tries
  for tries in $(seq 3000); do
    "${@:2}" 2>/dev/null && return 0
    [ -z "${pid[$1]:-}" ] || kill -0 "${pid[$1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "$1 did not come up:" >&2; tail -n 20 "$work"/*.log >&2; exit 1
}

# ended PID: waits up to three seconds for it.
ended() {
  local tries
  [ -n "$1" ] || return 0
  for tries in $(seq 30); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
  return 1
}

# counted PID: the process and its workers. The console's own children are the pods: they are not counted.
counted() {
  [ -n "$1" ] || return 0
  echo "$1"
  if [ "$1" != "${pid[console]:-}" ]; then cat "/proc/$1/task/$1/children"; fi
}

# cpu_of PID: processor time so far, in ticks, with that of workers which have ended.
cpu_of() {
  for each in $(counted "$1"); do sed 's/.*) //' "/proc/$each/stat" 2>/dev/null || true; done |
    awk -v ended="$([ "$1" = "${pid[console]:-}" ] || echo 1)" '{ sum += $12 + $13 + (ended ? $14 + $15 : 0) } END { print sum + 0 }'
}

# memory_of PID: resident, in MiB.
memory_of() { for each in $(counted "$1"); do awk '/^VmRSS/ { print $2 }' "/proc/$each/status"; done | awk '{ sum += $1 } END { print sum / 1024 }'; }

# compiling PID: processor time, in ticks, of the .NET thread that compiles hot code again.
compiling() {
  local each
  for each in $({ grep -ls '^\.NET Tiered Com' "/proc/$1/task/"*/comm || true; }); do sed 's/.*) //' "${each%comm}stat" 2>/dev/null || true; done |
    awk '{ sum += $12 + $13 } END { print sum + 0 }'
}

# settle TARGET LOAD...: .NET compiles what is hot anew while it runs, and before that it is another program. On a busy machine that
# takes a minute: so the loads are repeated until the thread that compiles has next to nothing to do.
settle() {
  local before load
  for _ in $(seq 8); do
    before=$(compiling "${pid[$1]}")
    for load in "${@:2}"; do put_on "$load" "$1" "${WARM_UP:-5}" >/dev/null || true; done
    [ $(($(compiling "${pid[$1]}") - before)) -gt 20 ] || return 0
  done
  echo "$1 still compiles what is hot: take its figures with care."
}

# calm TARGET: waits until it does nothing any more, as after a start or a load.
calm() {
  local before
  for _ in $(seq 30); do
    before=$(cpu_of "${pid[$1]}")
    sleep 1
    [ $(($(cpu_of "${pid[$1]}") - before)) -gt 2 ] || return 0
  done
  echo "$1 is never quiet: take its figures with care."
}
