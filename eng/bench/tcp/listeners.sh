# Sourced by tcp.sh: many listening ports, each with a target of its own, opened, one more, and closed again.
# HAProxy and nginx read a new configuration; Pod Console takes edits of pods.

ports_at=127.66.0.2 first_port=10000

# measure_listeners TARGET COUNT: adds a row "ports-COUNT target open-ms one-more-ms close-ms KiB-for-each start-ms".
measure_listeners() {
  local before memory open more close last=$((first_port + $2 - 1))
  if [ "$1" = console ]; then
    echo "ports-$2 console $(dotnet "$work/bench/bench.dll" listeners "$pod_ip:6379" "$2")" >>"$work/rows"
    return
  fi
  start "$1-ports"
  before=$(user_memory_of "${pid[$1-ports]}")
  open=$(reload "$1" "$2" answers "$ports_at:$last")
  memory=$(settled "${pid[$1-ports]}")
  more=$(reload "$1" $(($2 + 1)) answers "$ports_at:$((last + 1))")
  close=$(reload "$1" 0 closed "$ports_at:$first_port" "$ports_at:$last")
  stop "$1-ports"
  awk -v memory="$((memory - before))" -v count="$2" -v load="ports-$2" -v target="$1" -v open="$open" -v more="$more" -v close_="$close" \
    'BEGIN { printf "%s %s %s %s %s %.2f 0\n", load, target, open, more, close_, memory / count }' >>"$work/rows"
}

# reload PEER COUNT CHECK...: the time in ms from the signal until CHECK holds.
reload() {
  local tries began signal=HUP
  "ports_$1" "${address[$1-ports]#*:}" "$2"
  [ "$1" = nginx ] || { signal=USR2; wait_for "$1-ports" has_loaded; }
  began=$EPOCHREALTIME
  kill -s $signal "${pid[$1-ports]}"
  for tries in $(seq 30000); do
    if "${@:3}"; then awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", (b - a) * 1000 }'; return; fi
    read -rt 0.001 <>"$work/pause" || true
  done
  echo "$1 did not take its new configuration." >&2; exit 1
}

# HAProxy's master loses a signal that reaches it before it is done with the last one: the worker that served before has ended then.
has_loaded() { [ "$(loaded "Former worker")" = "$(loaded "Reloading HAProxy")" ]; }
loaded() { grep -c "$1" "$work/haproxy-ports.log"; }

closed() { local each; for each in "$@"; do ! answers "$each" || return 1; done; }

# settled PID: its memory, once those that served before the change have ended.
settled() { sleep 2; user_memory_of "$1"; }

run_haproxy-ports() { ports_haproxy "$1" 0; exec haproxy -W -db -f "$work/haproxy-ports.cfg"; }

run_nginx-ports() { ports_nginx "$1" 0; exec nginx -p "$work" -c "$work/nginx-ports.conf" -e "$work/nginx-ports.log"; }

# ports_PEER PORT COUNT: writes its configuration with so many ports beside PORT.
ports_haproxy() {
  sed "/^listen bulk/,\$d; s/maxconn .*/maxconn 1000/" "$(haproxy_conf none "$1" 0)" >"$work/haproxy-ports.new"
  each_port "$2" "listen port-PORT\n  bind $ports_at:PORT\n  server service $pod_ip:6379" >>"$work/haproxy-ports.new"
  mv "$work/haproxy-ports.new" "$work/haproxy-ports.cfg"
}

ports_nginx() {
  sed '/:5201;/d; $d; s#nginx.pid#nginx-ports.pid#' "$(nginx_conf "$1" 0)" >"$work/nginx-ports.new"
  { each_port "$2" "  server { listen $ports_at:PORT; proxy_pass $pod_ip:6379; }"; echo "}"; } >>"$work/nginx-ports.new"
  mv "$work/nginx-ports.new" "$work/nginx-ports.conf"
}

# each_port COUNT TEXT: the text for each port, in the place of PORT.
each_port() { awk -v count="$1" -v first=$first_port -v text="$2" 'BEGIN { for (i = 0; i < count; i++) { line = text; gsub(/PORT/, first + i, line); print line } }'; }
