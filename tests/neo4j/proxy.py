"""A wire between eamap and a server that a test can cut: after so many bytes, or now, or silently.

It listens on the loopback only, for one server, for a bounded time and number of connections, and ends by itself.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PIECE = 65536
RESET = struct.pack("ii", 1, 0)
"""Linger for no time: closing then resets the connection, as a cable pulled and put back does."""


class Proxy:
    """Carries bytes between whoever connects to ``uri`` and the server, until it is cut.

    ``cut_after`` is how many bytes the client may send, over all connections, before both sides are reset.
    """

    def __init__(
        self, server: str, *, cut_after: int | None = None, seconds: float = 120.0, connections: int = 64
    ) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname, parts.port)
        self._left = cut_after
        self._until = time.monotonic() + seconds
        self._most = connections
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._silent = threading.Event()
        self._ended = threading.Event()
        self._clients: set[socket.socket] = set()
        self.accepted = 0
        self.sent = 0
        self.uri = f"{parts.scheme}://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the proxy did not end"

    def cut(self) -> None:
        """Resets every connection and takes no more, until it is mended."""
        self._left = 0

    def cut_in(self, more: int) -> None:
        """Resets every connection once the client has sent so many bytes more."""
        self._left = more

    def mend(self) -> None:
        """Carries bytes again, however many."""
        self._left = None
        self._silent.clear()

    def fall_silent(self) -> None:
        """Keeps the connections open and carries nothing: what a firewall does that forgot them."""
        self._silent.set()

    @property
    def is_cut(self) -> bool:
        """Whether the bytes that it was to carry are used up."""
        return self._left == 0

    def _serve(self) -> None:
        self._listening.settimeout(0.05)
        pairs: dict[socket.socket, socket.socket] = {}
        while not self._ended.is_set() and time.monotonic() < self._until:
            with suppress(TimeoutError):
                self._accept(pairs)
            if self.is_cut:
                self._reset(pairs)
            elif self._silent.is_set():
                time.sleep(0.02)
            else:
                self._carry(pairs)
        self._reset(pairs)
        self._listening.close()

    def _accept(self, pairs: dict[socket.socket, socket.socket]) -> None:
        """Takes a connection that waits; while others carry, it does not wait for one."""
        self._listening.settimeout(0.05 if not pairs else 0.0)
        try:
            client, _ = self._listening.accept()
        except BlockingIOError:
            return
        if self.is_cut or self.accepted >= self._most:
            _reset(client)
            return
        self.accepted += 1
        server = socket.create_connection(self._server, timeout=5)
        self._clients.add(client)
        pairs.update({client: server, server: client})

    def _carry(self, pairs: dict[socket.socket, socket.socket]) -> None:
        readable, _, _ = select.select(list(pairs), [], [], 0.02) if pairs else ([], [], [])
        for one in readable:
            if one not in pairs:
                continue
            try:
                piece = one.recv(PIECE)
                if one in self._clients:
                    piece = self._counted(piece)
                if piece:
                    pairs[one].sendall(piece)
                    continue
            except OSError:
                pass
            self._end(one, pairs)

    def _counted(self, piece: bytes) -> bytes:
        """Returns what may still pass of a piece that the client sent."""
        if self._left is not None:
            piece = piece[: self._left]
            self._left -= len(piece)
        self.sent += len(piece)
        return piece

    def _end(self, one: socket.socket, pairs: dict[socket.socket, socket.socket]) -> None:
        other = pairs.pop(one)
        pairs.pop(other, None)
        self._clients -= {one, other}
        for end in (one, other):
            end.close()

    def _reset(self, pairs: dict[socket.socket, socket.socket]) -> None:
        for one in pairs:
            _reset(one)
        pairs.clear()


def _reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.close()
