"""An address is believed only from who is trusted to tell it."""

import pytest
from hypothesis import given, strategies as st

from gateway.access.demand.address import client_address, network_of, networks_of

TRUSTED = networks_of(["10.0.0.0/8", "fd00::/8"])


def asked(peer: str | None, *lines: str) -> str:
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    client = None if peer is None else (peer, 1234)
    scope = {"type": "http", "client": client, "headers": headers}
    return client_address(scope, TRUSTED)


@pytest.mark.parametrize(
    ("peer", "lines", "expected"),
    [
        (None, ["1.1.1.1"], ""),
        ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6", "1.1.1.1, 10.2.2.2"], "1.1.1.1"),
        ("10.0.0.1", ["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("10.0.0.1", ["1.1.1.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1, nonsense, 10.2.2.2"], "10.2.2.2"),
        ("10.0.0.1", ["1.1.1.1:80"], "1.1.1.1"),
        ("fd00::1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1," + "10.0.0.2," * 500 + "10.0.0.2"], "10.0.0.2"),
    ],
)
def test_the_right_most_that_is_not_trusted(
    peer: str | None, lines: list[str], expected: str
):
    assert asked(peer, *lines) == expected


def test_without_trust_the_header_is_not_read():
    scope = {
        "type": "http",
        "client": ("10.0.0.1", 1),
        "headers": [(b"x-forwarded-for", b"1.1.1.1")],
    }
    assert client_address(scope, []) == "10.0.0.1"


@given(st.lists(st.text(alphabet=st.characters(codec="latin-1"))))
def test_nothing_that_is_sent_fails(lines: list[str]):
    assert asked("10.0.0.1", *lines)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_ipv6_counts_by_64(address: str, network: str):
    assert network_of(address) == network


def test_a_network_with_a_fault():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        networks_of(["10.0.0.1/8"])
