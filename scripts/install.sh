#!/usr/bin/env bash
# Makes .venv (CPython >= 3.11) and .venv-rasa (CPython 3.10) from the lock files in requirements/,
# each only when its lock changed. uv is used where it is installed; pip does as well.
set -eu
cd "$(dirname "$0")/.."
mkdir -p var/log

say() { printf '%s\n' "$*" >&2; }

is_version() { # is_version PYTHON "(3, 10)" "(3, 11)": runs, and lies between the two
  "$1" -c "import sys; sys.exit(not ($2 <= sys.version_info[:2] < $3))" 2>/dev/null
}

first_of() { # first_of LOW HIGH CANDIDATE…: the first that runs and fits
  local low=$1 high=$2 candidate
  shift 2
  for candidate in "$@"; do
    if [ -n "$candidate" ] && is_version "$candidate" "$low" "$high"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

from_uv() { # from_uv VERSION: uv finds or fetches it
  command -v uv >/dev/null || return 1
  uv python find "$1" 2>/dev/null || { uv python install --quiet "$1" >&2 && uv python find "$1"; }
}

find_python310() {
  if [ -n "${PYTHON310:-}" ]; then
    is_version "$PYTHON310" "(3, 10)" "(3, 11)" && { command -v "$PYTHON310"; return; }
    say "PYTHON310=$PYTHON310 does not run as CPython 3.10. Set it to a python3.10, or unset it."
    exit 1
  fi
  first_of "(3, 10)" "(3, 11)" python3.10 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python || from_uv 3.10 || {
    say "The engine needs CPython 3.10 and none was found. Do one of these, then try again:"
    say "  uv python install 3.10          (https://docs.astral.sh/uv)"
    say "  pyenv install 3.10"
    say "  make run PYTHON310=/path/to/python3.10"
    exit 1
  }
}

find_python() {
  first_of "(3, 11)" "(3, 14)" "${PYTHON:-}" python3 python3.13 python3.12 python3.11 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-3].*/bin/python || from_uv 3.12 || {
    say "Chrok needs CPython 3.11, 3.12 or 3.13 and none was found."
    say "Install one, or uv (https://docs.astral.sh/uv), or set PYTHON=/path/to/python3."
    exit 1
  }
}

make_environment() { # make_environment FOLDER LOCK FINDER
  local folder=$1 lock=$2 finder=$3 stamp python log started
  stamp="$folder/.installed-$(sha256sum "$lock" | cut -c1-16)"
  [ -e "$stamp" ] && return
  python=$($finder)
  log="var/log/install-$(basename "$folder").log"
  say "installing $folder from $lock (a few minutes the first time) ..."
  started=$SECONDS
  rm -rf "$folder"
  if command -v uv >/dev/null; then
    { uv venv --quiet --python "$python" "$folder" &&
      uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$lock"; } >"$log" 2>&1
  else
    { "$python" -m venv "$folder" &&
      "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$lock"; } >"$log" 2>&1
  fi || { say "could not install $folder; the end of $log:"; tail -15 "$log" >&2; exit 1; }
  touch "$stamp"
  say "installing $folder: done in $((SECONDS - started)) s"
}

make_environment .venv requirements/app.txt find_python
make_environment .venv-rasa requirements/engine.txt find_python310
