"""Which hosts are so near that no proxy stands between, and that nobody listens on the way."""

from __future__ import annotations

import ipaddress

_NEAR = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10".split()
_NEAR_NETWORKS = tuple(map(ipaddress.ip_network, _NEAR))


def is_near(host: str) -> bool:
    """Whether a host is this machine or stands in a private network, by its name or address alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _NEAR_NETWORKS)
