#!/usr/bin/env bash
# Everything after lint: pytest (unit, meta, integration, browser), then the dialogues by `rasa test`.
set -eu
cd "$(dirname "$0")/.."
. scripts/quiet.sh
# Each core takes whole files. What starts the whole assistant mostly waits, so two of them fit.
.venv/bin/python -m pytest "$@" -n 2 --dist loadfile tests/unit tests/meta
.venv/bin/python -m pytest "$@" -n 2 --dist loadfile tests/integration tests/browser
scripts/test_conversations.sh
