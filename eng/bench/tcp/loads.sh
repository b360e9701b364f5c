# Sourced by tcp.sh: loads on a target. Each prints "count seconds p50 p99"; times are in ms.

declare -A speed

# put_on LOAD TARGET SECONDS
put_on() {
  local how connections
  IFS=- read -r how connections <<<"$1"
  case $how in
    bulk) over_iperf "$3" "$connections" "${iperf[$2]}" ;;
    requests) over_redis "$3" "$connections" "${redis[$2]}" 1 "${speed[$1/$2]:-5000}" ;;
    new) over_redis "$3" "$connections" "${redis[$2]}" 0 "${speed[$1/$2]:-500}" ;;
  esac
}

# warm_up LOAD TARGET SECONDS: a load that does not count, but tells how many requests fill a second.
warm_up() {
  local count elapsed rest
  read -r count elapsed rest < <(put_on "$@") || { echo "$2 failed under the load $1" >&2; exit 1; }
  speed[$1/$2]=$(awk -v count="$count" -v elapsed="$elapsed" 'BEGIN { printf "%d", count / elapsed }')
}

# One GiB counts as 100,000, so that the processor time for 100,000 is that for a GiB. Data flows from the service to the client.
over_iperf() {
  local tries
  # The server serves one test at a time, and sees the end of the last one when the proxy has passed it on. That it is busy is
  # no failure to iperf3.
  for tries in $(seq 50); do
    if timeout $(($1 + 30)) iperf3 -c "${3%:*}" -p "${3#*:}" -t "$1" -P "$2" -R -J >"$work/iperf.json" && ! grep -q '"error"' "$work/iperf.json"; then break; fi
    [ "$tries" -lt 50 ] || { tail -n 3 "$work/iperf.json" >&2; return 1; }
    sleep 0.1
  done
  awk -F '[:,]' '/"sum_received"/ { here = 1 } here && /"seconds"/ { time = $2 } here && /"bytes"/ { bytes = $2; here = 0 }
    END { if (!bytes) exit 1; print bytes / 1073741824 * 100000, time, 0, 0 }' "$work/iperf.json"
}

# over_redis SECONDS CONNECTIONS ADDRESS KEEP_ALIVE PER_SECOND: without keep-alive, each request has a connection of its own.
over_redis() {
  local count=$(($1 * $5))
  redis-benchmark -h "${3%:*}" -p "${3#*:}" -c "$2" -n "$count" -k "$4" -t ping_mbulk --csv 2>"$work/redis.err" |
    awk -F '"' -v count="$count" '$2 == "PING_MBULK" { print count, count / $4, $10, $14; found = 1 } END { if (!found) exit 1 }' ||
    { cat "$work/redis.err" >&2; return 1; }
}
