# The table of table sizes: rows as in median.awk, and lines "table-SIZE bytes p50 p99".
$1 ~ /^table-/ { order[++sizeCount] = substr($1, 7); bytes[$1] = $2; edit50[$1] = $3; edit99[$1] = $4 }
END {
  print "| routes beside it | requests/s | CPU s per 100,000 | committed edit → answer, ms median | p99 | memory per route, bytes | process, MiB |"
  print "|---|---|---|---|---|---|---|"
  for (i = 1; i <= sizeCount; i++) {
    size = order[i]; load = "routes-" size; line = "table-" size
    printf "| %d | %.0f | %.2f | %s | %s | %s | %.0f |\n", size, median(load, "routes", 3), median(load, "routes", 6),
      edit50[line], edit99[line], size + 0 ? sprintf("%.0f", (bytes[line] - bytes["table-" order[1]]) / size) : "", median(load, "routes", 7)
  }
}
