#!/usr/bin/env bash
# Resolves the dependency groups of pyproject.toml into the lock files, with hashes. What runs in
# production has a lock of its own without the tools of development, at the same versions.
set -eu
cd "$(dirname "$0")/.."
lock() { # lock GROUP PYTHON FILE [OPTION…]
  local group=$1 python=$2 file=$3
  shift 3
  uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --python-version "$python" --group "$group" "$@" \
    --output-file "requirements/$file"
}
lock dev 3.11 app.txt
lock app 3.11 production.txt --constraint requirements/app.txt
lock engine 3.10 engine.txt
