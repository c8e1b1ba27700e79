"""PostgreSQL and Redis servers of one's own, which may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.stack import free_port


def postgresql_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, newest first; None where none is installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    if folders:
        return folders[-1]
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class PostgresServer:
    """A cluster in a folder; `kill` is a power cut, `start` brings it back with its data."""

    def __init__(self, folder: Path) -> None:
        programs = postgresql_programs()
        assert programs is not None, "PostgreSQL is not installed: apt-get install postgresql"
        self._programs = programs
        self._data = folder / "postgresql"
        self.port = free_port()
        self.url = f"postgresql://chrok@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        folder.chmod(0o755)
        self._data.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(self._data, "postgres")
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "chrok", "-E", "UTF8")

    @property
    def process_id(self) -> int:
        """Of the running server; its helpers are below it."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        # fsync stays on: what was committed must survive the power cut.
        options = [
            "-D",
            str(self._data),
            "-p",
            str(self.port),
            "-k",
            "/tmp",
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        options += ["-c", "max_connections=200"]
        self._process = subprocess.Popen(
            self._command("postgres", *options),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        _wait_for_port(self.port)

    def kill(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        # Whoever is killed cleans up nothing; the next start finds a stale lock of a dead process.
        pids = subprocess.run(["pgrep", "-f", str(self._data)], capture_output=True, text=True)
        for pid in pids.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        # The next start refuses while a killed child still holds the shared memory.
        time.sleep(0.5)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), check=True, capture_output=True, cwd="/")

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._programs / program), *arguments]
        if os.getuid() != 0:
            return command
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


class RedisServer:
    """A Redis without persistence: what is lost with it, the sweep finds in the database."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        assert program, "Redis is not installed: apt-get install redis-server"
        self._program = program
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """Of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_port(self.port)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def _wait_for_port(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port} after {seconds} s")
