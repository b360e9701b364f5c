# Rows "load target requests/s p50 p99 cpu-s-per-100k MiB" of all rounds, and their medians.
{
  if (!($1 in seenLoad)) { seenLoad[$1] = 1; loads[++loadCount] = $1 }
  if (!($2 in seenTarget)) { seenTarget[$2] = 1; targets[++targetCount] = $2 }
  count = ++rounds[$1, $2]
  for (column = 3; column <= NF; column++) value[$1, $2, column, count] = $column
}

function median(load, target, column,    sorted, length_, i, j, x) {
  length_ = rounds[load, target]
  for (i = 1; i <= length_; i++) {
    x = value[load, target, column, i] + 0
    for (j = i - 1; j > 0 && sorted[j] > x; j--) sorted[j + 1] = sorted[j]
    sorted[j + 1] = x
  }
  return length_ % 2 ? sorted[(length_ + 1) / 2] : (sorted[length_ / 2] + sorted[length_ / 2 + 1]) / 2
}

# What stands in the tables for "x times"; empty where one of the two was not measured.
function ratio(top, bottom) { return bottom > 0 && top > 0 ? sprintf("%.2f", top / bottom) : "" }

# A line of a summary, where it was measured.
function aim(what, reached, wanted, atMost) {
  if (reached != "") printf "| %s | %s | %s %s |\n", what, reached, atMost ? "≤" : "≥", wanted
}
