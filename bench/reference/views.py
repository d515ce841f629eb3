"""The two references, written as a Django tutorial would: a letter page through the ORM, a confirmation in one transaction."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone

from bench.reference.models import (
    EmailAddress,
    Evidence,
    JournalEntry,
    Letter,
    Mail,
    Mandate,
    Representative,
    Signature,
    User,
)


def healthz(request: HttpRequest) -> HttpResponse:
    """It runs."""
    return HttpResponse("ok")


def letter_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A letter and its names: two queries, one template."""
    letter = get_object_or_404(Letter, slug=slug, published_at__lte=timezone.now())
    signed = Signature.objects.filter(revision__letter=letter, state="admitted")
    signatures = signed.select_related("organization").order_by("organization__name_kk", "pk")
    return render(request, "letter.html", {"letter": letter, "signatures": signatures})


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a signature: one lock, nine rows, one commit. The code is compared as it is, nothing else is asked."""
    if request.method != "POST":
        return render(request, "code.html")
    if len(request.POST.get("code", "")) != 8:
        return HttpResponseBadRequest()
    now = timezone.now()
    with transaction.atomic():
        locked = Signature.objects.select_for_update(of=("self",)).select_related("organization", "revision__letter")
        signature = get_object_or_404(locked, token=token, state="started")
        _write(signature, now)
    return redirect("confirm", token=token)


def _write(signature: Signature, now: datetime) -> None:
    organization, letter = signature.organization, signature.revision.letter
    person = User.objects.create(email=signature.email, password="!", language="en", date_joined=now)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    representative = Representative.objects.create(user=person, organization=organization)
    mandate = Mandate.objects.create(
        representative=representative,
        name=signature.person_name,
        position=signature.position,
        basis=signature.basis,
        basis_note="",
        stated_at=now,
    )
    signature.state, signature.confirmed_at, signature.code_hash = "confirmed", now, ""
    signature.person, signature.mandate = person, mandate
    signature.save(update_fields=["state", "confirmed_at", "code_hash", "person", "mandate"])
    Evidence.objects.create(
        organization=organization, mandate=mandate, kind="domain_mail", detail=organization.domain, checked_at=now
    )
    JournalEntry.objects.create(
        at=now,
        by=person,
        action="signature.confirmed",
        subject_kind="signatories.signature",
        subject_id=str(signature.pk),
        scope=letter.slug,
        details={},
    )
    Mail.objects.create(
        to=signature.email,
        language="en",
        template="signature_received",
        context={"letter": letter.title_kk, "organization": organization.name_kk},
        created_at=now,
    )


urlpatterns = [
    path("healthz", healthz),
    path("kk/letters/<slug:slug>/", letter_page),
    path("en/signing/<str:token>/", confirm, name="confirm"),
]
