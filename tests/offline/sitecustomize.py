"""Blocks every socket that would leave this machine, in this process and in the Pythons it starts.

Python imports ``sitecustomize`` at its start when this folder is on PYTHONPATH (tests/conftest.py
puts it there), so that a test's subprocesses are held to the same rule. An audit hook can't be
taken off again and also sees libraries that kept their own reference to ``socket.socket``.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})
RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})

# What was refused, as "event host": a library may swallow the exception, the test must not pass.
refused: list[str] = []


class OutsideSocketError(OSError):
    """Something tried to leave the machine during the tests."""


def is_local(host: object) -> bool:
    """Whether ``host`` is this machine's loopback by name or number."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    name = name.partition("%")[0].lower()
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _target(event: str, arguments: tuple[Any, ...]) -> object:
    """The host an event goes to; None when it stays on the machine by its kind."""
    if event in RESOLVING:
        return arguments[0]
    sock, address = arguments[0], arguments[1]
    if sock.family == socket.AF_UNIX or address is None:
        return None
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        return address[0]
    return f"address family {int(sock.family)}"


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in RESOLVING and event not in SENDING:
        return
    host = _target(event, arguments)
    if is_local(host):
        return
    refused.append(f"{event} {host!r}")
    raise OutsideSocketError(f"outside sockets are blocked in tests: {event} to {host!r}")


sys.addaudithook(_hook)
