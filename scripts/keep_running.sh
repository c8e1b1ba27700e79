#!/usr/bin/env bash
# Runs a command and starts it again when it dies. honcho ends everything when one process ends;
# a killed engine must not take the webhook with it, which can still store what citizens write.
set -u
child=
stop() { [ -n "$child" ] && kill -TERM "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 0; }
trap stop TERM INT
while true; do
  "$@" & child=$!
  wait "$child"
  echo "ended with code $?; starting again"
  sleep 1
done
