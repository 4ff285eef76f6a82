"""The shipped web server in a thread of the test, stopped without a race."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 10


@contextmanager
def serving(application: WSGIApplication, **settings: Any) -> Iterator[int]:
    """Serve `application` on a free port of this machine, which is what the block gets.

    Everything is closed by the server's own loop: a socket closed by another thread while the loop
    waits for it breaks the loop now and then, and its number may already belong to somebody else.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        server = create_server(application, sockets=[listener], **settings)
        loop = threading.Thread(target=server.run, name="test-server", daemon=True)
        loop.start()
        try:
            yield port
        finally:
            server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map, True))
            loop.join(PATIENCE)
            server.task_dispatcher.shutdown()
        assert not loop.is_alive(), "the server of the test goes on"
