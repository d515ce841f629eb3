"""Organizations are found in three scripts, under all their names, and only where they stand in public."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.base.models import User
from letters.models import Letter
from signatories.models import Organization, OrganizationAlias, SearchForm, Signature
from signatories.search import alike, find
from signatories.services import signature as signatures
from signatories.services.organization import remember_names
from signatories.states import AliasSource
from tests.conftest import NOON, claim_of, record_enough

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ADIL = {
    "names": {"kk": "«Әділ сөз» қоғамдық қоры", "ru": "Фонд защиты свободы слова «Адил соз»", "en": ""},
    "abbreviations": {"ru": "ФЗСС"},
    "original_language": "kk",
    "website": "https://adilsoz.example",
}


def slugs(found: list[Organization]) -> list[str]:
    return [one.slug for one in found]


@pytest.mark.parametrize(
    "typed",
    [
        "әділ",
        "адил соз",
        "ӘДІЛ СӨЗ",
        "adil soz",
        "Ádil",
        "соз адил",
        "қоғамдық",
        "кор",
        "qory",
        "ФЗСС",
        "adilsoz.example",
    ],
)
def test_a_listed_organization_is_found_in_every_script_and_by_its_domain(
    admitted: Callable[..., Signature], typed: str
) -> None:
    organization = admitted(**ADIL).organization

    assert find(typed, at=NOON) == [organization]


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "|", "әділ жоқ", "\x00", "ab" * 200])
def test_what_is_nowhere_is_not_found(admitted: Callable[..., Signature], typed: str) -> None:
    admitted(**ADIL)

    assert find(typed, at=NOON) == []


def test_the_best_match_stands_first(admitted: Callable[..., Signature]) -> None:
    admitted("a@long.example", name="Association of Friends of Clean Air", website="https://long.example")
    admitted("a@short.example", name="Clean Air", website="https://short.example")

    assert slugs(find("clean air", at=NOON)) == ["clean-air", "association-of-friends-of-clean-air"]


def test_what_does_not_stand_in_public_is_neither_found_nor_suggested(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], open_letter: Letter
) -> None:
    confirmed(name="Waiting Initiative")
    admitted(name="Quiet Organization")
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)

    for name in ("Waiting Initiative", "Quiet Organization"):
        assert find(name, at=NOON) == []
        assert alike(claim_of(name).columns(), at=NOON) == []


@pytest.mark.parametrize(
    "claim",
    [
        {"names": {"kk": "", "ru": "", "en": "Adil Soz NGO"}},
        {"names": {"kk": "", "ru": "", "en": "AdilSoz"}},
        {"names": {"kk": "", "ru": "", "en": "Other"}, "website": "https://news.adilsoz.example"},
        {"names": {"kk": "", "ru": "", "en": "Other"}, "website": "https://adilsoz.test"},
        {"names": {"kk": "", "ru": "", "en": "Other"}, "number_scheme": "other", "number": "7"},
        {"names": {"kk": "", "ru": "ФЗСС", "en": ""}},
    ],
)
def test_a_claim_that_resembles_a_listed_organization_finds_it(
    admitted: Callable[..., Signature], claim: dict[str, Any]
) -> None:
    organization = admitted(**ADIL, number_scheme="other", number="7").organization

    assert alike(claim_of("", **claim).columns(), at=NOON) == [organization]
    assert alike(claim_of("Something Else").columns(), at=NOON) == []


def test_another_name_is_searched_and_compared_and_not_shown(admitted: Callable[..., Signature]) -> None:
    organization = admitted(**ADIL).organization

    remember_names(organization, ["Free Word", "«ӘДІЛ СӨЗ» қоғамдық қоры"], source=AliasSource.MERGE, at=NOON)
    remember_names(organization, ["FREE word"], source=AliasSource.MERGE, at=NOON)

    alias = OrganizationAlias.objects.get()
    assert (alias.name, alias.folded, alias.latin) == ("Free Word", "free word", "fre vord")
    assert find("word", at=NOON) == [organization]
    assert alike(claim_of("Free Word Foundation").columns(), at=NOON) == [organization]


def test_names_of_an_admitted_claim_become_other_names_those_of_a_refused_one_do_not(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> None:
    organization = admitted(**ADIL).organization
    claim = claim_of("", **{**ADIL, "names": {"kk": "", "ru": "", "en": "Free Word"}, "original_language": "en"})
    second = confirmed("second@adilsoz.example", name="Passing")
    Signature.objects.filter(pk=second.pk).update(organization=organization, claim=claim.columns())
    assert find("free word", at=NOON) == []
    Signature.objects.exclude(pk=second.pk).update(state="refused")

    second.refresh_from_db()
    record_enough(second, by=aigul)
    signatures.admit(second, by=aigul, at=NOON)

    assert [alias.name for alias in OrganizationAlias.objects.all()] == ["Free Word"]
    assert find("free word", at=NOON) == [organization]


def test_a_forgotten_organization_leaves_no_search_form(start: Callable[..., Signature]) -> None:
    signature = start(name="Passing")
    assert SearchForm.objects.filter(organization=signature.organization).exists()

    signatures.forget_unconfirmed(at=NOON.replace(day=28))

    assert not SearchForm.objects.exists()


def test_a_search_costs_the_same_queries_for_one_and_three(admitted: Callable[..., Signature]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert find("initiative", at=NOON)
        return len(queries)

    admitted("a0@x.example", name="First Initiative", website="https://first.example")
    once = cost()
    admitted("a1@x.example", name="Another Long Initiative", website="https://another.example")
    admitted("a2@x.example", name="Civil Initiative", website="https://civil.example")

    assert (cost(), once) == (3, 3)


@pytest.mark.postgresql
def test_on_postgresql_trigrams_are_indexed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'signatories_searchform'")
        names = {name for (name,) in cursor.fetchall()}

    assert "search_form_trigrams" in names


def test_the_migration_lets_long_names_be_found_under_the_initials_of_their_beginning(
    admitted: Callable[..., Signature],
) -> None:
    name = "Kazakhstan International Bureau for Human Rights and Rule of Law"
    organization = admitted(name=name).organization
    SearchForm.objects.update(initials="|kibhrrl|")
    migration = import_module("signatories.migrations.0014_long_initials")

    migration.fill(apps, None)

    assert alike(claim_of("KIBHR").columns(), at=NOON) == [organization]
