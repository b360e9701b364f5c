# The table of table sizes: rows as in median.awk, and lines "table-SIZE bytes p50 p99". -v part=summary: the lines of the summary.
$1 ~ /^table-/ { order[++sizeCount] = substr($1, 7); bytes[$1] = $2; edit50[$1] = $3; edit99[$1] = $4 }

# What a route takes; empty where that of no routes was not measured.
function each(size) { return size + 0 && "table-0" in bytes ? sprintf("%.0f", (bytes["table-" size] - bytes["table-0"]) / size) : "" }

END {
  if (part == "summary") {
    for (i = 1; i <= sizeCount; i++) aim("edit committed → answer, p99 ms, " order[i] " routes", edit99["table-" order[i]], "10", 1)
    for (i = 1; i <= sizeCount; i++) aim("memory of an exposed port, bytes, " order[i] " routes", each(order[i]), "1024", 1)
    exit
  }

  print "| routes beside it | requests/s | CPU s per 100,000 | committed edit → answer, ms median | p99 | memory per route, bytes | process, MiB |"
  print "|---|---|---|---|---|---|---|"
  for (i = 1; i <= sizeCount; i++) {
    size = order[i]; load = "routes-" size; line = "table-" size
    printf "| %d | %.0f | %.2f | %s | %s | %s | %.0f |\n", size, median(load, "routes", 3), median(load, "routes", 6),
      edit50[line], edit99[line], each(size), median(load, "routes", 7)
  }
}
