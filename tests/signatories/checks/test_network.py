"""Which resolvers are asked, and that every reason has its words."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from signatories.checks import network as networks
from signatories.checks.addresses import is_public
from signatories.checks.network import Resolver, Server, network_of_settings, read_resolvers
from signatories.checks.outcome import MEANINGS, Finding, Reason
from signatories.states import Outcome


def test_resolvers_are_read_with_ports_and_in_groups() -> None:
    texts = ["9.9.9.9", "127.0.0.1:5353", "1.1.1.1|1.0.0.1:53", "2620:fe::fe", "[2620:fe::9]:5353|[2620:fe::fe]"]

    assert read_resolvers(texts) == (
        Resolver((Server("9.9.9.9", 53),)),
        Resolver((Server("127.0.0.1", 5353),)),
        Resolver((Server("1.1.1.1", 53), Server("1.0.0.1", 53))),
        Resolver((Server("2620:fe::fe", 53),)),
        Resolver((Server("2620:fe::9", 5353), Server("2620:fe::fe", 53))),
    )


@pytest.mark.parametrize("text", ["dns.example", "", "9.9.9.9:", "9.9.9.9:x", "9.9.9.9:99999", "1.1.1.1,9.9.9.9", "|"])
def test_what_is_no_address_of_a_server_is_named(text: str) -> None:
    if text == "9.9.9.9:":
        assert read_resolvers([text]) == (Resolver((Server("9.9.9.9"),)),)
        return
    with pytest.raises(ImproperlyConfigured, match="DNS_RESOLVERS"):
        read_resolvers([text])


def test_the_settings_name_the_resolvers(settings: object) -> None:
    settings.DNS_RESOLVERS = ["9.9.9.9", "1.1.1.1"]  # type: ignore[attr-defined]

    net = network_of_settings()

    assert [one.servers[0].address for one in net.resolvers] == ["9.9.9.9", "1.1.1.1"]
    assert (net.voices, net.reaches, net.https_port, net.authorities) == (2, is_public, 443, None)
    assert (net.largest_body, net.connect_seconds, net.total_seconds) == (16 * 1024, 3.0, 8.0)


def test_without_a_setting_the_system_is_asked(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DNS_RESOLVERS = []  # type: ignore[attr-defined]
    monkeypatch.setattr(networks, "system_resolvers", lambda: (Resolver((Server("10.0.0.53"),)),))

    net = network_of_settings()

    assert (net.resolvers[0].servers, net.voices) == ((Server("10.0.0.53"),), 1)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_whole_sentences(reason: Reason) -> None:
    finding = Finding(reason)

    with override("en"):
        sentences = finding.for_reviewer, finding.for_applicant
    for sentence in sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert finding.outcome == MEANINGS[reason].outcome


def test_the_applicant_is_not_told_which_rule_a_domain_broke() -> None:
    of_the_domain = [
        Reason.MIXED_SCRIPTS,
        Reason.PUBLIC_SUFFIX,
        Reason.SHARED_HOST,
        Reason.FREE_MAIL,
        Reason.DISPOSABLE,
    ]

    assert len({Finding(reason).for_applicant for reason in of_the_domain}) == 1
    assert len({Finding(reason).for_reviewer for reason in of_the_domain}) == len(of_the_domain)


def test_applicants_read_one_of_six_sentences() -> None:
    assert len({str(meaning.for_applicant) for meaning in MEANINGS.values()}) == 6
    passed = {str(meaning.for_applicant) for meaning in MEANINGS.values() if meaning.outcome == Outcome.PASSED}
    assert len(passed) == 1
