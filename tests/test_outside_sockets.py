"""The block itself: what leaves the machine raises, what stays on it works."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8", None, b"localhost"])
def test_loopback_is_local(outside_block: ModuleType, host: object) -> None:
    assert outside_block.is_local(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "example.org", "::ffff:8.8.8.8", "0.0.0.1", "10.0.0.1"]
)
def test_everything_else_is_not(outside_block: ModuleType, host: str) -> None:
    assert not outside_block.is_local(host)


def test_connecting_out_raises(outside_block: ModuleType) -> None:
    with socket.socket() as sock, pytest.raises(outside_block.OutsideSocketError):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(outside_block.OutsideSocketError):
        socket.getaddrinfo("example.org", 443)
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(OSError, match="blocked"):
        sock.sendto(b"x", ("192.0.2.1", 53))
    assert len(outside_block.refused) == 3
    outside_block.refused.clear()


def test_loopback_and_unix_sockets_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))


def test_subprocesses_are_blocked_as_well() -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode != 0
    assert "outside sockets are blocked" in done.stderr
