#!/usr/bin/env bash
# Runs the dialogues of tests/conversations against the trained model by `rasa test`: each message as
# typed, its intent, its entities and the action that follows.
set -eu
cd "$(dirname "$0")/.."
. scripts/quiet.sh
rm -rf var/results
.venv-rasa/bin/python -m bot.nlu.engine test core --e2e --model models/chrok.tar.gz --stories tests/conversations \
  --out var/results --no-plot --fail-on-prediction-errors >var/log/conversations.log 2>&1 || {
  cat var/results/failed_test_stories.yml 2>/dev/null || true
  tail -15 var/log/conversations.log
  echo "conversations failed"
  exit 1
}
dialogues=$(grep -hcE '^ *- story:' tests/conversations/*.yml | paste -sd+ | bc)
echo "conversations: $dialogues dialogues as they should be"
