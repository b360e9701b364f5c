# Sourced by bench.sh: requests through the gateway and through nginx to one and the same service.

rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-5} connections=${CONNECTIONS:-64}
https=18443 plain=18080 beside=18444 key=ppk_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
console_pid="" nginx_pid="" pod=""

http() {
  need curl curl; need openssl openssl; need wrk wrk
  need_without_service nginx nginx
  must_be_free "$https" "$plain" "$beside"
  echo "Building the console…"
  dotnet publish Console.Web -c Release -o "$work/console" --nologo -v quiet
  start_console
  deploy_service
  start_nginx
  local gateway="https://localhost:$https" host="$pod-8000.proxy.localhost:$https"
  # .NET compiles what is hot anew while it runs: before that it is another program.
  for body in small large; do wrk -t1 -c"$connections" -d"${WARM_UP:-10}s" -H "Host: $host" "$gateway/$body" >/dev/null; done
  : >"$work/rows"
  for round in $(seq "$rounds"); do
    for body in small large; do
      echo "Round $round of $rounds, $body bodies"
      measure "$round" direct "$body" "http://$(cat "$work/pod-ip"):8000" localhost ""
      measure "$round" nginx "$body" "https://localhost:$beside" localhost "$nginx_pid"
      measure "$round" console "$body" "$gateway" "$host" "$console_pid"
    done
  done
  http_table | tee "$work/http.txt"
  put_section http <"$work/http.txt"
}

start_console() {
  (cd "$work" && exec env ASPNETCORE_ENVIRONMENT=Production Console__DataDirectory="$work/data" Console__PublicUrl="https://localhost:$https" \
    Gateway__HttpsPort=$https Gateway__HttpPort=$plain Gateway__DrainTimeout=00:00:01 Console__AdminEmail=bench@example.org \
    Console__AdminPassword="$key" Console__AdminApiKey="$key" dotnet "$work/console/Console.Web.dll") >"$work/console.log" 2>&1 &
  console_pid=$!
  wait_for "the console" console_answers
}

console_answers() { curl -fsk "https://localhost:$https/healthz" -o /dev/null; }

api() { curl -fsSk -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "https://localhost:$https/v2/$1" "${@:2}"; }

# The service is an nginx that runs as a pod, so that the console reaches it as it reaches any pod.
deploy_service() {
  mkdir -p "$work/files"
  head -c 100 /dev/zero | tr '\0' x >"$work/files/small"
  head -c 65536 /dev/zero | tr '\0' x >"$work/files/large"
  cat >"$work/service.sh" <<END
#!/bin/sh
echo "\$POD_IP" >"$work/pod-ip"; echo \$\$ >"$work/pod-pid"
cat >nginx.conf <<CONF
daemon off; pid nginx.pid; worker_processes 1; error_log stderr; user $(id -un);
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; open_file_cache max=10; client_body_temp_path t; proxy_temp_path t;
  fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server { listen \$POD_IP:8000 backlog=4096; root $work/files; } }
CONF
exec "$(command -v nginx)" -p "\$PWD" -c "\$PWD/nginx.conf" -e stderr
END
  chmod -R a+rX "$work"; chmod +x "$work/service.sh"
  pod=$(api pods -d "{\"name\":\"bench\",\"image\":\"$work/service.sh\",\"ports\":[\"8000/http\"]}" | sed -E 's/.*"id":"([a-z0-9]{14})".*/\1/')
  wait_for "the service" gateway_serves
}

gateway_serves() { [ "$(curl -sk --connect-to "::localhost:$https" "https://$pod-8000.proxy.localhost:$https/small" | wc -c)" = 100 ]; }

start_nginx() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  cat >"$work/nginx.conf" <<END
daemon off; pid $work/nginx.pid; worker_processes auto; error_log $work/nginx.log; user $(id -un);
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; client_body_temp_path $work/t; proxy_temp_path $work/t; fastcgi_temp_path $work/t;
  uwsgi_temp_path $work/t; scgi_temp_path $work/t;
  upstream service { server $(cat "$work/pod-ip"):8000; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$beside ssl backlog=4096; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host \$host; } } }
END
  nginx -p "$work" -c "$work/nginx.conf" -e "$work/nginx.log" &
  nginx_pid=$!
  wait_for nginx nginx_serves
}

nginx_serves() { curl -fsk "https://localhost:$beside/small" -o /dev/null; }

http_table() {
  echo "| body | through | requests/s | × nginx | p50 ms | p99 ms | CPU s per 100,000 | × nginx | memory MiB |"
  echo "|---|---|---|---|---|---|---|---|---|"
  for body in small large; do
    for target in direct nginx console; do
      awk -v body="$([ $body = small ] && echo '100 B' || echo '64 KiB')" -v target="$target" \
        -v rate="$(column $target $body 3)" -v base="$(column nginx $body 3)" -v p50="$(column $target $body 4)" \
        -v p99="$(column $target $body 5)" -v cpu="$(column $target $body 6)" -v cpubase="$(column nginx $body 6)" \
        -v memory="$(column $target $body 7)" 'BEGIN {
          name = target == "console" ? "Pod Console" : target == "direct" ? "nothing (no TLS)" : target
          printf "| %s | %s | %.0f | %.2f | %.2f | %.2f |", body, name, rate, rate / base, p50, p99
          if (target == "direct") print " | | |"; else printf " %.2f | %.2f | %.0f |\n", cpu, cpu / cpubase, memory }'
    done
  done
}

# By the ids of what this script started. Pods outlive their console, so the service is asked to end through it first.
stop_all() {
  local pid service
  service=$(cat "$work/pod-pid" 2>/dev/null || true)
  [ -z "$pod" ] || api "pods/$pod" -X DELETE -o /dev/null 2>/dev/null || true
  ended "$service" || true
  for pid in $nginx_pid $console_pid; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  ended "$service" || { kill "$service"; ended "$service"; } 2>/dev/null || true
}
