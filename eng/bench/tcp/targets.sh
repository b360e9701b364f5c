# Sourced by tcp.sh: "direct" is the service itself; all others pass connections on to it. Each has an address for Redis, which
# answers requests, and one for iperf3, which takes bulk.

declare -A redis iperf

start_targets() {
  make_certificate
  start console console_answers
  deploy tcp/service.sh '"6379/tcp","5201/tcp"'
  wait_for "the service" map_console
  pod_ip=$(cat "$work/pod-ip")
  targets=direct pid[direct]="" redis[direct]=$pod_ip:6379 iperf[direct]=$pod_ip:5201
  for peer in haproxy haproxy-splice haproxy-tuned nginx socat; do
    if ! available "$peer"; then echo "$peer is missing and left out."; continue; fi
    start_peer "$peer"
    targets+=" $peer"
  done
  targets+=" console"
}

# Where the console has mapped the service to.
map_console() {
  redis[console]=$(mapping 6379) iperf[console]=$(mapping 5201)
  answers "${redis[console]}"
}

mapping() { api "pods/$pod" | tr '{' '\n' | sed -n "s/.*\"private\":$1,\"public\":\([0-9]*\),.*\"ip\":\"\([^\"]*\)\".*/\2:\1/p"; }

start_peer() {
  iperf[$1]=127.0.0.1:$(free_port)
  start "$1"
  redis[$1]=${address[$1]}
  # A socat listens on one port only.
  [ "$1" != socat ] || start socat-bulk true
}

# restart TARGET: as it is before it has served anything.
restart() {
  stop "$1"
  if [ "$1" != console ]; then start_peer "$1"; return; fi
  start console console_answers
  wait_for "the service" map_console
}

serves() { answers "${address[$1]}"; }

# answers ADDRESS: whether Redis answers there.
answers() (
  exec 3<>"/dev/tcp/${1%:*}/${1#*:}" && printf 'PING\r\n' >&3 && read -rt 1 -u 3 reply && [ "$reply" = $'+PONG\r' ]
) 2>/dev/null

available() { [ "$1" != nginx ] || has_stream || return 1; command -v "${1%%-*}" >/dev/null; }

# Distributions pack nginx's stream module by itself, or build it in.
has_stream() { nginx -V 2>&1 | grep -q -e '--with-stream ' -e '--with-stream$' || [ -e "$(stream_module)" ]; }

stream_module() { nginx -V 2>&1 | sed -n 's#.*--modules-path=\([^ ]*\).*#\1/ngx_stream_module.so#p'; }

run_haproxy() { exec haproxy -db -f "$(haproxy_conf none "$1" "${iperf[haproxy]#*:}")"; }

run_haproxy-splice() { exec haproxy -db -f "$(haproxy_conf splice "$1" "${iperf[haproxy-splice]#*:}")"; }

run_haproxy-tuned() { exec haproxy -db -f "$(haproxy_conf tuned "$1" "${iperf[haproxy-tuned]#*:}")"; }

# haproxy_conf VARIANT PORT PORT: with the lines of that variant.
haproxy_conf() {
  sed "s/#$1 //" "$(template tcp/haproxy.cfg "$2" "$3")" >"$work/haproxy-$1.cfg"
  echo "$work/haproxy-$1.cfg"
}

run_nginx() { exec nginx -p "$work" -c "$(nginx_conf "$1" "${iperf[nginx]#*:}")" -e "$work/nginx.log"; }

nginx_conf() {
  local conf; conf=$(template tcp/nginx.conf "$1" "$2")
  [ ! -e "$(stream_module)" ] || sed -i "1i load_module $(stream_module);" "$conf"
  echo "$conf"
}

run_socat() { exec socat "TCP-LISTEN:$1,bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=4096" "TCP:$pod_ip:6379,nodelay"; }

run_socat-bulk() { exec socat "TCP-LISTEN:${iperf[socat]#*:},bind=127.0.0.1,fork,reuseaddr,nodelay" "TCP:$pod_ip:5201,nodelay"; }
