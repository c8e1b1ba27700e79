"""What gunicorn reads by itself where it is started in this folder."""

import os
import shutil
import socket
import struct
import tempfile
from typing import Any

logger_class = "bot.logs.gunicorn_logger.GunicornLogger"

# Here the workers count together what /metrics tells, however many they are. A folder for each
# start: what another gunicorn counted, or the one before this, is not ours.
_counted = tempfile.mkdtemp(prefix="chrok-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counted


# A thread that reads from a client who fell silent would be lost until they hang up. A proxy in
# front waits for slow clients in our place; this is for those who reached us directly.
_SILENCE_SECONDS = 10


def when_ready(server: Any) -> None:
    """Let every accepted connection end when nothing comes in for so long; they inherit it."""
    for listener in server.LISTENERS:
        patience = struct.pack("ll", _SILENCE_SECONDS, 0)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_counted, ignore_errors=True)
