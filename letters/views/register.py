"""The public register, as people read it."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaign.base import checkpoints, merkle, witnesses
from campaign.base.calendar import page_date
from campaign.base.models import RegisterEntry, RegisterHead
from campaign.base.public_page import public_page
from letters.models import Letter
from letters.views.public import language_of_page

ENTRIES_ON_A_PAGE = 50

KIND_NAMES: dict[str, str | Promise] = {
    "letter.opened": _("letter opened for signature"),
    "letter.erratum": _("text corrected, a new text to sign"),
    "signature.admitted": _("signature admitted"),
    "signature.renewed": _("corrected text signed as well"),
    "signature.withdrawn": _("signature withdrawn"),
    "signature.held": _("signature disputed by the organization, on hold"),
    "signature.struck": _("disputed signature struck"),
    "signature.restored": _("disputed signature stands again"),
    "signature.merged": _("signature merged with an earlier one of the same organization"),
    "organization.decided": _("verification of an organization"),
    "organization.lapsed": _("evidence about an organization expired, level lowered"),
    "organization.revoked": _("verification of an organization taken back"),
    "letter.closed": _("letter closed, list of signatories frozen"),
    "letter.addendum": _("addendum with later signatures made"),
    "letter.withdrawn": _("letter withdrawn"),
    "edition.printed": _("PDF printed and signed"),
    "edition.renewed": _("archive time stamp of a PDF renewed"),
    "register.key": _("another key signs the register from now on"),
}


@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """The entries, newest first, with the root hash over all of them."""
    now = timezone.now()
    head = RegisterHead.objects.get(pk=1)
    page = Paginator(range(head.size - 1, -1, -1), ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    entries = RegisterEntry.objects.filter(index__in=list(page.object_list)).order_by("-index")
    context = {
        "page": page,
        "entries": _rows(list(entries), now),
        "size": head.size,
        "root": merkle.root_of(merkle.split_frontier(bytes(head.frontier))).hex(),
        "checkpoint": checkpoints.newest(),
        "witnesses": _witnesses(),
    }
    return public_page(render(request, "letters/register.html", context), until=_next_publication(now))


@require_safe
def register_entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry with the exact text that its hash stands for."""
    now = timezone.now()
    size = RegisterHead.objects.get(pk=1).size
    if index >= size:
        raise Http404
    entry, point = get_object_or_404(RegisterEntry, index=index), checkpoints.newest()
    context = {
        "entry": _rows([entry], now)[0],
        "leaf": bytes(entry.leaf).decode(),
        "proof": reverse("register-proof", args=[index]) if point is not None and index < point.size else "",
        "previous": index - 1 if index else None,
        "next": index + 1 if index + 1 < size else None,
    }
    return public_page(render(request, "letters/register_entry.html", context), until=_next_publication(now))


def _rows(entries: list[RegisterEntry], now: datetime) -> list[dict[str, Any]]:
    """Entries as a page shows them; a letter that is not published is known by its public id alone."""
    language = language_of_page()
    published = Letter.objects.published(now).filter(uid__in={entry.letter for entry in entries})
    letters = {letter.uid: letter for letter in published.only("uid", "slug", "title_kk", "title_ru", "title_en")}
    return [
        {
            "index": entry.index,
            "kind_name": KIND_NAMES[entry.kind],
            "on": page_date(timezone.localtime(entry.at).date(), language),
            "letter": entry.letter,
            "slug": letters[entry.letter].slug if entry.letter in letters else "",
            "title": letters[entry.letter].text("title", language) if entry.letter in letters else "",
            "hash": bytes(entry.leaf_hash).hex(),
        }
        for entry in entries
    ]


def _witnesses() -> list[dict[str, Any]]:
    """Who watches the register, by name, with the newest checkpoint that each has signed."""
    language = language_of_page()
    return [
        {
            "name": witness.name,
            "key": witness.key,
            "size": witness.seen_size,
            "on": page_date(timezone.localtime(witness.seen_at).date(), language) if witness.seen_at else "",
        }
        for witness in witnesses.known()
    ]


def _next_publication(now: datetime) -> datetime | None:
    """When the clock alone will next let the register name a letter."""
    coming = Letter.objects.filter(published_at__gt=now).order_by("published_at")
    moment: datetime | None = coming.values_list("published_at", flat=True).first()
    return moment
