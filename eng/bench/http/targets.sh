# Sourced by http.sh: "direct" is the service itself over TLS; all others pass requests on to that service.

host=""

start_targets() {
  make_certificate
  cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"
  mkdir -p "$work/files"
  for size in small:100 medium:65536 large:10485760; do head -c "${size#*:}" /dev/zero | tr '\0' x >"$work/files/${size%:*}"; done
  start console console_answers
  deploy_service
  targets=direct pid[direct]="" address[direct]=$pod_ip:8443
  for peer in nginx haproxy caddy; do
    if command -v "$peer" >/dev/null; then start "$peer"; targets+=" $peer"; else echo "$peer is missing and left out."; fi
  done
  for peer in yarp forwarder loops; do start "$peer"; targets+=" $peer"; done
  targets+=" console"
}

deploy_service() {
  deploy http/service.sh '"8000/http"'
  host=$pod-8000.proxy.localhost
  wait_for "the service" serves console
  pod_ip=$(cat "$work/pod-ip")
}

serves() { [ "$(curl -sk --connect-to "::${address[$1]}" "https://$host/small" | wc -c)" = 100 ]; }

run_nginx() { exec nginx -p "$work" -c "$(template http/nginx.conf "$1")" -e "$work/nginx.log"; }

run_haproxy() { exec haproxy -db -f "$(template http/haproxy.cfg "$1")"; }

run_caddy() { XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work exec caddy run --adapter caddyfile --config "$(template http/Caddyfile "$1")"; }

run_yarp() { exec dotnet "$work/bench/bench.dll" yarp "$1" "$host" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }

run_forwarder() { exec dotnet "$work/bench/bench.dll" forwarder "$1" "$host" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }

# The console's threads do not spin either (Console.Web/runtimeconfig.template.json).
run_loops() { DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 exec dotnet "$work/bench/bench.dll" loops "$1" "$host" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }
