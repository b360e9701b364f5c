# Sourced by bench.sh: what is measured: the console, the service that runs in it as a pod, and the peers that pass on to that service.

declare -A pid address
targets="" key=ppk_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n') pod="" pod_ip=""

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,DNS:*.proxy.localhost" -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

# start NAME [CHECK]: runs run_NAME on a free port until CHECK succeeds; without one, until the service is reached through it.
start() {
  local port; port=$(free_port)
  address[$1]=127.0.0.1:$port
  "run_$1" "$port" >"$work/$1.log" 2>&1 &
  pid[$1]=$!
  wait_for "$1" "${2:-serves}" "$1"
}

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

# deploy SCRIPT PORTS: the service runs as a pod, so that the console reaches it as it reaches any pod. PORTS as in the REST API.
deploy() {
  local script; script=$(template "$1" "")
  chmod -R a+rX "$work"; chmod +x "$script"
  pod=$(api pods -d "{\"name\":\"bench\",\"image\":\"$script\",\"ports\":[$2]}" | sed -E 's/.*"id":"([a-z0-9]{14})".*/\1/')
}

# template FILE PORT [PORT]: fills in eng/bench/FILE and prints where it put it.
template() {
  local name=${1##*/}
  sed -e "s#@work@#$work#g; s#@port@#$2#g; s#@port2@#${3:-}#g; s#@user@#$(id -un)#g; s#@pod@#$pod_ip#g; s#@nginx@#$(command -v nginx)#g" \
    "eng/bench/$1" >"$work/$name"
  echo "$work/$name"
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
