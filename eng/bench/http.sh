# Sourced by bench.sh: requests through the gateway, through its peers, and past them, to one and the same service.

. eng/bench/http/targets.sh
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-4}

# How, which body, and how many connections; for HTTP/2 times the streams of each.
loads=(
  h1-small-1 h1-small-64 h1-small-512 h1-medium-1 h1-medium-64 h1-medium-512 h1-large-1 h1-large-64
  h2-small-1x64 h2-small-64x1 h2-small-64x8 h2-small-512x1 h2-medium-1x16 h2-medium-64x1 h2-medium-512x1 h2-large-64x1
  new-small-4
)
sizes=(0 1000 10000 100000)

http() {
  local every_load=("${loads[@]}") every_size=("${sizes[@]}")
  need curl curl; need openssl openssl; need wrk wrk; need h2load nghttp2-client
  for peer in nginx haproxy caddy; do (need_without_service "$peer" "$peer") || true; done
  if [ -n "$quick" ]; then
    rounds=${ROUNDS:-1} seconds=${SECONDS_EACH:-2} sizes=(0 1000)
    loads=(h1-small-64 h1-medium-64 h1-large-64 h2-small-64x8 new-small-4)
  fi
  [ -z "${LOADS:-}" ] || read -ra loads <<<"$LOADS"
  [ -z "${SIZES:-}" ] || read -ra sizes <<<"$SIZES"
  prepare
  start_targets
  : >"$work/rows"
  run_loads
  measure_sizes
  for part in summary h1 h2 new; do
    awk -f eng/bench/median.awk -f eng/bench/http/table.awk -v part=$part "$work/rows" >"$work/http-$part"
  done
  awk -f eng/bench/median.awk -f eng/bench/http/sizes.awk "$work/rows" "$work/sizes" >"$work/http-sizes"
  awk -f eng/bench/median.awk -f eng/bench/http/sizes.awk -v part=summary "$work/rows" "$work/sizes" >>"$work/http-summary"
  describe_loads >"$work/http-loads"
  for part in summary h1 h2 new sizes loads; do
    echo; cat "$work/http-$part"
    [ "$quick" ] || put_section "http-$part" <"$work/http-$part"
  done
}

# What this run measures, and what it leaves out of all that the script can.
describe_loads() {
  echo "- Loads in the last run, $rounds rounds of $seconds s each: \`${loads[*]}\`. Left out: $(without "${loads[*]}" "${every_load[@]}")."
  echo "- Routes in its tables: \`${sizes[*]}\`. Left out: $(without "${sizes[*]}" "${every_size[@]}")."
}

# without NAMES NAME...: each name that is not among the names.
without() {
  local name left=()
  for name in "${@:2}"; do [[ " $1 " == *" $name "* ]] || left+=("$name"); done
  if [ ${#left[@]} -gt 0 ]; then echo "\`${left[*]}\`"; else echo none; fi
}

run_loads() {
  local load target
  for target in yarp forwarder loops console; do settle "$target" h1-small-64 h2-small-64x8 h1-medium-64; done
  for round in $(seq "$rounds"); do
    for load in "${loads[@]}"; do
      echo "Round $round of $rounds, $load"
      for target in $targets; do
        [ "$round" -gt 1 ] || put_on "$load" "$target" 1 >/dev/null || true
        measure "$load" "$target" "${pid[$target]}" put_on "$load" "$target" "$seconds"
      done
    done
  done
}

# put_on LOAD TARGET SECONDS
put_on() {
  local how body connections
  IFS=- read -r how body connections <<<"$1"
  "over_$how" "$3" "$connections" "${address[$2]}" "$host" "$body"
}

# The gateway alone, in a process that holds as many pods as are asked for.
measure_sizes() {
  local size host
  for size in "${sizes[@]}"; do
    echo "A table of $size pods"
    start routes says_ready
    read -r host memory p50 p99 <"$work/routes.log"
    settle routes h1-small-64
    for round in $(seq "$rounds"); do
      measure "routes-$size" routes "${pid[routes]}" put_on h1-small-64 routes "$seconds"
    done
    echo "table-$size $memory $p50 $p99" >>"$work/sizes"
    stop routes
  done
}

run_routes() { DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 exec dotnet "$work/bench/bench.dll" routes "$size" "$1" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }

says_ready() { grep -q proxy.localhost "$work/$1.log"; }
