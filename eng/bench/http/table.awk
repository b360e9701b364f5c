# The tables of loads. -v part=h1|h2|new: those of one kind; -v part=summary: what the gateway reaches, beside what it aims at.
BEGIN {
  split("small 100_B medium 64_KiB large 10_MiB", words, " ")
  for (i = 1; i < 6; i += 2) { body[words[i]] = words[i + 1]; sub("_", " ", body[words[i]]) }
  name["direct"] = "the service itself"; name["haproxy"] = "HAProxy"; name["caddy"] = "Caddy"; name["nginx"] = "nginx"
  name["yarp"] = "YARP, configured"; name["forwarder"] = "YARP forwarder, bare"; name["loops"] = "the same on our loops"
  name["console"] = "**Pod Console**"
  rate = 3; p50 = 4; p99 = 5; cpu = 6; memory = 7
}

function capacity(load, target, base) { return ratio(median(load, base, cpu), median(load, target, cpu)) }

# Nothing where no request came to its end.
function time(load, target, column,    found) { found = median(load, target, column); return found ? sprintf("%.2f", found) : "" }

function row(load, target, label) {
  printf "| %s | %s | %.0f | %s |", label, name[target], median(load, target, rate), ratio(median(load, target, rate), median(load, "haproxy", rate))
  if (part != "new") printf " %s | %s |", time(load, target, p50), time(load, target, p99)
  if (target == "direct") print " | | | | |"
  else printf " %.2f | %s | %s | %s | %.0f |\n", median(load, target, cpu), capacity(load, target, "haproxy"),
    capacity(load, target, "nginx"), capacity(load, target, "forwarder"), median(load, target, memory)
}

END {
  if (part == "summary") {
    print "| Pod Console | reached | aim |\n|---|---|---|"
    aim("100 B over HTTP/1.1, capacity × HAProxy", capacity("h1-small-64", "console", "haproxy"), "0.70")
    aim("100 B over HTTP/2, capacity × nginx", capacity("h2-small-64x8", "console", "nginx"), "0.85")
    aim("100 B over HTTP/2, capacity × HAProxy", capacity("h2-small-64x8", "console", "haproxy"), "0.70")
    aim("64 KiB over HTTP/1.1, capacity × HAProxy", capacity("h1-medium-64", "console", "haproxy"), "0.80")
    aim("10 MiB over HTTP/1.1, capacity × HAProxy", capacity("h1-large-64", "console", "haproxy"), "0.95")
    aim("100 B over HTTP/1.1, p99 × HAProxy", ratio(median("h1-small-64", "console", p99), median("h1-small-64", "haproxy", p99)), "2", 1)
    aim("new connections, capacity × HAProxy", capacity("new-small-4", "console", "haproxy"), "0.75")
    aim("100 B over HTTP/1.1, processor time × bare YARP forwarder", capacity("h1-small-64", "forwarder", "console"), "1.05", 1)
    aim("the same × bare YARP forwarder on the same loops", capacity("h1-small-64", "loops", "console"), "1.05", 1)
    exit
  }

  times = part == "new" ? "" : " p50 ms | p99 ms |"
  lines = part == "new" ? "" : "---|---|"
  print "| load | through | requests/s | × HAProxy |" times " CPU s per 100,000 | capacity × HAProxy | × nginx | × bare YARP | memory MiB |"
  print "|---|---|---|---|" lines "---|---|---|---|---|"
  for (i = 1; i <= loadCount; i++) {
    split(loads[i], word, "-")
    if (word[1] != part) continue
    label = body[word[2]]
    if (part == "h1") label = label ", " word[3]
    if (part == "h2") { split(word[3], many, "x"); label = label ", " many[1] " × " many[2] }
    for (j = 1; j <= targetCount; j++) if (rounds[loads[i], targets[j]]) row(loads[i], targets[j], label)
  }
}
