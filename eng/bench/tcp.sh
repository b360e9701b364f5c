# Sourced by bench.sh: TCP connections through the gateway, through its peers, and past them, to one and the same service.

. eng/bench/tcp/targets.sh
. eng/bench/tcp/loads.sh
. eng/bench/tcp/idle.sh
. eng/bench/tcp/listeners.sh
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-4}
loads=(bulk-1 bulk-8 requests-64 new-64) # how, and over how many connections at a time
idle_counts=(5000 9000)
port_counts=(1000 10000)

tcp() {
  need curl curl; need openssl openssl; need iperf3 iperf3
  need_without_service redis-server redis-server; need redis-benchmark redis-tools
  for peer in haproxy nginx socat; do (need_without_service "$peer" "$peer") || true; done
  ! command -v nginx >/dev/null || has_stream || install_package libnginx-mod-stream
  [ -z "$quick" ] || { rounds=${ROUNDS:-1} seconds=${SECONDS_EACH:-2} idle_counts=(1000) port_counts=(100); }
  [ -z "${IDLE:-}" ] || read -ra idle_counts <<<"$IDLE"
  [ -z "${PORTS:-}" ] || read -ra port_counts <<<"$PORTS"
  prepare
  mkfifo "$work/pause"
  start_targets
  : >"$work/rows"
  run_loads
  run_idle
  run_listeners
  for part in summary bulk requests idle listeners; do
    awk -f eng/bench/median.awk -f eng/bench/tcp/table.awk -v part=$part "$work/rows" >"$work/tcp-$part"
    echo; cat "$work/tcp-$part"
    [ "$quick" ] || put_section "tcp-$part" <"$work/tcp-$part"
  done
}

run_loads() {
  local load target
  for load in "${loads[@]}"; do
    for target in $targets; do warm_up "$load" "$target" 1; warm_up "$load" "$target" 1; done
  done
  settle console "${loads[@]}"
  for round in $(seq "$rounds"); do
    for load in "${loads[@]}"; do
      echo "Round $round of $rounds, $load"
      for target in $targets; do
        measure "$load" "$target" "$(serving "$load" "$target")" put_on "$load" "$target" "$seconds"
      done
    done
  done
}

serving() { if [ "$1 $2" = "bulk-${1#*-} socat" ]; then echo "${pid[socat-bulk]}"; else echo "${pid[$2]}"; fi; }

# A socat is a process for each connection, and HAProxy's variants hold idle connections like HAProxy.
run_idle() {
  local target
  for round in $(seq "$rounds"); do
    echo "Round $round of $rounds, idle connections"
    for target in $targets; do
      case $target in haproxy-* | socat) continue ;; direct) ;; *) restart "$target"; calm "$target" ;; esac
      measure_idle "$target"
    done
  done
}

run_listeners() {
  local target count
  for round in $(seq "$rounds"); do
    for count in "${port_counts[@]}"; do
      echo "Round $round of $rounds, $count listeners"
      for target in haproxy nginx console; do
        [[ " $targets " != *" $target "* ]] || measure_listeners "$target" "$count"
      done
    done
  done
}
