"""Which addresses may be fetched: one strict reading of their spelling, and a check of where their names lead.

Whoever can give an address could otherwise make this program call into the network it runs in. The spelling is read
here once; `check_ip` is for the connector, which knows the address that is really connected to.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from reader.errors import FetchError
from reader.scraper.limits import shown

LONGEST_ADDRESS = 8192
PORTS = (80, 443)

_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\[\]:]+))(?::([0-9]{0,5}))?", re.IGNORECASE)
_USERINFO = re.compile(r"//[^/?#]*@")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_LOCAL_NAME = re.compile(r"(?:.*\.)?localhost|.*\.(?:local|internal)")
_LONGEST_HOST = 253
_SAFE = "%/:?[]@!$&'()*+,;=-._~|"
_OWN_HOST = "if this is your own host, allow it with --allow-private"

# What a newsroom's own host may have, and what is never one: metadata services among them.
_OWN = tuple(
    map(
        ipaddress.ip_network,
        "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ::1/128 fc00::/7".split(),
    )
)
_NEVER = tuple(map(ipaddress.ip_network, "100.100.100.200/32 fd00:ec2::254/128 168.63.129.16/32".split()))
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        # the first row can carry an IPv4 address inside: compatible, SIIT, NAT64, 6to4, Teredo and its neighbours
        "::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/23 "
        "fec0::/10 100::/64 2001:db8::/32 3fff::/20 5f00::/16 "
        "192.0.0.0/24 192.88.99.0/24 192.31.196.0/24 192.52.193.0/24 192.175.48.0/24".split(),
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was read strictly: ASCII only, no fragment. `port` is None where the scheme's own was meant."""

    scheme: str
    host: str
    port: int | None
    target: str

    @property
    def origin(self) -> str:
        """The address without path and query: "https://avis.example"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port is None else f":{self.port}")

    def __str__(self) -> str:
        return self.origin + self.target


def parsed(address: str, *, allow_private: bool = False) -> Address:
    """Read an address; `allow_private` permits local names, private addresses and any port.

    Raises FetchError for all that is no plain public http or https address.
    """
    name = shown(_USERINFO.sub("//…@", address))
    if len(address) > LONGEST_ADDRESS:
        raise FetchError(f"{name} has {len(address)} characters, more than {LONGEST_ADDRESS}: check its spelling")
    _check_characters(address, name)
    match = _ADDRESS.fullmatch(address)
    if not match or not match[2]:
        raise FetchError(f"{name} is not an http or https address with a host: check its spelling")
    scheme, authority, target = match[1].lower(), match[2], match[3]
    host, port = _host_and_port(authority, name)
    port = None if port == {"http": 80, "https": 443}[scheme] else port
    if not allow_private and port not in (None, *PORTS):
        raise FetchError(f"{shown(host)} was refused: port {port} is neither 80 nor 443; {_OWN_HOST}")
    if not allow_private and _LOCAL_NAME.fullmatch(host):
        raise FetchError(f"{shown(host)} was refused: it is a local name; {_OWN_HOST}")
    if ":" in host or _NUMERIC.fullmatch(host):
        check_ip(host, host, allow_private=allow_private)
    return Address(scheme, host, port, _encoded(target, name))


def joined(base: Address, location: str, *, allow_private: bool = False) -> Address:
    """The address that a redirect from `base` leads to. Raises FetchError as `parsed` does, and for a step down."""
    name = shown(str(base))
    if len(location) > LONGEST_ADDRESS:
        raise FetchError(f"{name} redirects to an address of {len(location)} characters: not followed")
    _check_characters(location, f"the address that {name} redirects to")  # urljoin would drop some of them silently
    try:
        target = parsed(urljoin(str(base), location), allow_private=allow_private)
    except ValueError:
        raise FetchError(f"{name} redirects to {shown(location)}, which is no address: not followed") from None
    if base.scheme == "https" and target.scheme == "http":
        raise FetchError(f"{name} redirects to {shown(str(target))}, which is not encrypted: not followed")
    return target


def check_ip(host: str, ip: str, *, allow_private: bool = False) -> None:
    """Raise FetchError unless `ip`, to which `host` leads, is a public address, or a private one that is allowed."""
    address = _unwrapped(ip)
    if _is_public(address):
        return
    is_own = _is_in(address, _OWN) and not _is_in(address, _NEVER)
    if is_own and allow_private:
        return
    reason = f"it is {_kind(address)}" if host == ip else f"it leads to {shown(ip)}, {_kind(address)}"
    advice = _OWN_HOST if is_own else "give the article's public address"
    raise FetchError(f"{shown(host)} was refused: {reason}; {advice}")


def _check_characters(address: str, name: str) -> None:
    if found := _FORBIDDEN.search(address):
        what = {" ": "a space", "\\": "a backslash"}.get(found[0], "a control character")
        raise FetchError(f"{name} was refused: it holds {what}; check its spelling")


def _host_and_port(authority: str, name: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise FetchError(f"{name} carries a user name or password: take it out")
    match = _AUTHORITY.fullmatch(authority)
    if "%" in authority or not match:
        raise FetchError(f"{name} was refused: its host or port is misspelt; check its spelling")
    port = int(match[3]) if match[3] else None
    if port is not None and not 0 < port < 65536:
        raise FetchError(f"{name} was refused: there is no port {port}; check its spelling")
    return _six(match[1], name) if match[1] else _host(match[2], name), port


def _six(text: str, name: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise FetchError(f"{name} was refused: {shown(text)} is no IPv6 address; check its spelling") from None


def _host(text: str, name: str) -> str:
    """A name in ASCII and lower case without its last dot, or a plain IPv4 address."""
    host = (text if text.isascii() else _ascii(text, name)).lower().removesuffix(".")
    if len(host) > _LONGEST_HOST or not _NAME.fullmatch(host):
        raise FetchError(f"{name} was refused: {shown(host or text)} is no host name; check its spelling")
    if _NUMERIC.fullmatch(host):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise FetchError(f"{shown(host)} was refused: it is a disguised IPv4 address; check its spelling") from None
    return host


def _ascii(text: str, name: str) -> str:
    import idna  # noqa: PLC0415 - a table of all Unicode, for hosts beyond ASCII only

    try:
        return idna.encode(text, uts46=True).decode("ascii") if len(text) <= _LONGEST_HOST else ""
    except UnicodeError:  # also what IDNA's own errors are
        raise FetchError(f"{name} was refused: {shown(text)} is no host name; check its spelling") from None


def _encoded(target: str, name: str) -> str:
    try:
        encoded = quote(target, safe=_SAFE)
    except UnicodeEncodeError:
        raise FetchError(f"{name} was refused: it holds half a character; check its spelling") from None
    return encoded if encoded.startswith("/") else f"/{encoded}"


def _unwrapped(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not _is_in(address, (*_SPECIAL, *_NEVER))


def _is_in(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...],
) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _kind(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    return "a private address" if _is_in(address, _OWN) else "an address for special purposes"
