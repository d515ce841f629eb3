"""What a representative agrees to. A change of the sentence is a new version; the exact sentence is kept with each signature."""

from django.utils.translation import gettext_lazy as _

CONSENT_VERSION = "1"
CONSENT = _(
    "I am entitled to act for the organization named above. On its behalf I sign this letter in the text shown here, agree that "
    "the organization’s name is published and delivered with it in Kazakh, Russian and English, and agree that my own data are "
    "kept, not published, to prove the signature."
)
