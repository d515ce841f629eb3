"""Signing: find the organization or add it, say who you are, type the code.

The same pages serve a published letter (by its slug), a quiet one (by its invitation), and both for those who come by a personal
address. GET and HEAD change nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGES
from letters.models import Letter, Revision
from letters.states import LetterState
from signatories.domains import is_free_mail
from signatories.errors.signature import TooManyForms
from signatories.forms.signature import CodeForm, NewOrganizationForm, SignatureForm
from signatories.models import Invitation, Organization, Signature
from signatories.search import find
from signatories.selectors import found_organizations, texts_of
from signatories.services import code as codes
from signatories.services import organization as organizations
from signatories.services import signature as signatures
from signatories.states import SignatureState
from signatories.views.pace import keeps_pace
from signatories.views.private import private_page

MOST_FORMS_FROM_ONE_NETWORK = 60  # an hour; people of many organizations may sit in one hall
MOST_FORMS_FOR_ONE_ADDRESS = 10
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Signing:
    """A letter that somebody wants to sign, and the addresses of the steps; `invitation` where a personal address led here."""

    letter: Letter
    revision: Revision
    prefix: str
    key: str
    invitation: Invitation | None = None

    def url(self, step: str = "", *more: str) -> str:
        """The address of a step: "" is the search, "organization" and "new" are the forms."""
        name = f"{self.prefix}sign" + (f"-{step}" if step else "")
        return reverse(name, args=[self.key, *more])

    def organization_url(self, organization: Organization) -> str:
        """The address of the form for an organization from the list."""
        return self.url("organization", organization.slug)

    def letter_url(self) -> str:
        """The page of the letter itself."""
        return reverse(self.prefix.rstrip("-") or "letter", args=[self.key])


def language_of_page() -> str:
    """The language in the page's address."""
    return (get_language() or "kk")[:2]


def signing_of(at: datetime, slug: str, token: str, invited: str) -> Signing:
    """The letter that this address may sign; 404 for drafts and for unpublished ones without their invitation.

    :param invited: the token of a personal address.
    """
    invitation = get_object_or_404(Invitation, token=invited) if invited else None
    if invitation is not None:
        letters = Letter.objects.exclude(state=LetterState.DRAFT).filter(pk=invitation.letter_id)
    elif token:
        letters = Letter.objects.exclude(state=LetterState.DRAFT).filter(invitation_token=token)
    else:
        letters = Letter.objects.published(at).filter(slug=slug)
    letter: Letter = get_object_or_404(letters.select_related("issuer"))
    revision = letter.revisions.last()
    if revision is None:
        raise Http404
    prefix = "invited-" if invited else "invitation-" if token else ""
    return Signing(letter, revision, prefix, invited or token or slug, invitation)


def _context(signing: Signing, **more: Any) -> dict[str, Any]:
    late = signing.letter.takes_late_signatures(timezone.now())
    return {
        "takes_vouched": signing.letter.takes_vouched,
        "late_until": signing.letter.late_until if late else None,
        "signing": signing,
        "letter_url": signing.letter_url(),
        "title": signing.letter.text("title", language_of_page()),
        "steps": [_("Organization"), _("You and your consent"), _("Code from the mail")],
        **more,
    }


def _closed(request: HttpRequest, signing: Signing) -> HttpResponse:
    return render(request, "signatories/sign_closed.html", _context(signing))


@require_safe
@private_page
def sign(request: HttpRequest, slug: str = "", token: str = "", invited: str = "") -> HttpResponse:
    """Step 1: find the organization in the list, or say that it is not there."""
    now = timezone.now()
    signing = signing_of(now, slug, token, invited)
    if not signing.letter.accepts_signatures(now):
        return _closed(request, signing)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = found_organizations(find(words, at=now), language_of_page(), signing.organization_url)
    context = _context(
        signing, words=words, found=found, new_url=signing.url("new"), forward_url=signing.url("forward")
    )
    return render(request, "signatories/sign_find.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def sign_organization(
    request: HttpRequest, organization: str, slug: str = "", token: str = "", invited: str = ""
) -> HttpResponse:
    """Step 2 for an organization from the list. Who comes here from the form of step 2 brings along what was typed there; so does
    who had chosen one that was merged into another meanwhile.
    """
    now = timezone.now()
    signing = signing_of(now, slug, token, invited)
    chosen = _chosen(organization, at=now)
    has_moved = chosen.slug != organization
    data = request.POST if request.method == "POST" else None
    if has_moved and data is None:
        return redirect(signing.organization_url(chosen))
    initial = _initial(request)
    if data is not None and (has_moved or "choose" in data):
        initial |= {name: data.get(name, "") for name in SignatureForm.BROUGHT_ALONG}
        data = None
    form = SignatureForm(data, initial=initial, fingerprint=signing.revision.fingerprint)
    return _form_page(request, signing, form, at=now, chosen=chosen, has_moved=has_moved)


def _chosen(slug: str, *, at: datetime) -> Organization:
    """The organization that has this address in the list, or had it before it was merged into that one; 404 for every other."""
    listed = Organization.objects.listed(at)
    found: Organization = listed.filter(slug=slug).first() or get_object_or_404(listed, merged__slug=slug)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def sign_new(request: HttpRequest, slug: str = "", token: str = "", invited: str = "") -> HttpResponse:
    """Step 2 for an organization that is not in the list."""
    now = timezone.now()
    signing = signing_of(now, slug, token, invited)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = _initial(request) | {"original_language": language_of_page()} | _named_by(signing.invitation)
    form = NewOrganizationForm(data, files, initial=initial, fingerprint=signing.revision.fingerprint, at=now)
    return _form_page(request, signing, form, at=now, chosen=None)


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"email": request.user.email} if request.user.is_authenticated else {}


def _named_by(invitation: Invitation | None) -> dict[str, str]:
    """What an invitation already says of the organization; of persons each says herself."""
    if invitation is None:
        return {}
    facts = {f"name_{invitation.language}": invitation.name, "original_language": invitation.language}
    known = {"country": invitation.country, "kind": invitation.kind}
    return facts | {name: value for name, value in known.items() if value}


def _form_page(
    request: HttpRequest,
    signing: Signing,
    form: SignatureForm,
    *,
    at: datetime,
    chosen: Organization | None,
    has_moved: bool = False,
) -> HttpResponse:
    """Start the signature, or show the form with everything that was typed."""
    if form.is_valid():
        try:
            return redirect("signing-code", token=_start(request, signing, form, at=at, chosen=chosen).token)
        except Refusal as refusal:
            form.refuse(refusal)
    if not form.is_bound and not signing.letter.accepts_signatures(at):
        return _closed(request, signing)
    language = language_of_page()
    context = _context(
        signing,
        form=form,
        fingerprint=signing.revision.fingerprint,
        texts=texts_of(signing.letter, language),
        chosen=found_organizations([chosen] if chosen else [], language, signing.organization_url),
        alike=found_organizations(getattr(form, "alike", []), language, signing.organization_url),
        find_url=signing.url(),
        action=signing.organization_url(chosen) if chosen else "",
        has_moved=has_moved,
        already_signed=chosen is not None and _stands_in_public(signing, chosen, at),
    )
    return render(request, "signatories/sign_organization.html" if chosen else "signatories/sign_new.html", context)


def _stands_in_public(signing: Signing, organization: Organization, at: datetime) -> bool:
    """Whether everybody can see already that the organization signed; of a quiet letter nothing is said."""
    return signing.letter.is_published(at) and organizations.has_signed_in_public(organization, signing.revision)


def _start(
    request: HttpRequest, signing: Signing, form: SignatureForm, *, at: datetime, chosen: Organization | None
) -> Signature:
    answers = form.answers()
    limits = {"from_one_network": MOST_FORMS_FROM_ONE_NETWORK, "for_one_address": MOST_FORMS_FOR_ONE_ADDRESS}
    if not keeps_pace(request, answers["email"], act="sign", at=at, **limits):
        raise TooManyForms
    return signatures.start(
        signing.revision,
        organization=chosen,
        **form.of_organization(),
        **answers,
        language=language_of_page(),
        invitation=signing.invitation,
        at=at,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def signing_code(request: HttpRequest, token: str) -> HttpResponse:
    """Step 3: type the code. Afterwards the same address says where the signature stands."""
    now = timezone.now()
    signature = _signature(token)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and signature.state != SignatureState.STARTED:
        return redirect("signing-code", token=token)
    if form.is_valid():
        try:
            signatures.confirm(signature, form.cleaned_data["code"], at=now)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("signing-code", token=token)
    return _code_page(request, signature, form, at=now)


@require_POST
@private_page
def signing_new_code(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a new code; the old one dies."""
    now = timezone.now()
    signature = _signature(token)
    if signature.state != SignatureState.STARTED:
        return redirect("signing-code", token=token)
    try:
        signatures.send_new_code(signature, at=now)
    except Refusal as refusal:
        return _code_page(request, signature, CodeForm(), at=now, trouble=str(refusal))
    return redirect(reverse("signing-code", args=[token]) + "?new=1")


ASKED_OF_A_LETTER = ("slug", "state", "closes_at", "late_until", *(f"title_{language}" for language in LANGUAGES))
ASKED_OF_AN_ORGANIZATION = (
    *("original_language", "domain", "number_scheme", "number"),
    *(f"name_{language}" for language in LANGUAGES),
)
WHEN_A_CODE_COMES = (  # a signature whole, and only what is asked of the long rows beside it
    *(field.name for field in Signature._meta.concrete_fields),
    "revision__letter",
    *(f"revision__letter__{field}" for field in ASKED_OF_A_LETTER),
    *(f"organization__{field}" for field in ASKED_OF_AN_ORGANIZATION),
)


def _signature(token: str) -> Signature:
    signatures_with_all = Signature.objects.select_related("revision__letter", "organization").only(*WHEN_A_CODE_COMES)
    return get_object_or_404(signatures_with_all, token=token)


def _code_page(
    request: HttpRequest, signature: Signature, form: CodeForm, *, at: datetime, trouble: str = ""
) -> HttpResponse:
    language, letter = language_of_page(), signature.revision.letter
    expires_at = signature.code_expires_at
    context = {
        "signature": signature,
        "form": form,
        "trouble": trouble,
        "title": letter.text("title", language),
        "name": signature.called_in(language),
        "steps": [_("Organization"), _("You and your consent"), _("Code from the mail")],
        "open": letter.accepts_signatures(at),
        "sent_at": None if expires_at is None else expires_at - codes.CODE_LIFE,
        "minutes": int(codes.CODE_LIFE.total_seconds() // 60),
        "expired": not signature.code_is_open(at),
        "free_mail": is_free_mail(signature.email),
        "sent_anew": "new" in request.GET and not form.is_bound,
    }
    template = "signing_code" if signature.state == SignatureState.STARTED else "signing_state"
    return render(request, f"signatories/{template}.html", context)
