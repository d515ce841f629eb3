"""“I am not the right person”: the letter’s own link goes by mail to a colleague."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base import post
from signatories.errors.signature import TooManyForms
from signatories.forms.approval import ForwardForm
from signatories.views.pace import keeps_pace
from signatories.views.private import private_page
from signatories.views.sign import Signing, language_of_page, signing_of

MOST_FROM_ONE_NETWORK = 10  # an hour
MOST_FOR_ONE_ADDRESS = 2
MOST_FOR_ONE_ADDRESS_A_DAY = 5


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def sign_forward(request: HttpRequest, slug: str = "", token: str = "", invited: str = "") -> HttpResponse:
    """Ask for the colleague's address, then mail the link."""
    now = timezone.now()
    signing = signing_of(now, slug, token, invited)
    form = ForwardForm(request.POST if request.method == "POST" else None, initial={"language": language_of_page()})
    if form.is_valid():
        email = form.cleaned_data["email"]
        if keeps_pace(
            request,
            email,
            act="forward",
            from_one_network=MOST_FROM_ONE_NETWORK,
            for_one_address=MOST_FOR_ONE_ADDRESS,
            for_one_address_a_day=MOST_FOR_ONE_ADDRESS_A_DAY,
            at=now,
        ):
            if not form.cleaned_data["nothing"]:
                _mail(signing, email, form.cleaned_data["language"])
            messages.success(request, _("The letter’s link was mailed to your colleague."))
            return redirect(signing.letter_url())
        form.add_error("email", str(TooManyForms()))
    context = {
        "form": form,
        "title": signing.letter.text("title", language_of_page()),
        "letter_url": signing.letter_url(),
        "sign_url": signing.url(),
    }
    return render(request, "signatories/sign_forward.html", context)


def _mail(signing: Signing, email: str, language: str) -> None:
    with translation.override(language):
        path = signing.letter_url()
    title = signing.letter.text("title", language)
    post.send("letter_forwarded", to=email, language=language, letter=title, path=path)
