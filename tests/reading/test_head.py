"""HEAD asks for the headers alone."""

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from letters.models import Letter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/kk/", "/ru/letters/clean-air/", "/en/letters/clean-air/sign/", "/en/none/", "/healthz"]
)
def test_head_says_how_long_the_page_is_and_sends_none_of_it(open_letter: Letter, path: str) -> None:
    application, factory = WSGIHandler(), RequestFactory()

    def ask(method: str) -> tuple[str, dict[str, str], bytes]:
        said: list[Any] = []
        body = application(factory.generic(method, path).environ, lambda *facts: said.append(facts))
        return said[0][0], dict(said[0][1]), b"".join(body)

    page, head = ask("GET"), ask("HEAD")

    assert (head[0], head[2]) == (page[0], b"")
    assert head[1]["Content-Length"] == page[1].get("Content-Length", str(len(page[2])))
