# Sourced by the scripts of this folder: installs what a command needs, and says what it installs.

# need COMMAND PACKAGE: installs the distribution's PACKAGE where COMMAND is missing.
need() {
  has "$1" && return 0
  echo "Installing $2: the command '$1' is missing."
  install_package "$2"
  has "$1" && return 0
  echo "'$1' is missing and could not be installed. Install your distribution's package $2 and run this again." >&2
  exit 1
}

# want COMMAND PACKAGE [SERVICE]: the same for what only some tests need, which are skipped without it and say so. A SERVICE that the
# package would start is not started.
want() {
  (
    trap allow_services EXIT
    if [ $# = 3 ]; then need_without_service "$@"; else need "$@"; fi
  ) || echo "Tests that need '$1' are skipped." >&2
}

# has COMMAND: whether it is there. Debian keeps PostgreSQL's programs in a folder for each version.
has() {
  command -v "$1" >/dev/null 2>&1 || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

# install_package PACKAGE: whether it worked shows in what it brings.
install_package() {
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if command -v apt-get >/dev/null 2>&1; then
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1"; } >/dev/null || true
  elif command -v dnf >/dev/null 2>&1; then
    $sudo dnf install -y -q "$1" || true
  elif command -v apk >/dev/null 2>&1; then
    $sudo apk add -q "$1" || true
  fi
}

# need_without_service COMMAND PACKAGE [SERVICE]: the same for a package that would start a server when it is installed, and at every
# boot. The SERVICE is named like the COMMAND unless it is given.
need_without_service() {
  has "$1" && return 0
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if [ -d /usr/sbin ] && [ ! -e /usr/sbin/policy-rc.d ] && command -v apt-get >/dev/null; then
    service_policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $service_policy >/dev/null
    $sudo chmod +x $service_policy
  fi
  need "$1" "$2"
  allow_services
  if [ -d /run/systemd/system ]; then $sudo systemctl disable --quiet "${3:-$1}"; fi
}

# Takes back the policy by which need_without_service keeps Debian's packages from starting servers.
allow_services() {
  [ -n "${service_policy:-}" ] || return 0
  if [ "$(id -u)" = 0 ]; then rm -f "$service_policy"; else sudo -n rm -f "$service_policy"; fi
  service_policy=""
}
