"""One organization's word for another, as its people give it and take it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.base.errors import Refusal
from campaign.base.rate import allow, day_key
from letters.access import DeskRequest
from signatories.errors.signature import TooManyForms
from signatories.errors.vouch import VouchCodeUnknown
from signatories.forms.vouch import VouchForm
from signatories.models import Organization, Representative, Vouch
from signatories.services import vouch as vouches
from signatories.views.private import private_page
from signatories.views.sign import language_of_page

MOST_CODES_AN_HOUR = 20
HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_vouches(request: DeskRequest, slug: str) -> HttpResponse:
    """Whom the organization vouches for; its own code, which others need to vouch for it."""
    own = _own(request, slug)
    form = VouchForm(request.POST) if request.method == "POST" else VouchForm()
    if request.method == "POST" and form.is_valid():
        try:
            _vouch(request, own.organization, form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("Your organization’s word is recorded."))
            return redirect("my-vouches", slug=slug)
    language, now = language_of_page(), timezone.now()
    given = (
        own.organization.vouched.filter(withdrawn_at=None).select_related("organization").order_by("vouched_at", "pk")
    )
    context = {
        "organization": own.organization,
        "name": own.organization.name_in(language),
        "code": vouches.code_of(own.organization) if vouches.may_see_code(own) else "",
        "speaks": vouches.speaks(request.user, own.organization),
        "may_vouch": vouches.may_vouch(own.organization, now),
        "given": [(one, one.organization.name_in(language)) for one in given] if own.is_active() else [],
        "form": form,
    }
    return render(request, "signatories/my_vouches.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
@private_page
def my_vouch_take_back(request: DeskRequest, slug: str, vouch_id: int) -> HttpResponse:
    """Take a word back."""
    own = _own(request, slug)
    given = get_object_or_404(Vouch.objects.filter(voucher=own.organization, withdrawn_at=None), pk=vouch_id)
    try:
        vouches.withdraw_vouch(given, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The word was taken back."))
    return redirect("my-vouches", slug=slug)


def _own(request: DeskRequest, slug: str) -> Representative:
    """The person's own place in this organization, whether let in already or not; 404 for every other organization."""
    own: Representative = get_object_or_404(
        Representative.objects.filter(left_at=None).select_related("organization"),
        user=request.user,
        organization__slug=slug,
    )
    return own


def _vouch(request: DeskRequest, voucher: Organization, code: str) -> None:
    """Vouch for the organization with this code.

    :raises Refusal: VouchCodeUnknown, TooManyForms, and those of `services.vouch.vouch`.
    """
    if not allow(day_key("vouch", str(voucher.pk), on=timezone.localdate()), MOST_CODES_AN_HOUR, HOUR):
        raise TooManyForms
    found = vouches.organization_of(code)
    if found is None:
        raise VouchCodeUnknown
    vouches.vouch(voucher, found, by=request.user, at=timezone.now())
