"""Which addresses are public: examples, and properties over all that there are."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.checks.addresses import Address, is_public, read_address
from tests.signatories.checks.test_web_attacks import NOT_PUBLIC

PUBLIC = ["1.1.1.1", "9.9.9.9", "93.184.216.34", "172.32.0.1", "100.128.0.1", "192.0.1.1", "223.255.255.255"]
PUBLIC += ["2606:4700::1111", "2a00:1450:4001::1", "2400:cb00::1", "2001:4860:4860::8888", "2001:200::1"]

v4, v6 = st.ip_addresses(v=4), st.ip_addresses(v=6)


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", [*NOT_PUBLIC, "2606:4700::1111%eth0"])
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@given(v4 | v6)
def test_what_python_calls_private_is_never_public(address: Address) -> None:
    if (
        address.is_private
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
    ):
        assert not is_public(address)


@given(v4)
def test_no_form_of_an_ipv4_address_inside_ipv6_is_public(address: IPv4Address) -> None:
    number = int(address)
    forms = [
        number,
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
        0x20010000 << 96 | number,
    ]

    assert not any(is_public(IPv6Address(form)) for form in forms)


@given(v6)
def test_a_public_ipv6_address_is_global_unicast(address: IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert int(address) >> 125 == 0b001


@given(v4 | v6)
def test_an_address_is_read_back_as_it_is_written(address: Address) -> None:
    assert read_address(str(address)) == address


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    assert read_address(text) is None or is_public(ip_address(text)) in (True, False)


@pytest.mark.parametrize(
    "text", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.01", "①.1.1.1", " 1.1.1.1"]
)
def test_other_spellings_are_no_addresses(text: str) -> None:
    assert read_address(text) is None
