# Sourced by bench.sh: one run of wrk, and what it cost the processes between it and the service.

# measure ROUND TARGET BODY ADDRESS HOST PID: one run of wrk; adds a row "target body req/s p50 p99 cpu-s-per-100k MiB".
measure() {
  local before after out
  wrk -t1 -c"$connections" -d1s -H "Host: $5" "$4/$3" >/dev/null
  before=$(cpu_of "$6")
  out=$(wrk -t1 -c"$connections" -d"${seconds}s" --latency -H "Host: $5" "$4/$3")
  after=$(cpu_of "$6")
  if grep -qE 'Non-2xx|Socket errors' <<<"$out"; then
    echo "$2 failed requests:" >&2; echo "$out" >&2; exit 1
  fi
  awk -v target="$2" -v body="$3" -v cpu="$((after - before))" -v tick="$(getconf CLK_TCK)" -v memory="$(memory_of "$6")" '
    function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
    $1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) } /requests in/ { count = $1 } /^Requests\/sec/ { rate = $2 }
    END { printf "%s %s %.0f %.2f %.2f %.3f %.0f\n", target, body, rate, p50, p99, cpu / tick * 100000 / count, memory }
  ' <<<"$out" >>"$work/rows"
}

processes_of() { [ -z "$1" ] || { echo "$1"; cat "/proc/$1/task/$1/children"; }; }

# Of the process and, for nginx, its workers. The console's own children are the pods: they are not counted.
counted() { if [ "$1" = "$console_pid" ]; then echo "$1"; else processes_of "$1"; fi; }

cpu_of() {
  local sum=0 pid
  for pid in $(counted "$1"); do
    sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }')))
  done
  echo "$sum"
}

memory_of() { for pid in $(counted "$1"); do awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; done | awk '{ sum += $1 } END { print sum / 1024 }'; }

column() { awk -v target="$1" -v body="$2" -v column="$3" '$1 == target && $2 == body { print $column }' "$work/rows" | median; }
