"""What a representative agrees to. A change of the sentence is a new version; the exact sentence is kept with each signature."""

from django.utils.translation import gettext_lazy as _

CONSENT_VERSION = "2"
PAPER_VERSION = "paper-1"
PAPER_CONSENT = _(
    "The organization signed this letter outside the site, on paper or by e-mail. Its consent stands in the document whose scan is kept; "
    "who may see the organization was entered from it by one coordinator and compared by another person."
)
RENEWAL_VERSION = "renewal-1"
RENEWAL_CONSENT = _(
    "I am entitled to act for the organization named above. On its behalf I sign this letter in the corrected text shown here as well; from now on "
    "its signature stands for this text. All else that was agreed to with the first signature stays."
)
CONSENT = _(
    "I am entitled to act for the organization named above. On its behalf I sign this letter in the text shown here, agree that "
    "it is delivered in Kazakh, Russian and English and that the organization is named in public, named to the addressee only or "
    "counted without its name, as I chose above, and agree that my own data are kept, not published, to prove the signature."
)
