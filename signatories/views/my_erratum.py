"""What a corrected letter asks of an organization that signed it before."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from letters.access import DeskRequest
from letters.models import Revision
from letters.redline import Piece
from letters.selectors import changed_parts
from signatories.access import may_decide_about, signatures_of
from signatories.consent import RENEWAL_CONSENT
from signatories.forms.erratum import LEAVE, ErratumForm
from signatories.models import ErratumAnswer, Signature
from signatories.services import erratum
from signatories.services.signature import withdraw
from signatories.states import ACTIVE_STATES, ErratumChoice, SignatureState
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_signature_erratum(request: DeskRequest, signature_id: int) -> HttpResponse:
    """What changed in the text that was signed (GET), and the answer (POST)."""
    language, now = language_of_page(), timezone.now()
    signature = _signature(request, signature_id)
    letter = signature.revision.letter
    newest = letter.current_revision()
    known = ErratumAnswer.objects.filter(signature=signature, revision=newest).select_related("person").first()
    form = ErratumForm(
        request.POST if request.method == "POST" else None,
        choices=_choices(signature, request),
        initial={"fingerprint": newest.fingerprint},
    )
    if form.is_valid():
        try:
            return _answer(request, signature, form.cleaned_data["choice"], form.cleaned_data["fingerprint"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    waits = signature.state in ACTIVE_STATES and signature.revision_id != newest.pk and letter.takes_signatures(now)
    context = {
        "signature": signature,
        "title": letter.text("title", language),
        "name": signature.called_in(language),
        "form": form,
        "waits": waits,
        "answer": known,
        "proposed": known is not None and known.choice == ErratumChoice.RENEW and known.renewed_at is None,
        "is_own_proposal": known is not None and known.person_id == request.user.pk,
        "needs_second": signature.organization.needs_approval and signature.state != SignatureState.PROPOSED,
        "reason": newest.reason.get(language, ""),
        "consent": RENEWAL_CONSENT,
        "changes": _changes(signature.revision, newest, language),
        "newest": newest,
    }
    return render(request, "signatories/my_signature_erratum.html", context, status=422 if form.errors else 200)


def _signature(request: DeskRequest, signature_id: int) -> Signature:
    """A signature that this person may answer for, alone or as the second person; 404 for every other."""
    proposed = erratum.proposed_renewals(request.user).values("signature")
    open_to = Q(pk__in=signatures_of(request.user)) | Q(pk__in=proposed)
    given = Signature.objects.filter(open_to).exclude(state=SignatureState.STARTED)
    return get_object_or_404(given.select_related("revision__letter", "organization"), pk=signature_id)


def _choices(signature: Signature, request: DeskRequest) -> set[str]:
    if not may_decide_about(signature, request.user):
        return {ErratumChoice.RENEW}
    if signature.state == SignatureState.PROPOSED:  # nothing is signed yet that could be kept
        return {ErratumChoice.RENEW, LEAVE}
    if signature.state == SignatureState.ON_HOLD:
        return {ErratumChoice.KEEP, LEAVE}
    return {*ErratumChoice.values, LEAVE}


def _changes(before: Revision, after: Revision, first: str) -> list[tuple[str, str, list[tuple[str, list[Piece]]]]]:
    """What changed, by language, the page's own first."""
    old, new = before.texts(), after.texts()
    order = [first, *(language for language in LANGUAGES if language != first)]
    return [(language, LANGUAGE_NAMES[language], changed_parts(old[language], new[language])) for language in order]


def _answer(request: DeskRequest, signature: Signature, choice: str, fingerprint: str) -> HttpResponse:
    now = timezone.now()
    if choice == LEAVE:
        withdraw(signature, by=request.user, at=now)
        messages.success(request, _("The signature was withdrawn. A confirmation was mailed."))
        return redirect("my")
    said = erratum.answer(
        signature,
        ErratumChoice(choice),
        fingerprint=fingerprint,
        language=language_of_page(),
        by=request.user,
        at=now,
    )
    if said.choice == ErratumChoice.KEEP:
        messages.success(
            request, _("The signature stays under the text that was signed. You can still sign the corrected one.")
        )
    elif said.renewed_at is None:
        messages.success(request, _("The proposal was mailed to the colleagues who may agree to it."))
    else:
        messages.success(request, _("The corrected text is signed. A confirmation was mailed."))
    return redirect("my")
