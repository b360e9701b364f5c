# Sourced by the scripts of this folder: installs what a command needs, and says what it installs.

# need COMMAND PACKAGE: installs the distribution's PACKAGE where COMMAND is missing.
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  echo "Installing $2: the command '$1' is missing."
  if command -v apt-get >/dev/null 2>&1; then
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2"; } >/dev/null || true
  elif command -v dnf >/dev/null 2>&1; then
    $sudo dnf install -y -q "$2" || true
  elif command -v apk >/dev/null 2>&1; then
    $sudo apk add -q "$2" || true
  fi
  command -v "$1" >/dev/null 2>&1 && return 0
  echo "'$1' is missing and could not be installed. Install your distribution's package $2 and run this again." >&2
  exit 1
}
