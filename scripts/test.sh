#!/usr/bin/env bash
# Everything after lint: pytest (unit, meta, integration, browser), then the dialogues by `rasa test`.
set -eu
cd "$(dirname "$0")/.."
. scripts/quiet.sh
# Unit tests need no engine and run on two cores; what starts the whole assistant has both cores.
.venv/bin/python -m pytest "$@" -n 2 --dist loadfile tests/unit tests/meta
.venv/bin/python -m pytest "$@" tests/integration tests/browser
scripts/test_conversations.sh
