"""Which fields have a text in each language (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from signatories.models import Organization


@register(Organization)
class OrganizationOptions(TranslationOptions):
    fields = ("name", "abbreviation", "note")
