#!/usr/bin/env bash
# Trains the engine's model when the training data, the domain, the configuration or our
# components changed. One line of progress; Rasa's own words go to var/log/train.log.
set -eu
cd "$(dirname "$0")/.."
mkdir -p var/log models
# The engine's launcher and its stores say nothing about what the model learns.
digest=$(find data bot/nlu bot/text domain.yml config.yml requirements/engine.txt -type f \
  ! -name '*.pyc' ! -path 'bot/nlu/engine*.py' ! -path 'bot/nlu/*_store.py' -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
model="models/chrok-$digest.tar.gz"
if [ ! -e "$model" ]; then
  echo "training the engine (two to three minutes) ..."
  started=$SECONDS
  . scripts/quiet.sh
  .venv-rasa/bin/python -m rasa train --domain domain.yml --data data --config config.yml \
    --skip-validation --out models --fixed-model-name "chrok-$digest" >var/log/train.log 2>&1 || {
    echo "training failed; the end of var/log/train.log:"
    tail -25 var/log/train.log
    exit 1
  }
  echo "training the engine: done in $((SECONDS - started)) s"
fi
find models -name 'chrok-*.tar.gz' ! -name "chrok-$digest.tar.gz" -delete
ln -sfn "chrok-$digest.tar.gz" models/chrok.tar.gz
