"""The digest agrees with RFC 6986 and with another implementation, at every length."""

import pytest
from gostcrypto import gosthash
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories.eds.streebog import streebog512

# RFC 6986, 10.1 and 10.2, which prints strings from the last byte to the first
M1 = "323130393837363534333231303938373635343332313039383736353433323130393837363534333231303938373635343332313039383736353433323130"
H1 = "486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b"
M2 = "fbe2e5f0eee3c820fbeafaebef20fffbf0e1e0f0f520e0ed20e8ece0ebe5f0f2f120fff0eeec20f120faf2fee5e2202ce8f6f3ede220e8e6eee1e8f0f2d1202ce8f0f2e5e220e5d1"
H2 = "28fbc9bada033b1460642bdcddb90c3fb3e56c497ccd0f62b8a2ad4935e85f037613966de4ee00531ae60f3b5a47f8dae06915d5f2f194996fcabf2622e6881e"


@pytest.mark.parametrize(("message", "digest"), [(M1, H1), (M2, H2)])
def test_the_examples_of_the_standard_come_out(message, digest):
    assert streebog512(bytes.fromhex(message)[::-1])[::-1].hex() == digest


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_message_has_the_digest_that_another_implementation_gives(message):
    assert streebog512(message) == bytes(gosthash.new("streebog512", data=bytearray(message)).digest())


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129])
def test_the_edges_of_a_block_are_digested_alike(length):
    message = b"\xff" * length

    assert streebog512(message) == bytes(gosthash.new("streebog512", data=bytearray(message)).digest())
