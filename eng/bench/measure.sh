# Sourced by bench.sh: one load on one target, and what it cost the processes between the load and the service.
# Every function adds a row "load target requests/s p50 p99 cpu-s-per-100k MiB" to the rows; times are in ms.

# measure LOAD TARGET PID COMMAND...: COMMAND puts the load on the target and prints "requests seconds p50 p99".
measure() {
  local before after result
  before=$(cpu_of "$3")
  result=$("${@:4}") || { echo "$2 failed under the load $1" >&2; exit 1; }
  after=$(cpu_of "$3")
  read -r requests elapsed p50 p99 <<<"$result"
  awk -v load="$1" -v target="$2" -v count="$requests" -v elapsed="$elapsed" -v p50="$p50" -v p99="$p99" \
    -v cpu="$((after - before))" -v tick="$(getconf CLK_TCK)" -v memory="$(memory_of "$3")" 'BEGIN {
      printf "%s %s %.1f %s %s %.4f %.0f\n", load, target, count / elapsed, p50, p99, cpu / tick * 100000 / count, memory }' >>"$work/rows"
}

# Large bodies are counted by their bytes, because few of them end within a round.
large=10485760

# over_h1 SECONDS CONNECTIONS ADDRESS HOST FILE: HTTP/1.1, each connection asks again when it has its answer.
over_h1() {
  wrk -t1 -c"$2" -d"$1s" --timeout 60s --latency -H "Host: $4" "https://$3/$5" | awk -v large="$([ "$5" != large ] || echo $large)" '
    function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
    function seconds(text) { return text ~ /ms$/ ? text / 1000 : text ~ /m$/ ? text * 60 : text + 0 }
    function bytes(text) { return text * (text ~ /KB/ ? 1024 : text ~ /MB/ ? 1048576 : text ~ /GB/ ? 1073741824 : 1) }
    /Non-2xx|Socket errors/ { print > "/dev/stderr"; failed = 1 }
    $1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) } /requests in/ { count = large ? bytes($5) / large : $1; time = seconds($4) }
    END { if (failed || !count) exit 1; print count, time, p50, p99 }'
}

# over_h2 SECONDS CONNECTIONSxSTREAMS ADDRESS HOST FILE: HTTP/2.
over_h2() {
  rm -f "$work/times"
  h2load -t1 -c"${2%x*}" -m"${2#*x}" -D "$1" --connect-to="$3" --log-file="$work/times" "https://$4/$5" >"$work/h2load.txt"
  awk -v good="$(grep -c "$(printf '\t')200$(printf '\t')" "$work/times")" -v large="$([ "$5" != large ] || echo $large)" -v p50="$(percentile 50)" -v p99="$(percentile 99)" '
    /^requests:/ { if ($10 + 0 || $12 + 0) { print > "/dev/stderr"; exit 1 } }
    /^traffic:/ { gsub(/[()]/, "", $3); if (large) good = $3 / large }
    /^finished in/ { time = $3 + 0 }
    END { if (!good) exit 1; print good, time, p50, p99 }' "$work/h2load.txt"
}

percentile() { cut -f3 "$work/times" | sort -n | awk -v part="$1" '{ value[NR] = $1 } END { print value[int((NR - 1) * part / 100) + 1] / 1000 }'; }

# over_new SECONDS GENERATORS ADDRESS HOST FILE: a connection with a full handshake for each request.
over_new() {
  local each began=$EPOCHREALTIME
  for each in $(seq "$2"); do
    openssl s_time -connect "$3" -new -time "$1" \
      -www "/$5 HTTP/1.1"$'\r\n'"Host: $4"$'\r\n'"Connection: close"$'\r\n'"X-Rest:" >"$work/s_time.$each" 2>&1 &
    generators[each]=$!
  done
  wait "${generators[@]}"
  cat "$work"/s_time.* | awk -v time="$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')" '
    / real seconds/ { if ($7 < 100) exit 1; count += $1 } END { if (!count) exit 1; print count, time, 0, 0 }'
}
