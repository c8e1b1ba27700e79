#!/usr/bin/env bash
# Everything after lint: pytest (unit, meta, integration, browser), then the dialogues by `rasa test`.
set -eu
cd "$(dirname "$0")/.."
. scripts/quiet.sh
.venv/bin/python -m pytest "$@"
scripts/test_conversations.sh
