#!/usr/bin/env bash
# Prints understanding, search, latency and throughput, each with its ratio; all figures go to
# var/bench/*.json as well. What TensorFlow and deprecated modules say goes to var/log/bench.log.
set -eu
cd "$(dirname "$0")/.."
. scripts/quiet.sh
mkdir -p var/log var/bench
: >var/log/bench.log
started=$SECONDS

part() { # part HEADING PYTHON MODULE [ARGUMENT…]
  local heading=$1 python=$2
  shift 2
  printf '\n== %s\n' "$heading"
  "$python" -m "$@" 2>>var/log/bench.log || {
    echo "$1 failed; the end of var/log/bench.log:"
    tail -25 var/log/bench.log
    exit 1
  }
}

part "Yardstick: Rasa with its default pipeline" .venv-rasa/bin/python benchmarks.default_model
part "Service search" .venv/bin/python benchmarks.service_search
part "Understanding" .venv-rasa/bin/python benchmarks.intents --json var/bench/intents.json
part "Acknowledgement" .venv/bin/python benchmarks.acknowledgement --json var/bench/acknowledgement.json
part "Tickets at scale" .venv/bin/python benchmarks.tickets --json var/bench/tickets.json
part "A scrape of /metrics" .venv/bin/python benchmarks.scrape --json var/bench/scrape.json
part "Budgets" .venv/bin/python benchmarks.budgets --json var/bench/budgets.json
part "MASSIVE, a public corpus" .venv-rasa/bin/python benchmarks.massive --json var/bench/massive.json
part "Throughput" .venv/bin/python benchmarks.throughput --json var/bench/throughput.json
part "Growth: a second of each program" .venv/bin/python benchmarks.growth --json var/bench/growth.json
printf '\nall of it took %s s; figures in var/bench/\n' $((SECONDS - started))
