"""`/metrics` of a process that serves nothing else: the worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bot.logs.loggers import get_logger
from webhook.metrics.access import may_read
from webhook.metrics.exposition import CONTENT_TYPE, expose

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = get_logger(__name__)


def serve_metrics(host: str, port: int, token: str) -> Callable[[], None] | None:
    """Answer `/metrics` in a thread; returns what ends it.

    None where somebody else has the port: what the worker works for is more than its figures.
    """
    try:
        server = make_server(host, port, _application(token), _Server, _QuietHandler)
    except OSError as error:
        log.error("metrics_port_not_free", host=host, port=port, error=error)
        return None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    return end


def _application(token: str) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/metrics" or not may_read(environ, token):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b""]
        text = expose()
        start_response("200 OK", [("Content-Type", CONTENT_TYPE)])
        return [text]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is asked every few seconds."""
