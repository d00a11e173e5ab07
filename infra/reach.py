"""Addresses that a webhook may reach."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

NUMBER = re.compile(r"[0-9.]+|0[xX][0-9a-fA-F.xX]+")  # each spelling of an IPv4 address, such as 2130706433


def is_public(address: str) -> bool:
    """Whether anybody can reach an https:// address.

    Numbers that lead back to the calling machine, or to its keys as 169.254.169.254 does, are refused. Plain HTTP
    reaches this machine alone, for trying; a deploy refuses it.
    """
    host = urlsplit(address).hostname or ""
    if address.startswith("http://"):
        return True
    if NUMBER.fullmatch(host):
        return _is_global(host)
    return host != "localhost" and not host.endswith(".localhost")


def _is_global(number: str) -> bool:
    try:
        return ipaddress.ip_address(socket.inet_aton(number)).is_global
    except OSError:
        return False
