# Sourced by bench.sh: medians, and the sections of docs/benchmarks.md that the script writes.

# put_section NAME: replaces what stands between <!-- NAME --> and <!-- /NAME --> by the input.
put_section() {
  cat >"$work/section"
  awk -v name="$1" -v file="$work/section" '
    $0 == "<!-- /" name " -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- " name " -->" { inside = 1; while ((getline line < file) > 0) print line }
  ' docs/benchmarks.md >"$work/page"
  cat "$work/page" >docs/benchmarks.md
}

# median: of the numbers of the input, one on a line.
median() { sort -g | awk '{ value[NR] = $1 } END { if (NR) print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'; }

describe_machine() {
  local cpu
  cpu=$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)
  echo "Last run: $(date -u +%Y-%m-%d), $(nproc) × ${cpu:-processor}, Linux $(uname -r | cut -d- -f1), .NET $(dotnet --list-runtimes |
    awk '$1 == "Microsoft.NETCore.App" { version = $2 } END { print version }'), YARP $(version_of Yarp.ReverseProxy), $(peers)OpenSSL $(
    openssl version | cut -d' ' -f2), TCP congestion control $(cat /proc/sys/net/ipv4/tcp_congestion_control)."
}

version_of() { sed -n "s/.*\"$1\" Version=\"\([^\"]*\).*/\1/p" Directory.Packages.props; }

peers() {
  ! command -v nginx >/dev/null || nginx -v 2>&1 | sed 's#.*/#nginx #; s/ (.*//; s/$/,/' | tr '\n' ' '
  ! command -v haproxy >/dev/null || haproxy -v | sed -n '1s/HAProxy version \([^-]*\).*/HAProxy \1,/p' | tr '\n' ' '
  ! command -v socat >/dev/null || socat -V | sed -n 's/^socat version \([^ ]*\).*/socat \1,/p' | tr '\n' ' '
  ! command -v redis-server >/dev/null || redis-server --version | sed 's/.* v=\([^ ]*\).*/Redis \1,/' | tr '\n' ' '
  ! command -v caddy >/dev/null || caddy version | sed 's/^v*\([^ ]*\).*/Caddy \1,/' | tr '\n' ' '
}
