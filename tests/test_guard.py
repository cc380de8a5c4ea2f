"""The guard: which spellings of addresses are read, which are refused, and where names may lead."""

from __future__ import annotations

import pytest

from reader.errors import FetchError
from reader.scraper.guard import check_ip, joined, parsed

DISGUISES = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://127.0.0.0x1/",
    "http://127.0.0.1./",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.8/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://ⓛocalhost/",
    "http://a.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
]
MALFORMED = [
    "ftp://a.example/",
    "http:a.example",
    "http:///a.example",
    "//a.example/",
    "http://",
    "http://@a.example/",
    "http://u:secret@a.example/",
    "http://a.example\\@127.0.0.1/",
    "http://127.0.0.1\\.a.example/",
    "http://a.example\t/",
    "http://a.example/\r\nHost: b",
    "http://a.example/\x00",
    "http://a.example/\x85",
    "http://a example/",
    "http://a.example/b c",
    "http://127%2e0%2e0%2e1/",
    "http://a.example%00/",
    "http://[::1]a.example/",
    "http://[::1].a.example/",
    "http://a[::1]/",
    "http://[::1/",
    "http://[1.2.3.4]/",
    "http://a..example/",
    "http://a.example../",
    "http://.example/",
    "http://-a.example/",
    "http://a,b.example/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 130 + "example/",
    "http://a.example:x/",
    "http://a.example:0/",
    "http://a.example:65536/",
    "http://a.example:８０/",
    "http://a.example:80:80/",
    "http://a.example/\ud800",
    "http://a.example/" + "x" * 9000,
]
PUBLIC = {
    "https://avis.example": "https://avis.example/",
    "HTTP://Avis.Example:80/A?b=C#d": "http://avis.example/A?b=C",
    "https://avis.example.:443/x": "https://avis.example/x",
    "http://avis.example:443/": "http://avis.example:443/",
    "https://avis.example?q=1": "https://avis.example/?q=1",
    "https://ærø.example/blå?q=ø": "https://xn--r-3fa9c.example/bl%C3%A5?q=%C3%B8",
    "https://ÆRØ.example/": "https://xn--r-3fa9c.example/",
    "https://xn--r-3fa9c.example/bl%C3%A5": "https://xn--r-3fa9c.example/bl%C3%A5",
    "https://a\u030arhus.example/": "https://xn--rhus-poa.example/",
    "https://a_b.example/": "https://a_b.example/",
    "https://avis.example/?u=http://127.0.0.1/": "https://avis.example/?u=http://127.0.0.1/",
    "https://avis.example/a@b:c": "https://avis.example/a@b:c",
    "https://10.0.0.1.avis.example/": "https://10.0.0.1.avis.example/",
    "https://localhost.example/": "https://localhost.example/",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2606:4700::1111]/": "https://[2606:4700::1111]/",
}


@pytest.mark.parametrize("address", DISGUISES)
def test_disguises_are_refused(address: str) -> None:
    """An address inside a network is refused in every spelling, in one line."""
    with pytest.raises(FetchError, match="was refused: ") as caught:
        parsed(address)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("address", MALFORMED)
@pytest.mark.parametrize("allow_private", [False, True])
def test_malformed_addresses_are_refused(address: str, *, allow_private: bool) -> None:
    """An address that two readers could read in two ways is refused at all times, and its password is not told."""
    with pytest.raises(FetchError) as caught:
        parsed(address, allow_private=allow_private)
    assert str(caught.value).isprintable()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("address", "expected"), PUBLIC.items())
def test_public_addresses_are_read(address: str, expected: str) -> None:
    """A harmless address is read, whatever it carries in path and query, and æ, ø and å may stand in its host."""
    assert str(parsed(address)) == expected


def test_a_refusal_says_how_to_allow_it() -> None:
    """A refusal names host, reason and, where it would help, the option that allows it."""
    option = "if this is your own host, allow it with --allow-private"
    for address, reason in {
        "http://10.0.0.1/": f"10.0.0.1 was refused: it is a private address; {option}",
        "http://staging.local/": f"staging.local was refused: it is a local name; {option}",
        "http://a.example:8080/": f"a.example was refused: port 8080 is neither 80 nor 443; {option}",
        "http://169.254.1.1/": (
            "169.254.1.1 was refused: it is a link-local address; give the article's public address"
        ),
    }.items():
        with pytest.raises(FetchError) as caught:
            parsed(address)
        assert str(caught.value) == reason
    with pytest.raises(FetchError, match=r"a\.example was refused: it leads to ::1, a loopback address"):
        check_ip("a.example", "::1")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080/", "http://localhost:1/", "http://[::1]/", "http://10.1.2.3/", "http://a.local/"]
)
def test_own_hosts_can_be_allowed(address: str) -> None:
    """Private addresses, local names and any port are read where that is allowed."""
    assert str(parsed(address, allow_private=True)) == address


@pytest.mark.parametrize(
    "ip",
    [
        "169.254.169.254",
        "100.100.100.200",
        "fd00:ec2::254",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:a9fe:a9fe",
    ],
)
def test_some_addresses_are_never_allowed(ip: str) -> None:
    """Metadata services, groups and "any address" are no newsroom's own host, and stay refused."""
    with pytest.raises(FetchError, match="give the article's public address"):
        check_ip("a.example", ip, allow_private=True)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "https://avis.example/b"),
        ("c?d", "https://avis.example/x/c?d"),
        ("//ø.example/", "https://xn--pda.example/"),
        ("https://b.example", "https://b.example/"),
        ("?q", "https://avis.example/x/y?q"),
    ],
)
def test_redirects_are_joined(location: str, expected: str) -> None:
    """A redirect may be relative to the address that it came from."""
    base = parsed("https://avis.example/x/y")
    assert str(joined(base, location)) == expected


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://avis.example/", "not encrypted"),
        ("https://127.0.0.1/", "loopback"),
        ("//2130706433/", "disguised"),
        ("/\\127.0.0.1/", "backslash"),
        ("/a\tb", "control character"),
        ("https://[::1/", "not followed"),
        ("https://u@avis.example/", "user name"),
        ("file:///etc/passwd", "not an http or https address"),
        ("/" + "x" * 9000, "not followed"),
    ],
)
def test_redirects_pass_the_same_guard(location: str, says: str) -> None:
    """The target of a redirect is read as strictly as a first address, and never steps down from https."""
    with pytest.raises(FetchError, match=says):
        joined(parsed("https://avis.example/x"), location)
