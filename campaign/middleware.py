"""What happens to every request before and after its view."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from campaign.base import freshness
from campaign.pages.errors import bad_request

Answer = Callable[[HttpRequest], HttpResponse]

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
UTF_8 = ("utf-8", "utf8")
MOST_PAGES = 512
LONGEST_QUERY = 2000
PRIVATE = "no-store"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def refuse_hostile_requests(answer: Answer) -> Answer:
    """Refuse what no honest client sends, before anything reads it.

    NUL bytes, unknown methods, foreign hosts, endless queries, bodies in any encoding but UTF-8. A cookie with a NUL byte is
    none of ours and is forgotten.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not _is_our_host(request.get_host()):  # get_host raises DisallowedHost, answered with 400
            return bad_request(request)
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query or len(query) > LONGEST_QUERY:
            return bad_request(request)
        if (request.content_params or {}).get("charset", "utf-8").lower() not in UTF_8:
            return bad_request(request)
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return answer(request)

    return middleware


def _is_our_host(host: str) -> bool:
    """Django allows any port and a final dot behind an allowed name; links made from those would lead elsewhere."""
    name, _, port = host.partition(":")
    return not name.endswith(".") and port in ("", settings.SITE_URL.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One public page as it goes out, true while the public state has this version and until this moment."""

    version: int
    until: datetime | None
    etag: str
    body: bytes
    compressed: bytes
    headers: tuple[tuple[str, str], ...]


_pages: OrderedDict[tuple[bool, str], StoredPage] = OrderedDict()


def answer_from_memory(answer: Answer) -> Answer:
    """Answer a public page from this process's memory as long as the database says that it is still true.

    The version is read before a page is made, and asked again (one statement) before it is served, so no process serves an
    old page after a change is committed. Only responses that a view marked by `public_page` are kept; a request with a
    session or a query never meets them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_for_everybody(request):
            return answer(request)
        key, version = (request.is_secure(), request.path), freshness.version()
        page = _pages.get(key)
        if page is None or page.version != version or (page.until is not None and page.until <= timezone.now()):
            response = answer(request)
            if not hasattr(response, "public_until") or response.status_code != 200 or response.cookies:
                return response
            page = _store(key, version, response)
        return _serve(request, page)

    return middleware


def forget_pages() -> None:
    """Forget every stored page of this process."""
    _pages.clear()


def _is_for_everybody(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and request.path.startswith(("/kk/", "/ru/", "/en/"))
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


def _store(key: tuple[bool, str], version: int, response: HttpResponse) -> StoredPage:
    body = response.content
    page = StoredPage(
        version=version,
        until=response.public_until,  # type: ignore[attr-defined]
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        body=body,
        compressed=gzip.compress(body, compresslevel=6, mtime=0),
        headers=tuple((name, value) for name, value in response.items() if name not in ("Content-Length", "Vary")),
    )
    _pages[key] = page
    _pages.move_to_end(key)
    while len(_pages) > MOST_PAGES:
        _pages.popitem(last=False)
    return page


def _serve(request: HttpRequest, page: StoredPage) -> HttpResponse:
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked and page.etag in [tag.removeprefix("W/") for tag in parse_etags(asked)]:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(page.compressed, headers=dict(page.headers))
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.body, headers=dict(page.headers))
    if response.status_code == 200:
        response["Content-Length"] = str(len(response.content))
    response["ETag"] = page.etag
    response["Vary"] = "Accept-Encoding, Cookie"
    response["Cache-Control"] = "no-cache"
    return response


def leave_out_the_body_of_head(answer: Answer) -> Answer:
    """Answer HEAD with the headers of GET alone, so that the web server has no body to drop and to complain of."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.method == "HEAD" and not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    return middleware


def add_security_headers(answer: Answer) -> Answer:
    """Say no to every browser feature that the site does not use, and to storing anything that is not public.

    Stands before everything else, so that what is refused early says it as well.
    """
    policy = build_policy()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cache-Control", PRIVATE)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware
