# Set-up shared by scripts/test and scripts/demo; sourced, not run. Idempotent: each step leaves a stamp made from
# what it depends on, and is skipped while the stamp matches.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
VENV=$ROOT/.venv
STAMPS=$ROOT/build/setup
STEP=0
STEPS=3
LOG=$ROOT/build/setup/log

if [ -t 1 ]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' OFF=$'\e[0m'; else BOLD='' DIM='' RED='' OFF=''; fi

die() { # what is wrong and what to do, in one line
  printf '%serror:%s %s\n' "$RED" "$OFF" "$1" >&2
  exit 1
}

step() { # title, stamp name, stamp value, command...
  local title=$1 name=$2 value=$3 began=$SECONDS
  shift 3
  STEP=$((STEP + 1))
  if [ "$name" != none ] && [ "$(cat "$STAMPS/$name" 2>/dev/null)" = "$value" ]; then
    printf '%s[%d/%d]%s %-28s %sup to date%s\n' "$BOLD" $STEP $STEPS "$OFF" "$title" "$DIM" "$OFF"
    return
  fi
  printf '%s[%d/%d]%s %s …\n' "$BOLD" $STEP $STEPS "$OFF" "$title"
  "$@"
  [ "$name" = none ] || printf '%s' "$value" >"$STAMPS/$name"
  printf '      %sdone in %d s%s\n' "$DIM" $((SECONDS - began)) "$OFF"
}

quietly() { # run a command, its output to the log; on failure show the log's end
  if ! "$@" >"$LOG" 2>&1; then
    tail -n 15 "$LOG" >&2
    return 1
  fi
}

debian_packages() { # the names of the groups given
  local groups=" $* " group name rest
  while read -r group name rest; do
    case "$groups" in *" $group "*) echo "$name" ;; esac
  done < <(grep -v '^#' scripts/debian-packages)
}

missing_packages() {
  local name
  for name in $(debian_packages kiosk demo); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

install_packages() {
  local missing sudo=''
  missing=$(missing_packages | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "this needs the Debian packages: $missing (no apt-get here; install their counterparts)"
  if [ "$(id -u)" -ne 0 ]; then
    sudo=$(command -v sudo) || die "not root and no sudo: ask an administrator for: apt-get install $missing"
  fi
  printf '      %s%s%s\n' "$DIM" "$missing" "$OFF"
  export DEBIAN_FRONTEND=noninteractive
  quietly $sudo apt-get update || die "apt-get update failed; see above, then run this again"
  # shellcheck disable=SC2086
  quietly $sudo apt-get install -y --no-install-recommends $missing || die "apt-get install failed for: $missing"
}

find_python() { # a Python of 3.11 or newer
  local name
  for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$name"
    return
  done
  die "no Python 3.11 or newer; install python3.11 or set PYTHON"
}

install_python_packages() {
  [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c '' 2>/dev/null || "$(find_python)" -m venv --clear "$VENV" ||
    die "python3 -m venv failed; apt-get install python3-venv"
  quietly "$VENV/bin/pip" install --disable-pip-version-check --require-hashes -r requirements/all.lock ||
    die "the packages of requirements/all.lock could not be installed; is a package index reachable?"
  quietly "$VENV/bin/pip" install --disable-pip-version-check --no-deps --editable . || die "pip install of the project failed"
}

sum() { cat "$@" | sha256sum | cut -c1-16; }

build_knowledge() { "$VENV/bin/python" -m kiosk_app.warmup || die "the knowledge packs could not be built"; }

prepare() {
  mkdir -p "$STAMPS"
  export YINGBIN_HOME=${YINGBIN_HOME:-$ROOT/build/home}
  step 'Debian packages' apt "$(sum scripts/debian-packages)" install_packages
  [ -z "$(missing_packages)" ] || install_packages
  step 'Python packages' python "$(sum requirements/all.lock pyproject.toml)" install_python_packages
  [ -x "$VENV/bin/kiosk" ] || install_python_packages
  step 'Knowledge, fonts, voice' warm "$(find models kiosk_app/warmup.py kiosk_app/ui/everyday_font.py -name '*.pyc' -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)" build_knowledge
}

ready() { printf '%sset-up ready after %d s%s\n' "$DIM" "$SECONDS" "$OFF"; }

fetch_models() { # what makes the kiosk understand people; the demonstration works without
  if "$VENV/bin/kiosk" models fetch vosk-model-small-cn-0.22 face_detection_yunet_2023mar.onnx >"$LOG" 2>&1; then
    printf '      official models present\n'
  else
    printf '      %snot to be had here; the embedded speech model and the Haar cascade take their place%s\n' "$DIM" "$OFF"
  fi
}
