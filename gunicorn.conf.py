"""What gunicorn reads by itself where it is started in this folder."""

import os
import shutil
import tempfile

logger_class = "bot.logs.gunicorn_logger.GunicornLogger"

# Here the workers count together what /metrics tells, however many they are. A folder for each
# start: what another gunicorn counted, or the one before this, is not ours.
_counted = tempfile.mkdtemp(prefix="chrok-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counted


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_counted, ignore_errors=True)
