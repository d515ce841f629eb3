"""The open data of legal entities, against a real HTTPS server that answers as the real one does, and otherwise."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from signatories.checks.network import Network
from signatories.checks.register_lookup import Entry, Lookup, Register, RegisterAnswer, look_up, register_of_settings
from tests.signatories.checks import servers
from tests.signatories.checks.conftest import DOMAIN
from tests.signatories.checks.servers import Web, http

BIN = "941240000193"
ROW = {
    "bin": BIN,
    "namekz": "«Үлгі» қоры",
    "nameru": 'Фонд "Пример"',
    "statusru": "Зарегистрирован",
    "director": "СЕКРЕТНЫЙ ЧЕЛОВЕК",
    "addressru": "Алматы",
}
Small = Callable[..., tuple[Network, Web]]


@pytest.fixture
def ask(small_internet: Small) -> Callable[..., tuple[RegisterAnswer, Web]]:
    """Asks a register that says this."""

    def asking(said: Any, status: int = 200) -> tuple[RegisterAnswer, Web]:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        net, web = small_internet(lambda *_: http(status, body))
        register = Register(f"https://{DOMAIN}:{web.port}/api/v4/gbd_ul/v1", "the key&")
        return look_up(BIN, register=register, network=net), web

    return asking


def test_an_entity_is_found_by_its_number_without_its_director(ask: Any) -> None:
    answer, web = ask([ROW])

    assert answer == RegisterAnswer(Lookup.FOUND, (Entry("«Үлгі» қоры", 'Фонд "Пример"', "Зарегистрирован"),))
    assert "СЕКРЕТНЫЙ" not in str(answer)
    address = urlsplit(web.requests[0].split(b" ")[1].decode())
    asked = parse_qs(address.query)
    assert (address.path, asked["apiKey"]) == ("/api/v4/gbd_ul/v1", ["the key&"])
    source = json.loads(asked["source"][0])
    assert source["query"] == {"bool": {"must": [{"match": {"bin": BIN}}]}}
    assert source["_source"] == ["bin", "namekz", "nameru", "statusru"]


def test_entities_that_stand_there_twice_are_shown_once_and_others_not_at_all(ask: Any) -> None:
    renamed, other = ROW | {"nameru": "Фонд «Новый»"}, ROW | {"bin": "971240001315", "nameru": "Банк"}

    answer, _ = ask([ROW, other, ROW, renamed])

    assert [entry.name_ru for entry in answer.entries] == ['Фонд "Пример"', "Фонд «Новый»"]


def test_a_number_that_lost_its_leading_zero_is_the_same_number(small_internet: Small) -> None:
    net, web = small_internet(lambda *_: http(200, json.dumps([ROW | {"bin": 20240000555}]).encode()))

    answer = look_up("020240000555", register=Register(f"https://{DOMAIN}:{web.port}/", "key"), network=net)

    assert answer.lookup == Lookup.FOUND


def test_an_unknown_number_is_not_found(ask: Any) -> None:
    assert ask([])[0] == RegisterAnswer(Lookup.NOT_FOUND)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([ROW], 403),
        ([ROW], 500),
        ([ROW], 302),
        ({"error": "no"}, 200),
        (b"<html>", 200),
        (b"\xff", 200),
        ([1], 200),
        (b"[" * 60000, 200),
        ([ROW] * 1000, 200),
    ],
    ids=["no key", "trouble", "redirect", "object", "page", "bytes", "numbers", "depth", "too much"],
)
def test_anything_else_is_unknown(ask: Any, said: Any, status: int) -> None:
    assert ask(said, status)[0] == RegisterAnswer(Lookup.UNKNOWN)


def test_hostile_texts_become_plain_lines(ask: Any) -> None:
    answer, _ = ask([ROW | {"nameru": "a\u202e\r\nb\x00" + "x" * 1000, "namekz": ["list"], "statusru": None}])

    (entry,) = answer.entries
    assert (entry.name_ru[:3], len(entry.name_ru) <= 300, entry.name_kk, entry.status) == ("a b", True, "", "")


def test_by_default_nothing_is_asked() -> None:
    assert not register_of_settings().is_asked
    assert look_up(BIN, register=register_of_settings(), network=servers.network()).lookup == Lookup.UNKNOWN


@pytest.mark.parametrize("number", ["", "12 34", "１２３", '"}', "abc"])
def test_only_digits_are_asked_for(number: str) -> None:
    register = Register("https://adilsoz.kz/", "key")

    assert look_up(number, register=register, network=servers.network()).lookup == Lookup.UNKNOWN
