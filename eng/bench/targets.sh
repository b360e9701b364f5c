# Sourced by bench.sh: what is measured. "direct" is the service itself over TLS; all others pass requests on to that service.

declare -A pid address
targets="" key=ppk_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n') pod="" pod_ip="" host=""

start_targets() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,DNS:*.proxy.localhost" -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"
  mkdir -p "$work/files"
  for size in small:100 medium:65536 large:10485760; do head -c "${size#*:}" /dev/zero | tr '\0' x >"$work/files/${size%:*}"; done
  start console console_answers
  deploy_service
  targets=direct pid[direct]="" address[direct]=$pod_ip:8443
  for peer in nginx haproxy caddy; do
    if command -v "$peer" >/dev/null; then start "$peer"; targets+=" $peer"; else echo "$peer is missing and left out."; fi
  done
  for peer in yarp forwarder; do start "$peer"; targets+=" $peer"; done
  targets+=" console"
}

# start NAME [CHECK]: runs run_NAME on a free port until CHECK succeeds; without one, until the small file comes through.
start() {
  local port; port=$(free_port)
  address[$1]=127.0.0.1:$port
  "run_$1" "$port" >"$work/$1.log" 2>&1 &
  pid[$1]=$!
  wait_for "$1" "${2:-serves}" "$1"
}

serves() { [ "$(curl -sk --connect-to "::${address[$1]}" "https://$host/small" | wc -c)" = 100 ]; }

run_nginx() { exec nginx -p "$work" -c "$(template nginx.conf "$1")" -e "$work/nginx.log"; }

run_haproxy() { exec haproxy -db -f "$(template haproxy.cfg "$1")"; }

run_caddy() { XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work exec caddy run --adapter caddyfile --config "$(template Caddyfile "$1")"; }

run_yarp() { exec dotnet "$work/bench/bench.dll" yarp "$1" "$host" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }

run_forwarder() { exec dotnet "$work/bench/bench.dll" forwarder "$1" "$host" "$pod_ip:8000" "$work/cert.pem" "$work/key.pem"; }

run_console() {
  cd "$work"
  export ASPNETCORE_ENVIRONMENT=Production Console__DataDirectory="$work/data" Console__PublicUrl="https://localhost:$1" \
    Gateway__HttpsPort="$1" Gateway__HttpPort=0 Gateway__DrainTimeout=00:00:01 Gateway__CertificatePath="$work/cert.pem" \
    Gateway__CertificateKeyPath="$work/key.pem" Console__AdminEmail=bench@example.org Console__AdminPassword="$key" Console__AdminApiKey="$key"
  exec dotnet "$work/console/Console.Web.dll"
}

console_answers() { curl -fsk "https://localhost:${address[console]#*:}/health/ready" -o /dev/null; }

api() {
  curl -fsSk -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "https://localhost:${address[console]#*:}/v2/$1" "${@:2}"
}

# The service runs as a pod, so that the console reaches it as it reaches any pod.
deploy_service() {
  template service.sh "" >/dev/null
  chmod -R a+rX "$work"; chmod +x "$work/service.sh"
  pod=$(api pods -d "{\"name\":\"bench\",\"image\":\"$work/service.sh\",\"ports\":[\"8000/http\"]}" | sed -E 's/.*"id":"([a-z0-9]{14})".*/\1/')
  host=$pod-8000.proxy.localhost
  wait_for "the service" serves console
  pod_ip=$(cat "$work/pod-ip")
}

# template NAME PORT: fills in eng/bench/http/NAME and prints where it put it.
template() {
  sed -e "s#@work@#$work#g; s#@port@#$2#g; s#@user@#$(id -un)#g; s#@service@#$pod_ip:8000#g; s#@nginx@#$(command -v nginx)#g" \
    "eng/bench/http/$1" >"$work/$1"
  echo "$work/$1"
}

# By the ids of what this script started. Pods outlive their console, so the service is asked to end through it first.
stop_all() {
  local service name
  service=$(cat "$work/pod-pid" 2>/dev/null || true)
  [ -z "$pod" ] || api "pods/$pod" -X DELETE -o /dev/null 2>/dev/null || true
  ended "$service" || true
  for name in "${!pid[@]}"; do stop "$name"; done
  ended "$service" || { kill "$service"; ended "$service"; } 2>/dev/null || true
}

stop() { [ -z "${pid[$1]}" ] || { kill "${pid[$1]}" && wait "${pid[$1]}"; } 2>/dev/null || true; unset "pid[$1]"; }
