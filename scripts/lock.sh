#!/usr/bin/env bash
# Resolves the dependency groups of pyproject.toml into the two lock files, with hashes.
set -eu
cd "$(dirname "$0")/.."
lock() { # lock GROUP PYTHON FILE
  uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --python-version "$2" --group "$1" --output-file "requirements/$3"
}
lock dev 3.11 app.txt
lock engine 3.10 engine.txt
