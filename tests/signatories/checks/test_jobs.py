"""Proofs asked for, checks made by the worker against real servers, and proofs that get lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from campaign.base.errors import NotAllowed
from campaign.base.jobs import JobState, claimed
from campaign.base.models import JournalEntry, Mail, User
from letters.models import Letter
from letters.services import letter as letters
from signatories import tasks
from signatories.check_selectors import checks_for_reviewer, checks_of, instructions
from signatories.checks.network import Network
from signatories.checks.outcome import Reason
from signatories.checks.proof import proof_text, record_name
from signatories.errors.check import CheckWaits, DomainUnfit, ProofExpired, RegisterNotAsked, TooManyChecks
from signatories.errors.organization import DomainNotOwn
from signatories.models import Check, DomainProof, Evidence, Mandate, Organization, Representative, Signature
from signatories.services import check as check_service
from signatories.services.check import ask_for_proof, request_check, request_lookup, run_check, schedule_rechecks
from signatories.services.decision import lower_levels
from signatories.services.evidence import record_by_hand
from signatories.states import CheckKind, EvidenceKind, Level, Question
from tests.conftest import NOON, make_person
from tests.signatories.checks import servers
from tests.signatories.checks.servers import PUBLIC, Web, Zone, files, http

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DOMAIN = "adilsoz.kz"
DNS, FILE = CheckKind.DNS_TXT, CheckKind.SITE_FILE
Small = Callable[..., tuple[Network, Web]]


@pytest.fixture(autouse=True)
def _no_haste() -> None:
    """A domain that was checked in an earlier test may be checked again."""
    cache.clear()


@pytest.fixture
def signature(confirmed: Callable[..., Signature]) -> Signature:
    """Daniyar has signed for an organization with a website of its own."""
    return confirmed("daniyar@adilsoz.kz", name="Adil Soz", website=f"https://{DOMAIN}")


@pytest.fixture
def daniyar(signature: Signature) -> User:
    """Who speaks for it."""
    assert signature.person is not None
    return signature.person


@pytest.fixture
def organization(signature: Signature) -> Organization:
    """For whom he speaks."""
    return signature.organization


@pytest.fixture
def proof(organization: Organization, daniyar: User) -> DomainProof:
    """What he is to publish."""
    return ask_for_proof(organization, DOMAIN, by=daniyar, at=NOON)


@pytest.fixture
def zone() -> Zone:
    """What the domain's DNS holds."""
    return Zone()


@pytest.fixture
def network(running: Any, zone: Zone) -> Network:
    """Two resolvers that know that zone, one after another."""
    return servers.network(*(running.enter_context(servers.dns_server(zone)) for _ in range(2)))


def publish(zone: Zone, proof: DomainProof) -> None:
    zone.texts[record_name(proof.domain)] = [proof_text(proof.token).encode()]


def work(network: Network, at: datetime) -> None:
    """Make every check that waits, one after another, as the worker does."""
    cache.clear()
    for check_id in Check.objects.filter(state=JobState.WAITING).order_by("pk").values_list("pk", flat=True):
        with claimed(Check, check_id) as check:
            assert check is not None
            run_check(check, network=network, at=at)


def evidence(kind: EvidenceKind = EvidenceKind.DNS_TXT) -> list[tuple[str, bool, str]]:
    rows = Evidence.objects.filter(kind=kind).order_by("pk")
    return [(row.result, row.valid_until is None, row.public_fact) for row in rows]


def outcomes() -> list[tuple[str, str]]:
    return list(Check.objects.order_by("pk").values_list("state", "outcome_code"))


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_a_proof_is_160_random_bits_for_one_organization_domain_and_person(
    proof: DomainProof, organization: Organization, daniyar: User
) -> None:
    assert (proof.organization, proof.domain, proof.person) == (organization, DOMAIN, daniyar)
    assert len(bytes.fromhex(proof.token)) * 8 == 160
    assert proof.expires_at == NOON + 14 * DAY


def test_asking_again_gives_the_same_proof_until_it_expires(proof: DomainProof, daniyar: User) -> None:
    ask: Any = lambda at: ask_for_proof(proof.organization, f" {DOMAIN.upper()}.", by=daniyar, at=at)  # noqa: E731

    assert ask(NOON + 13 * DAY) == proof
    assert ask(NOON + 14 * DAY).token != proof.token


@pytest.mark.parametrize("domain", ["evil.kz", "", "x", f"www.{DOMAIN}", f"https://{DOMAIN}", "127.0.0.1", "gmail.com"])
def test_only_the_domain_of_the_website_can_be_confirmed(
    organization: Organization, daniyar: User, domain: str
) -> None:
    with pytest.raises(DomainNotOwn):
        ask_for_proof(organization, domain, by=daniyar, at=NOON)


@pytest.mark.parametrize("domain", ["xn--dilsoz-2nf.kz", "org.kz", "wordpress.com", "gmail.com", "mailinator.com"])
def test_a_domain_that_proves_nothing_is_refused_in_the_same_words(
    organization: Organization, daniyar: User, domain: str
) -> None:
    Organization.objects.filter(pk=organization.pk).update(domain=domain)
    organization.refresh_from_db()

    with pytest.raises(DomainUnfit) as refused:
        ask_for_proof(organization, domain, by=daniyar, at=NOON)

    assert str(refused.value).replace(domain, "…") == str(DomainUnfit(domain="…"))


def test_who_does_not_speak_for_the_organization_gets_no_proof(
    organization: Organization, daniyar: User, stranger: User
) -> None:
    with pytest.raises(NotAllowed):
        ask_for_proof(organization, DOMAIN, by=stranger, at=NOON)
    Representative.objects.update(left_at=NOON)
    with pytest.raises(NotAllowed):
        ask_for_proof(organization, DOMAIN, by=daniyar, at=NOON)


def test_another_person_of_the_organization_has_another_proof_and_cannot_use_this_one(proof: DomainProof) -> None:
    colleague = make_person("colleague@adilsoz.kz")
    Representative.objects.create(user=colleague, organization=proof.organization)

    assert ask_for_proof(proof.organization, DOMAIN, by=colleague, at=NOON).token != proof.token
    with pytest.raises(NotAllowed):
        request_check(proof, DNS, by=colleague, at=NOON)


def test_a_check_is_a_waiting_row(proof: DomainProof, daniyar: User, signature: Signature) -> None:
    check = request_check(proof, DNS, by=daniyar, at=NOON)

    assert (check.state, check.kind, check.organization, check.mandate, check.proof, check.requested_by) == (
        JobState.WAITING,
        DNS,
        proof.organization,
        signature.mandate,
        proof,
        daniyar,
    )
    assert not Evidence.objects.filter(kind=EvidenceKind.DNS_TXT).exists()
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "proof.asked",
        "check.asked",
    ]


def test_the_same_check_is_not_asked_for_twice_at_once(proof: DomainProof, daniyar: User) -> None:
    request_check(proof, DNS, by=daniyar, at=NOON)
    request_check(proof, FILE, by=daniyar, at=NOON)

    for kind in (DNS, FILE):
        with pytest.raises(CheckWaits):
            request_check(proof, kind, by=daniyar, at=NOON)


def test_n20_five_checks_a_day_for_an_organization(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone
) -> None:
    for minute in range(5):
        request_check(proof, DNS, by=daniyar, at=NOON + minute * MINUTE)
        work(network, NOON + minute * MINUTE)

    with pytest.raises(TooManyChecks):
        request_check(proof, DNS, by=daniyar, at=NOON + DAY - MINUTE)
    assert request_check(proof, DNS, by=daniyar, at=NOON + DAY + MINUTE).state == JobState.WAITING


def test_n20_ten_checks_a_day_for_a_person_with_many_organizations(proof: DomainProof, daniyar: User) -> None:
    def another(number: int) -> DomainProof:
        mine = Organization.objects.create(
            slug=f"o{number}", original_language="en", name_en=f"Organization {number}", domain=f"target{number}.kz"
        )
        speaks = Representative.objects.create(user=daniyar, organization=mine)
        Mandate.objects.create(representative=speaks, name="D", position="Head", basis="head", stated_at=NOON)
        return ask_for_proof(mine, mine.domain, by=daniyar, at=NOON)

    for number in range(10):
        request_check(another(number), DNS, by=daniyar, at=NOON)

    with pytest.raises(TooManyChecks):
        request_check(another(10), DNS, by=daniyar, at=NOON)


def test_n20_one_check_a_second_for_a_domain(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=1) == check_service.PAUSE_FOR_A_DOMAIN
    monkeypatch.setattr(check_service, "PAUSE_FOR_A_DOMAIN", timedelta(minutes=1))  # a busy machine needs its time
    publish(zone, proof)
    now = datetime.now(tz=NOON.tzinfo)
    both = [request_check(proof, kind, by=daniyar, at=NOON) for kind in (DNS, FILE)]
    for check in both:
        with claimed(Check, check.pk) as mine:
            assert mine is not None
            run_check(mine, network=network, at=now)

    second = Check.objects.get(pk=both[1].pk)
    late = Check.objects.get(pk=both[0].pk)
    assert (late.state, second.state, second.attempts, second.not_before) == (
        JobState.DONE,
        JobState.WAITING,
        0,
        now + timedelta(minutes=1),
    )


# --- Making -----------------------------------------------------------------------------------------------------------


def test_a_record_that_is_found_becomes_evidence(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone, signature: Signature
) -> None:
    publish(zone, proof)
    request_check(proof, DNS, by=daniyar, at=NOON)

    work(network, NOON + MINUTE)

    kept = Evidence.objects.get(kind=EvidenceKind.DNS_TXT)
    assert (kept.result, kept.mandate, kept.public_fact, kept.checked_by) == ("passed", signature.mandate, DOMAIN, None)
    assert kept.detail == f"TXT _qoltanba.{DOMAIN} (2/2 DNS)"
    assert kept.holds(NOON + 1000 * DAY)
    assert outcomes() == [("done", "record_found")]
    proof.refresh_from_db()
    assert proof.used_at == NOON + MINUTE


def test_a_file_that_is_found_becomes_evidence(proof: DomainProof, daniyar: User, small_internet: Small) -> None:
    net, _ = small_internet(files({"/.well-known/qoltanba.txt": proof_text(proof.token).encode()}))
    request_check(proof, FILE, by=daniyar, at=NOON)

    work(net, NOON)

    assert evidence(EvidenceKind.SITE_FILE) == [("passed", True, DOMAIN)]
    assert Evidence.objects.get(kind="site_file").detail == f"https://{DOMAIN}/.well-known/qoltanba.txt"


def test_a_file_on_a_foreign_server_says_where_it_was(proof: DomainProof, daniyar: User, small_internet: Small) -> None:
    zone = Zone(aliases={DOMAIN: "pages.example.net"}, addresses={"pages.example.net": [PUBLIC]})
    net, _ = small_internet(files({"/.well-known/qoltanba.txt": proof_text(proof.token).encode()}), zone)
    request_check(proof, FILE, by=daniyar, at=NOON)

    work(net, NOON)

    kept = Evidence.objects.get(kind="site_file")
    assert kept.detail == f"https://{DOMAIN}/.well-known/qoltanba.txt → pages.example.net"


def test_the_person_reads_what_to_publish_and_what_came_out(
    proof: DomainProof, daniyar: User, network: Network, stranger: User
) -> None:
    told = instructions(proof)
    assert (told.record_name, told.text) == ("_qoltanba.adilsoz.kz", f"qoltanba={proof.token}")
    assert told.file_url_www == "https://www.adilsoz.kz/.well-known/qoltanba.txt"
    request_check(proof, DNS, by=daniyar, at=NOON)
    assert [line.is_under_way for line in checks_of(daniyar, proof.organization)] == [True]

    work(network, NOON)

    (line,) = checks_of(daniyar, proof.organization)
    assert (line.is_under_way, line.outcome) == (False, "failed")
    assert line.for_applicant.startswith("The confirmation was not found at the domain.")
    assert line.for_reviewer == "The DNS of the domain holds no record for the confirmation."
    assert checks_of(stranger, proof.organization) == []
    assert checks_for_reviewer(proof.organization) == [line]


def test_o10_a_mailbox_of_the_domain_as_a_catch_all_answers_for_no_mandate(signature: Signature) -> None:
    kept = Evidence.objects.get(kind=EvidenceKind.DOMAIN_MAIL)

    assert kept.mandate == signature.mandate
    assert kept.answers == {Question.CHANNEL}
    for kind in (EvidenceKind.DNS_TXT, EvidenceKind.SITE_FILE):
        assert Evidence(kind=kind).answers == {Question.CHANNEL}


def test_what_is_missing_becomes_evidence_that_does_not_hold(
    proof: DomainProof, daniyar: User, network: Network
) -> None:
    request_check(proof, DNS, by=daniyar, at=NOON)

    work(network, NOON)

    assert evidence() == [("failed", True, "")]
    assert not Evidence.objects.get(kind="dns_txt").holds(NOON)
    proof.refresh_from_db()
    assert proof.used_at is None


def test_what_cannot_be_found_out_is_tried_three_times_and_then_unknown(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone
) -> None:
    zone.answer = lambda *_: None
    check = request_check(proof, DNS, by=daniyar, at=NOON)
    for attempt in (1, 2):
        work(network, NOON)
        check.refresh_from_db()
        assert (check.state, check.attempts, check.reason) == (JobState.WAITING, attempt, "dns_silent")
        assert evidence() == []

    work(network, NOON)

    assert evidence() == [("unknown", True, "")]
    assert outcomes() == [("done", "dns_silent")]


def test_a_used_proof_cannot_be_used_again(proof: DomainProof, daniyar: User, network: Network, zone: Zone) -> None:
    publish(zone, proof)
    request_check(proof, DNS, by=daniyar, at=NOON)
    work(network, NOON)

    with pytest.raises(ProofExpired):
        request_check(proof, DNS, by=daniyar, at=NOON)
    assert ask_for_proof(proof.organization, DOMAIN, by=daniyar, at=NOON).token != proof.token


def test_an_expired_proof_is_not_checked(proof: DomainProof, daniyar: User, network: Network, zone: Zone) -> None:
    publish(zone, proof)
    request_check(proof, DNS, by=daniyar, at=NOON)

    work(network, NOON + 14 * DAY)

    assert outcomes() == [("done", Reason.PROOF_EXPIRED)]
    assert zone.asked == []
    with pytest.raises(ProofExpired):
        request_check(proof, DNS, by=daniyar, at=NOON + 14 * DAY)


def test_the_token_of_another_organization_at_this_domain_fails(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone
) -> None:
    other = Organization.objects.create(slug="o", original_language="en", name_en="Other", domain=DOMAIN)
    Representative.objects.create(user=daniyar, organization=other)
    theirs = ask_for_proof(other, DOMAIN, by=daniyar, at=NOON)
    zone.texts[record_name(DOMAIN)] = [proof_text(theirs.token).encode()]
    request_check(proof, DNS, by=daniyar, at=NOON)

    work(network, NOON)

    assert outcomes() == [("done", "record_other")]


def test_a_check_whose_lease_passed_to_another_writes_nothing(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone
) -> None:
    publish(zone, proof)
    check = request_check(proof, DNS, by=daniyar, at=NOON)
    with claimed(Check, check.pk) as mine:
        assert mine is not None
        Check.objects.update(claim="another:1:x")
        run_check(mine, network=network, at=NOON)

    assert evidence() == []


def test_the_sweep_hands_a_check_to_the_worker_and_the_worker_makes_it(
    proof: DomainProof, daniyar: User, network: Network, zone: Zone, monkeypatch: Any, settings: Any
) -> None:
    publish(zone, proof)
    settings.DNS_RESOLVERS = [f"{one.servers[0].address}:{one.servers[0].port}" for one in network.resolvers]
    check = request_check(proof, DNS, by=daniyar, at=NOON)
    handed: list[dict[str, int]] = []
    monkeypatch.setattr(tasks.run_check, "delay", lambda **arguments: handed.append(arguments))

    tasks.sweep_checks()
    tasks.sweep_checks()
    tasks.run_check(**handed[0])
    tasks.run_check(**handed[0])

    assert handed == [{"check_id": check.pk}]
    assert evidence() == [("passed", True, DOMAIN)]


def test_checks_have_a_queue_and_limits_of_their_own(settings: Any) -> None:
    assert settings.CELERY_TASK_ROUTES["signatories.run_check"] == {"queue": "checks"}
    assert (tasks.run_check.soft_time_limit, tasks.run_check.time_limit) == (30, 45)


# --- Looking again ----------------------------------------------------------------------------------------------------


@pytest.fixture
def proved(proof: DomainProof, daniyar: User, network: Network, zone: Zone) -> DomainProof:
    """The record was found."""
    publish(zone, proof)
    request_check(proof, DNS, by=daniyar, at=NOON)
    work(network, NOON)
    return proof


def test_a_proof_is_looked_at_again_after_a_week_and_leaves_no_new_evidence(
    proved: DomainProof, network: Network
) -> None:
    assert schedule_rechecks(at=NOON + 7 * DAY - MINUTE) == 0
    assert schedule_rechecks(at=NOON + 7 * DAY) == 1
    assert schedule_rechecks(at=NOON + 7 * DAY) == 0

    work(network, NOON + 7 * DAY)

    assert evidence() == [("passed", True, DOMAIN)]
    assert [code for _, code in outcomes()] == ["record_found"] * 2
    assert schedule_rechecks(at=NOON + 14 * DAY - MINUTE) == 0


def test_what_the_clock_asks_for_is_not_in_the_budget(proved: DomainProof, daniyar: User, network: Network) -> None:
    Check.objects.bulk_create(
        Check(kind=DNS, organization=proved.organization, proof=proved, state=JobState.DONE, created_at=NOON)
        for _ in range(20)
    )
    new = ask_for_proof(proved.organization, DOMAIN, by=daniyar, at=NOON)

    assert request_check(new, DNS, by=daniyar, at=NOON).state == JobState.WAITING


def look_daily(network: Network, first: int, last: int) -> None:
    for day in range(first, last + 1):
        schedule_rechecks(at=NOON + day * DAY)
        work(network, NOON + day * DAY)


def test_o7_a_domain_that_lost_its_proof_as_one_registered_anew_no_longer_counts_and_coordinators_are_told(
    proved: DomainProof, zone: Zone, network: Network, aigul: User
) -> None:
    Signature.objects.update(state="admitted")
    make_person("other@example.org").coordinates.create()
    zone.texts.clear()

    look_daily(network, 7, 13)
    assert evidence() == [("passed", True, DOMAIN)]
    assert not Mail.objects.filter(template="proof_lost").exists()
    look_daily(network, 14, 20)

    assert evidence() == [("passed", False, DOMAIN), ("failed", True, "")]
    ended = Evidence.objects.get(kind="dns_txt", result="passed")
    assert (ended.valid_until, ended.holds(NOON + 13 * DAY), ended.holds(NOON + 14 * DAY)) == (
        NOON + 14 * DAY,
        True,
        False,
    )
    (mail,) = Mail.objects.filter(template="proof_lost")
    assert (mail.to, mail.context["domain"], mail.context["organization"]) == (aigul.email, DOMAIN, "Adil Soz")
    assert [one["slug"] for one in mail.context["letters"]] == ["clean-air"]
    assert Signature.objects.get().state == "admitted"
    assert schedule_rechecks(at=NOON + 60 * DAY) == 0


def test_o7_with_the_proof_of_a_domain_that_is_lost_goes_the_level_that_rested_on_it(
    proved: DomainProof, zone: Zone, network: Network, aigul: User, signature: Signature
) -> None:
    organization = proved.organization
    for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.MANDATE_SEEN):
        record_by_hand(signature, kind, detail="seen", by=aigul, at=NOON)
    Signature.objects.update(state="admitted", admitted_index=1)
    Organization.objects.update(level=Level.STRONG, verified_at=NOON, confirmed_at=NOON)
    Evidence.objects.filter(kind=EvidenceKind.DOMAIN_MAIL).delete()  # so that all rests on the record
    assert lower_levels(at=NOON + 13 * DAY) == 0
    zone.texts.clear()

    look_daily(network, 7, 20)
    assert lower_levels(at=NOON + 20 * DAY) == 1

    organization.refresh_from_db()
    assert (organization.level, organization.confirmed_at) == (Level.NONE, None)
    told = Mail.objects.filter(template__in=["proof_lost", "verification_lapsed"]).order_by("pk")
    assert [(mail.template, mail.to) for mail in told] == [
        ("proof_lost", aigul.email),
        ("verification_lapsed", aigul.email),
    ]
    assert Signature.objects.get().state == "admitted"


def test_a_proof_that_comes_back_in_time_is_kept(proved: DomainProof, zone: Zone, network: Network) -> None:
    zone.texts.clear()
    look_daily(network, 7, 13)
    publish(zone, proved)
    look_daily(network, 14, 14)
    zone.texts.clear()
    look_daily(network, 21, 27)

    assert evidence() == [("passed", True, DOMAIN)]
    assert not Mail.objects.exclude(template__startswith="sign").exists()


def test_silence_never_ends_a_proof(proved: DomainProof, zone: Zone, network: Network) -> None:
    zone.answer = lambda *_: 2  # SERVFAIL
    for day in range(7, 20):
        schedule_rechecks(at=NOON + day * DAY)
        for _ in range(3):
            work(network, NOON + day * DAY)

    assert evidence() == [("passed", True, DOMAIN)]
    assert {code for _, code in outcomes()[1:]} == {"dns_silent"}


def test_before_and_after_a_letter_closes_the_proof_is_looked_at_within_a_day(
    proved: DomainProof, network: Network, open_letter: Letter, aigul: User
) -> None:
    Signature.objects.update(state="admitted")
    Letter.objects.update(closes_at=NOON + 3 * DAY)

    assert schedule_rechecks(at=NOON + 2 * DAY - MINUTE) == 0
    assert schedule_rechecks(at=NOON + 2 * DAY) == 1
    work(network, NOON + 2 * DAY)
    assert schedule_rechecks(at=NOON + 2 * DAY + MINUTE) == 0


def test_after_a_coordinator_closes_a_letter_by_hand_the_proof_is_looked_at(
    proved: DomainProof, network: Network, open_letter: Letter, aigul: User, files: Any
) -> None:
    Signature.objects.update(state="admitted", decided_at=NOON)
    letters.close_letter(open_letter, by=aigul, at=NOON + 3 * DAY)

    assert schedule_rechecks(at=NOON + 3 * DAY + MINUTE) == 1


def test_an_older_proof_of_the_same_person_is_let_go(
    proved: DomainProof, daniyar: User, network: Network, zone: Zone
) -> None:
    newer = ask_for_proof(proved.organization, DOMAIN, by=daniyar, at=NOON + DAY)
    publish(zone, newer)
    request_check(newer, DNS, by=daniyar, at=NOON + DAY)
    work(network, NOON + DAY)

    assert schedule_rechecks(at=NOON + 30 * DAY) == 1
    assert Check.objects.get(state=JobState.WAITING).proof == newer


# --- The register -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "result"),
    [("ҚҚ «Adil Soz»", "number_found", "passed"), ("Казахтелеком", "number_other_name", "unknown")],
)
def test_a_number_is_looked_up_and_its_names_are_shown_to_the_reviewer(
    organization: Organization,
    aigul: User,
    settings: Any,
    running: Any,
    authority: Any,
    name: str,
    code: str,
    result: str,
) -> None:
    body = f'[{{"bin": "941240000193", "nameru": "{name}", "statusru": "Действует", "director": "СЕКРЕТ"}}]'
    certificate = authority.issue("data.kz")
    web = running.enter_context(servers.web_server(lambda *_: http(200, body.encode()), certificate))
    resolver = running.enter_context(servers.dns_server(Zone(addresses={"data.kz": [PUBLIC]})))
    net = servers.network(resolver, authority=authority)
    settings.REGISTER_LOOKUP_URL = f"https://data.kz:{web.port}/"
    Organization.objects.filter(pk=organization.pk).update(number_scheme="KZ-BIN", number="941240000193")
    organization.refresh_from_db()
    request_lookup(organization, by=aigul, at=NOON)
    with pytest.raises(CheckWaits):
        request_lookup(organization, by=aigul, at=NOON)

    work(net, NOON)

    assert outcomes() == [("done", code)]
    kept = Evidence.objects.get(kind=EvidenceKind.REGISTER_LOOKUP)
    assert (kept.result, kept.detail, kept.public_fact) == (result, f"{name} · Действует", "")


@pytest.mark.parametrize(("name", "renewed"), [("ҚҚ «Adil Soz»", True), ("Казахтелеком", False)])
def test_what_was_found_in_the_register_is_looked_up_again_before_it_expires(
    organization: Organization, settings: Any, running: Any, authority: Any, name: str, renewed: bool
) -> None:
    body = f'[{{"bin": "941240000193", "nameru": "{name}"}}]'.encode()
    web = running.enter_context(servers.web_server(lambda *_: http(200, body), authority.issue("data.kz")))
    resolver = running.enter_context(servers.dns_server(Zone(addresses={"data.kz": [PUBLIC]})))
    net = servers.network(resolver, authority=authority)
    settings.REGISTER_LOOKUP_URL = f"https://data.kz:{web.port}/"
    Organization.objects.filter(pk=organization.pk).update(number_scheme="KZ-BIN", number="941240000193")
    kind, ends = EvidenceKind.REGISTER_LOOKUP, NOON + timedelta(days=365)
    Evidence.objects.create(organization=organization, kind=kind, checked_at=NOON, valid_until=ends)
    soon = ends - timedelta(days=30)

    asked = [schedule_rechecks(at=at) for at in (soon - timedelta(hours=1), soon, soon + timedelta(days=1))]
    work(net, soon + timedelta(days=1))

    assert asked == [0, 1, 0]
    assert Evidence.objects.filter(kind=kind, valid_until__gt=ends).exists() == renewed
    assert Evidence.objects.filter(kind=kind).count() == 1 + renewed
    assert schedule_rechecks(at=soon + timedelta(days=8)) == (not renewed)


def test_without_a_register_nothing_can_be_looked_up(organization: Organization, aigul: User) -> None:
    with pytest.raises(RegisterNotAsked):
        request_lookup(organization, by=aigul, at=NOON)
    assert not Check.objects.exists()
