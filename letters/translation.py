"""Which fields have a text in each language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from letters.models import Campaign, Demand, Issuer, Letter, Office, Official, Recipient


@register(Campaign)
class CampaignOptions(TranslationOptions):
    fields = ("title",)
    required_languages = ("kk", "ru", "en")


@register(Issuer)
class IssuerOptions(TranslationOptions):
    fields = ("name", "address", "signer", "post", "executor")


@register(Letter)
class LetterOptions(TranslationOptions):
    fields = ("title", "summary", "body")


@register(Demand)
class DemandOptions(TranslationOptions):
    fields = ("text",)


@register(Office)
class OfficeOptions(TranslationOptions):
    fields = ("name", "short_name", "body", "addressee_with_person", "addressee_alone", "salutation", "address")
    required_languages = {"default": ("name", "addressee_with_person", "addressee_alone", "salutation")}


@register(Official)
class OfficialOptions(TranslationOptions):
    fields = ("name", "addressee", "salutation")
    required_languages = ("kk", "ru", "en")


@register(Recipient)
class RecipientOptions(TranslationOptions):
    fields = ("group", "holder_name", "holder_addressee", "holder_salutation")
