# The tables of TCP ports. -v part=bulk|requests|idle|listeners; -v part=summary: what the gateway reaches, beside what it aims at.
BEGIN {
  name["direct"] = "the service itself"; name["haproxy"] = "HAProxy"; name["haproxy-splice"] = "HAProxy, splice"
  name["haproxy-tuned"] = "HAProxy, 128 KiB buffers"; name["nginx"] = "nginx stream"; name["socat"] = "socat"; name["console"] = "**Pod Console**"
  rate = 3; p50 = 4; p99 = 5; cpu = 6
}

function times(load, target, base, column) { return ratio(median(load, target, column), median(load, base, column)) }

# Nothing where there is nothing in between.
function cost(load, target, form) { return target == "direct" ? "" : sprintf(form, median(load, target, cpu)) }

function bulk(load, target, many) {
  printf "| %s | %s | %.2f | %s | %s | %s |\n", many, name[target], median(load, target, rate) / 100000, times(load, target, "haproxy", rate),
    cost(load, target, "%.2f"), target == "direct" ? "" : times(load, target, "haproxy", cpu)
}

function requests(load, target) {
  printf "| %s | %s | %.0f | %s | %s | %s | %s | %s |\n", load ~ /^new/ ? "new connection" : "request", name[target], median(load, target, rate),
    times(load, target, "haproxy", rate), load ~ /^new/ ? "" : sprintf("%.2f", median(load, target, p50)),
    load ~ /^new/ ? "" : sprintf("%.2f", median(load, target, p99)), cost(load, target, "%.2f"),
    target == "direct" ? "" : times(load, target, "haproxy", cpu)
}

function idle(load, target, many) {
  printf "| %s | %s | %.2f | %s |", many, name[target], median(load, target, 4), times(load, target, "haproxy", 4)
  if (target == "direct") print " | | |"
  else printf " %.2f | %.2f | %.1f |\n", median(load, target, cpu), median(load, target, 5), median(load, target, 7)
}

function listeners(load, target, many) {
  printf "| %s | %s | %.0f | %.1f | %.0f | %s | %.1f |\n", many, name[target], median(load, target, 3), median(load, target, 4), median(load, target, 5),
    median(load, target, 7) ? sprintf("%.0f", median(load, target, 7)) : "", median(load, target, 6)
}

# The aim of each measured count.
function memory(load, what, counted, column, form,    i, many) {
  for (i = 1; i <= loadCount; i++) if (loads[i] ~ "^" load "-" && rounds[loads[i], "console"]) {
    many = loads[i]; sub(/.*-/, "", many)
    aim("memory of " what ", KiB, " many " " counted, sprintf(form, median(loads[i], "console", column)), "1", 1)
  }
}

END {
  if (part == "summary") {
    print "| Pod Console | reached | aim |\n|---|---|---|"
    aim("requests/s, 64 connections, × HAProxy", times("requests-64", "console", "haproxy", rate), "0.95")
    aim("p99 of a request, 64 connections, × HAProxy", times("requests-64", "console", "haproxy", p99), "2", 1)
    aim("new connections/s × HAProxy", times("new-64", "console", "haproxy", rate), "0.95")
    aim("processor time of a request × HAProxy", times("requests-64", "console", "haproxy", cpu), "1.05", 1)
    aim("processor time of a new connection × HAProxy", times("new-64", "console", "haproxy", cpu), "1.05", 1)
    aim("bulk, 1 stream, × HAProxy", times("bulk-1", "console", "haproxy", rate), "1.40")
    aim("bulk, 1 stream, × HAProxy with 128 KiB buffers", times("bulk-1", "console", "haproxy-tuned", rate), "1.00")
    aim("processor time for bulk, 1 stream, × HAProxy", times("bulk-1", "console", "haproxy", cpu), "0.60", 1)
    aim("bulk, 8 streams, × HAProxy", times("bulk-8", "console", "haproxy", rate), "1.40")
    aim("bulk, 8 streams, × HAProxy with 128 KiB buffers", times("bulk-8", "console", "haproxy-tuned", rate), "1.00")
    aim("processor time for bulk, 8 streams, × HAProxy", times("bulk-8", "console", "haproxy", cpu), "0.60", 1)
    memory("idle", "an idle connection", "connections", 5, "%.2f")
    memory("ports", "an open port", "ports", 6, "%.1f")
    exit
  }

  if (part == "bulk") print "| streams | through | GiB/s | × HAProxy | CPU s per GiB | × HAProxy |\n|---|---|---|---|---|---|"
  if (part == "requests") print "| each | through | per second | × HAProxy | p50 ms | p99 ms | CPU s per 100,000 | × HAProxy |\n|---|---|---|---|---|---|---|---|"
  if (part == "idle") print "| connections | through | open after s | × HAProxy | CPU ms each | memory each, KiB | of all, MiB |\n|---|---|---|---|---|---|---|"
  if (part == "listeners") print "| listeners | in | open, ms | one more, ms | close, ms | start with them, ms | memory each, KiB |\n|---|---|---|---|---|---|---|"
  for (i = 1; i <= loadCount; i++) for (j = 1; j <= targetCount; j++) {
    load = loads[i]; target = targets[j]; many = load; sub(/.*-/, "", many)
    if (!rounds[load, target]) continue
    if (part == "bulk" && load ~ /^bulk/) bulk(load, target, many)
    if (part == "requests" && load ~ /^(requests|new)/) requests(load, target)
    if (part == "idle" && load ~ /^idle/) idle(load, target, many)
    if (part == "listeners" && load ~ /^ports/) listeners(load, target, many)
  }
}
