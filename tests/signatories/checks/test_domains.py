"""Whose a domain is, and what it only looks like (O1–O10)."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.checks.outcome import Reason
from signatories.checks.proof import why_unfit
from signatories.domains import (
    FREE_MAIL,
    NUMBER,
    SHARED_HOSTS,
    Lookalike,
    LookalikeKind,
    ascii_domain,
    both_forms,
    lookalikes,
    mail_domain,
    mixes_scripts,
    registrable_domain,
    shape,
    unicode_domain,
)

KNOWN = ["adilsoz.kz", "pen.org", "coco.kz", "bureau.kz", "xn--i1ag8b5z.xn--80ao21a"]
names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda name: name[2:4] != "--")


def kinds(domain: str, known: list[str] = KNOWN) -> list[tuple[str, str]]:
    return [(str(one.kind), one.known) for one in lookalikes(ascii_domain(domain), known)]


@pytest.mark.parametrize("domain", ["аdilsoz.kz", "adilsоz.kz", "αdilsoz.kz", "adilsօz.kz", "adіlsoz.kz"])
def test_o1_mixed_scripts(domain: str) -> None:
    assert mixes_scripts(domain)
    assert why_unfit(ascii_domain(domain)) == Reason.MIXED_SCRIPTS
    assert kinds(domain) == [("same_shape", "adilsoz.kz")]


@pytest.mark.parametrize(
    "domain", ["қазақстан.қаз", "әділ-сөз.kz", "тәуелсіз.kz", "баспасөз.kz", "ұйым.қаз", "2030.kz"]
)
def test_o1_words_of_one_script_are_not_mixed(domain: str) -> None:
    assert not mixes_scripts(domain)
    assert why_unfit(ascii_domain(domain)) is None
    assert kinds(domain) == []


def test_o2_whole_script_lookalike() -> None:
    assert kinds("сосо.kz") == [("whole_script", "coco.kz")]


@pytest.mark.parametrize(
    "domain", ["adi1soz.kz", "adils0z.kz", "adil-soz.kz", "ädilsoz.kz", "adılsoz.kz", "aclilsoz.kz"]
)
def test_o2_the_same_shape_within_one_script(domain: str) -> None:
    assert kinds(domain) == [("same_shape", "adilsoz.kz")]


@pytest.mark.parametrize("domain", ["adilsos.kz", "adilso.kz", "adilsozz.kz", "adlisoz.kz", "adilsos.org"])
def test_o3_edit_distance_1(domain: str) -> None:
    assert kinds(domain) == [("one_character", "adilsoz.kz")]


@pytest.mark.parametrize("domain", ["adilsot.com.kz.", "aitilsoz.kz", "per.org", "pan.org"])
def test_o3_two_characters_or_a_short_word_are_another_name(domain: str) -> None:
    assert kinds(domain) in ([], [("one_character", "adilsoz.kz")] if domain.startswith("adilsot") else [])


@pytest.mark.parametrize("domain", ["adilsoz.org", "adilsoz.com.kz", "adilsoz.org.kz", "adilsoz.қаз"])
def test_o4_the_same_name_under_another_ending(domain: str) -> None:
    assert kinds(domain) == [("other_ending", "adilsoz.kz")]


def test_o4_a_known_domain_is_not_its_own_lookalike_and_the_most_alike_comes_first() -> None:
    assert lookalikes("adilsoz.kz", ["adilsoz.kz", "adilsoz.kz"]) == []
    assert kinds("adi1soz.kz", ["adilsozz.kz", "adi1soz.org", "adilsoz.kz"]) == [
        ("same_shape", "adilsoz.kz"),
        ("one_character", "adilsozz.kz"),
        ("other_ending", "adi1soz.org"),
    ]


def test_both_forms_are_shown() -> None:
    forms = both_forms("Ұйым.ҚАЗ")

    assert (forms.unicode, forms.ascii, forms.differ) == ("ұйым.қаз", "xn--i1ag8b5z.xn--80ao21a", True)
    assert Lookalike(LookalikeKind.SAME_SHAPE, forms.ascii).forms == forms
    assert not both_forms("adilsoz.kz").differ
    assert both_forms("no domain").ascii == "no domain"


@pytest.mark.parametrize("domain", ["gmail.com", "mail.ru", "bk.ru", "yandex.kz", "proton.me", "tuta.com", "ukr.net"])
def test_o5_free_mail(domain: str) -> None:
    assert why_unfit(domain) == Reason.FREE_MAIL
    assert mail_domain(f"aigul@{domain}") == ""


@pytest.mark.parametrize("domain", ["mailinator.com", "10minutemail.com", "yopmail.com"])
def test_o6_disposable_mail(domain: str) -> None:
    assert why_unfit(domain) == Reason.DISPOSABLE
    assert mail_domain(f"aigul@{domain}") == ""
    assert mail_domain(f"aigul@post.{domain}") == ""


@pytest.mark.parametrize("domain", ["org.kz", "com.kz", "xn--80ao21a.kz."[:-4] + ".kz", "co.uk", "msk.ru"])
def test_o8_public_suffix(domain: str) -> None:
    if domain.startswith("xn--"):
        assert registrable_domain("xn--80ao21a") == ""
        return
    assert why_unfit(domain) == Reason.PUBLIC_SUFFIX
    assert registrable_domain(domain) == ""


@pytest.mark.parametrize("host", ["press.adilsoz.kz", "www.adilsoz.kz", "a.b.example.org.kz"])
def test_o8_a_name_below_a_registered_domain(host: str) -> None:
    assert why_unfit(host) == Reason.NOT_REGISTRABLE


@pytest.mark.parametrize("service", ["wordpress.com", "tilda.ws", "ucoz.kz", "taplink.cc", "github.io", "vercel.app"])
def test_o9_shared_host(service: str) -> None:
    assert why_unfit(service) == Reason.SHARED_HOST
    assert why_unfit(f"adilsoz.{service}") == Reason.SHARED_HOST
    assert registrable_domain(f"www.adilsoz.{service}") == ""


def test_o9_a_name_that_only_ends_like_a_service_is_its_own() -> None:
    assert why_unfit("notwordpress.com") is None


def test_the_lists_are_clean() -> None:
    for domain in FREE_MAIL | SHARED_HOSTS:
        assert ascii_domain(domain) == domain


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    name = ascii_domain(text)
    why_unfit(text)
    lookalikes(text, KNOWN)
    both_forms(text)
    assert name == "" or ascii_domain(name) == name
    assert registrable_domain(text) in ("", name) or name.endswith("." + registrable_domain(text))


@given(names, st.sampled_from(["kz", "org.kz", "com", "xn--80ao21a"]))
def test_a_fit_domain_keeps_its_form_and_is_nobodys_lookalike_of_itself(name: str, ending: str) -> None:
    domain = f"{name}.{ending}"
    if why_unfit(domain) is None:
        assert ascii_domain(unicode_domain(domain)) == domain
        assert lookalikes(domain, [domain]) == []


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі0123456789abcdefghijklmnopqrstuvwxyz-", max_size=20))
def test_a_shape_is_its_own_shape_in_the_end(name: str) -> None:
    assert shape(shape(shape(name))) == shape(shape(shape(shape(name))))


@given(names, names)
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    there, back = kinds(f"{one}.kz", [f"{other}.kz"]), kinds(f"{other}.kz", [f"{one}.kz"])

    assert [kind for kind, _ in there] == [kind for kind, _ in back]


@given(st.from_regex(r"[a-z0-9-]{1,12}(\.[a-z0-9-]{1,12}){0,3}", fullmatch=True))
def test_a_name_in_plain_letters_is_read_as_its_encoding_would_be(name: str) -> None:
    try:
        encoded = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        encoded = ""
    last = encoded.rpartition(".")

    assert ascii_domain(name) == ("" if not last[1] or NUMBER.fullmatch(last[2]) else encoded)
