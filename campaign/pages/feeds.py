"""An Atom feed of the published letters, one for each language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.base.public_page import public_page
from letters.selectors import newest_letters
from letters.views.public import language_of_page, next_change

MOST_LETTERS = 50


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest letters in the language of the address (RFC 4287)."""
    now, language = timezone.now(), language_of_page()
    atom = Atom1Feed(
        title=_("Open letters · Qoltanba"),
        link=settings.SITE_URL + reverse("home"),
        description="",
        language=language,
        feed_url=settings.SITE_URL + reverse("feed"),
    )
    for letter in newest_letters(at=now)[:MOST_LETTERS]:
        address = settings.SITE_URL + reverse("letter", args=[letter.slug])
        atom.add_item(
            title=letter.text("title", language),
            link=address,
            description=letter.text("summary", language),
            unique_id=address,
            pubdate=letter.published_at,
            updateddate=max(filter(None, (letter.published_at, letter.closed_at, letter.withdrawn_at))),
            author_name=getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
        )
    response = HttpResponse(atom.writeString("utf-8"), content_type=Atom1Feed.content_type)
    return public_page(response, until=next_change(now))
