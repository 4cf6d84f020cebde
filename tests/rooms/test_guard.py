"""Which addresses are refused, and by which spelling, as tables."""

from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.door import Gate, Granted
from crawler.politeness.guard import PrivateAddressError, forbidden, literal, refused

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
HIDDEN = [
    "0.0.0.0",  # noqa: S104 an address to refuse
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.0.9",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:808:808::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:c0a8:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "lantern.example",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_public_internet_is_connected_to(address: str) -> None:
    assert forbidden(address) is None


@pytest.mark.parametrize("address", HIDDEN)
def test_what_is_not_is_refused_with_a_reason(address: str) -> None:
    assert forbidden(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.0.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("10.258", "10.0.1.2"),
        ("0", "0.0.0.0"),  # noqa: S104 likewise
        ("0x", "0.0.0.0"),  # noqa: S104 likewise
        ("１２７。０。０。１", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("::ffff:7f00:1", "::ffff:127.0.0.1"),
    ],
)
def test_a_spelling_is_read_as_the_address_it_is(host: str, address: str) -> None:
    assert str(literal(host)).replace("::ffff:7f00:1", "::ffff:127.0.0.1") == address


@pytest.mark.parametrize(
    "host", ["lantern.example", "1.2.3.4.5", "256.0.0.1", "127.0.0.0x1g", "4294967296", "", "a:b"]
)
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://reader:word@127.0.0.1:8080/x",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://010.0.0.1/",
        "http://134744072/",
        "http://1.2.3.4.5/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://shelf.localhost:8000/",
        "http://127.0.0.1\\@lantern.example/",
        "http://[::1/",
    ],
)
def test_an_address_that_leads_inside_is_refused_by_its_spelling(url: str) -> None:
    assert refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://lantern.example/",
        "http://8.8.8.8/",
        "http://8.8.8.8./",
        "http://[2606:4700::1111]/",
        "https://24.lantern.example/",
        "https://localhost.lantern.example/",
        "https://face.cafe/",
    ],
)
def test_names_and_plain_public_addresses_are_not(url: str) -> None:
    assert refused(url) is None


@given(number=st.integers(0, 2**32 - 1))
def test_every_spelling_of_an_address_is_read_alike(number: int) -> None:
    address = IPv4Address(number)

    spellings = [str(number), hex(number), f"0{number:o}", str(address)]

    assert {literal(spelling) for spelling in spellings} == {address}


@given(host=st.text(max_size=30))
def test_no_host_is_too_odd_to_judge(host: str) -> None:
    literal(host)
    refused(f"http://{host}/")
    forbidden(host)


def test_the_gate_checks_the_address_connected_to_and_lets_the_proxy_be() -> None:
    opened: list[tuple[str, int]] = []

    def connect(host: str, port: int, *_: Any) -> Any:
        opened.append((host, port))

    gate = Gate(connect)
    gate("93.184.215.14", 80, None)
    gate("10.0.0.5", 3128, None, 30, Granted())
    gate("proxy.lantern.example", 3128, None, 30, Granted())
    with pytest.raises(PrivateAddressError, match=r"10\.0\.0\.5 is a private address"):
        gate("10.0.0.5", 3128, None)
    with pytest.raises(PrivateAddressError):
        gate("10.0.0.5", 3128, None, 30, ("", 0))

    assert opened == [("93.184.215.14", 80), ("10.0.0.5", 3128), ("proxy.lantern.example", 3128)]
