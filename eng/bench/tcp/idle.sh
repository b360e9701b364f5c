# Sourced by tcp.sh: connections that are open, have carried one request, and are silent.

# measure_idle TARGET: adds rows "idle-COUNT target connections/s seconds KiB ms MiB": the time until COUNT are open, memory and
# processor time for each, and memory for all. The first few warm up and do not count.
measure_idle() {
  local few=200 count elapsed time=0 before memory cpu answer
  coproc idle { exec dotnet "$work/bench/bench.dll" idle "${redis[$1]}" $few "${idle_counts[@]}"; }
  read -r answer <&"${idle[0]}"
  before=$(user_memory_of "${pid[$1]}") cpu=$(cpu_of "${pid[$1]}")
  for count in "${idle_counts[@]}"; do
    echo >&"${idle[1]}"
    read -r answer elapsed <&"${idle[0]}" || { echo "$1 did not hold $count connections" >&2; exit 1; }
    memory=$(user_memory_of "${pid[$1]}")
    time=$(awk -v a="$time" -v b="$elapsed" 'BEGIN { print a + b }')
    awk -v load="idle-$count" -v target="$1" -v count="$((count - few))" -v time="$time" -v memory="$((memory - before))" \
      -v cpu="$(($(cpu_of "${pid[$1]}") - cpu))" -v tick="$(getconf CLK_TCK)" 'BEGIN {
        printf "%s %s %.0f %.3f %.2f %.4f %.1f\n", load, target, count / time, time, memory / count, cpu / tick * 1000 / count, memory / 1024 }' >>"$work/rows"
  done
  echo >&"${idle[1]}"
  wait "$idle_PID" || { echo "$1 lost idle connections" >&2; exit 1; }
}

# user_memory_of PID: memory of its own in KiB, with its workers' and without files; pages that they share count once.
user_memory_of() {
  for each in $(counted "$1"); do cat "/proc/$each/smaps_rollup"; done | awk '/^Pss_(Anon|Shmem):/ { sum += $2 } END { print sum + 0 }'
}
