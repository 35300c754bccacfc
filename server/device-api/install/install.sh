#!/bin/sh
# Installs the Patchward agent on this machine and enrols it with its service at @SERVER@
#   curl -fsSL @SERVER@/install.sh -o patchward-install.sh && sudo sh patchward-install.sh
# Options:
#   --token-file FILE   read the enrolment token from FILE ("-": standard input) instead of asking for it
#   --destination DIR   install below DIR instead of / and start nothing (for images and tests)
set -eu

server='@SERVER@'
node_architecture='@ARCHITECTURE@'
bundle_sha256='@BUNDLE_SHA256@'
node_sha256='@NODE_SHA256@'

destination=''
token_file=''
while [ $# -gt 0 ]; do
  case $1 in
    --token-file) token_file=${2:?--token-file needs a file}; shift 2 ;;
    --destination) destination=${2:?--destination needs a folder}; shift 2 ;;
    *) echo "Unknown option: $1" >&2; exit 2 ;;
  esac
done

stop() {
  echo "patchward: $*" >&2
  exit 1
}

# Plain http to this machine only: the agent's own rule. A name that begins like an address of loopback is another machine's.
case $server in
  https://*) ;;
  *) printf '%s\n' "$server" | grep -Eq '^http://(localhost|\[::1\]|127(\.[0-9]{1,3}){3})(:[0-9]{1,5})?$' || stop "this service is set up without https ($server), which is refused except on loopback: PUBLIC_DEVICE_URL must be https" ;;
esac
[ "$(uname -s)" = Linux ] || stop 'this installer is for Linux'
case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) machine=$(uname -m) ;;
esac
[ "$machine" = "$node_architecture" ] || stop "this service hands out Node for $node_architecture, this machine is $machine"
command -v apt-get >/dev/null && command -v dpkg >/dev/null || stop 'this agent needs apt and dpkg'
command -v sha256sum >/dev/null || stop 'sha256sum is missing (package coreutils)'
[ -n "$destination" ] || [ "$(id -u)" = 0 ] || stop "run it as root: sudo sh $0"

program="$destination/opt/patchward"
state="$destination/var/lib/patchward-agent"
units="$destination/etc/systemd/system"

fetch() { # path, sha256, file
  if command -v curl >/dev/null; then
    curl -fsS --proto '=https,http' --retry 10 -o "$3" "$server$1" || stop "cannot fetch $server$1"
  elif command -v wget >/dev/null; then
    wget -q --retry-on-http-error=503 --waitretry=30 -O "$3" "$server$1" || stop "cannot fetch $server$1"
  else
    stop 'neither curl nor wget is installed'
  fi
  echo "$2  $3" | sha256sum -c --status || stop "$server$1 is not the file this script was made for: fetch the script again"
}

umask 022
mkdir -p "$program" "$units"
mkdir -p "$state" && chmod 0700 "$state"
work=$(mktemp -d "$program/.new.XXXXXX")
is_silent=no
tidy() {
  [ "$is_silent" = no ] || stty echo </dev/tty
  rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "patchward: fetching the agent from $server"
fetch '@BUNDLE_PATH@' "$bundle_sha256" "$work/patchward-agent.mjs"
fetch '@NODE_PATH@' "$node_sha256" "$work/node"
chmod 0755 "$work/node"
"$work/node" --version >/dev/null || stop 'Node does not run on this machine'
mv -f "$work/node" "$work/patchward-agent.mjs" "$program/"

if [ -f "$state/config.json" ]; then
  echo 'patchward: this machine is enrolled already; the agent was renewed'
else
  # The token is read without echo, and never stands in a command line: any user can see those.
  if [ "$token_file" = - ]; then
    IFS= read -r token || [ -n "$token" ] || stop 'no token on standard input'
  elif [ -n "$token_file" ]; then
    token=$(cat "$token_file") || stop "cannot read $token_file"
  else
    # Silent before it asks: a token that is pasted at once must not show either.
    is_silent=yes
    { stty -echo </dev/tty; } 2>/dev/null || { is_silent=no; stop 'no terminal to ask for the token: use --token-file'; }
    printf 'Enrolment token: ' >/dev/tty
    IFS= read -r token </dev/tty || true
    stty echo </dev/tty
    is_silent=no
    echo >/dev/tty
  fi
  printf '%s\n' "$token" | "$program/node" "$program/patchward-agent.mjs" enrol \
    --server "$server" --token-file - --state "$state" || stop 'the enrolment was refused'
  token=''
fi

cat >"$work/patchward-agent.service" <<'UNIT'
@UNIT@UNIT
mv -f "$work/patchward-agent.service" "$units/patchward-agent.service"

if [ -n "$destination" ]; then
  echo "patchward: installed below $destination, nothing started"
elif [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable patchward-agent.service
  systemctl restart patchward-agent.service
  echo 'patchward: the agent runs (journalctl -u patchward-agent)'
else
  echo 'patchward: systemd does not run here. Start the agent in the foreground with'
  echo "  $program/node $program/patchward-agent.mjs run --state $state"
fi
