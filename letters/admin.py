"""Reference data of the first floor in the administration: offices, officials, campaigns, issuers, coordinators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest

from campaign.base.admin import ReferenceAdmin, TranslatedAdmin
from campaign.base.models import User
from letters.models import Campaign, Coordinator, Issuer, Office, Official


@admin.register(Office)
class OfficeAdmin(TranslatedAdmin):
    """The directory of posts."""

    facts = ("key", "kind", "order", "valid_from", "valid_to", "successor")
    translated = (
        "name",
        "short_name",
        "body",
        "addressee_with_person",
        "addressee_alone",
        "salutation",
        "address",
    )
    list_display = ("name", "key", "kind", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("key", "name_kk", "name_ru", "name_en")
    ordering = ("order", "pk")


@admin.register(Official)
class OfficialAdmin(TranslatedAdmin):
    """Who holds a post, and when."""

    facts = ("office", "holds_from", "holds_to")
    translated = ("name", "addressee", "salutation")
    list_display = ("name", "office", "holds_from", "holds_to")
    list_select_related = ("office",)
    search_fields = ("name_kk", "name_ru", "name_en")
    ordering = ("office__order", "pk")


@admin.register(Campaign)
class CampaignAdmin(TranslatedAdmin):
    """Causes."""

    facts = ("slug",)
    translated = ("title",)
    list_display = ("title", "slug")
    search_fields = ("slug", "title_kk", "title_ru", "title_en")
    ordering = ("slug",)


@admin.register(Issuer)
class IssuerAdmin(TranslatedAdmin):
    """Organizations in whose letterhead letters stand. The logo is chosen at the desk."""

    facts = ("key", "number_scheme", "number", "phone", "email")
    translated = ("name", "address", "signer", "post", "executor")
    list_display = ("name", "key", "number")
    search_fields = ("key", "name_kk", "name_ru", "name_en")
    ordering = ("key",)


class PersonField(forms.ModelChoiceField):
    """People by their addresses."""

    def label_from_instance(self, obj: Any) -> str:
        """The address, which an administrator may see."""
        return str(obj.email)


@admin.register(Coordinator)
class CoordinatorAdmin(ReferenceAdmin):
    """Who runs the letters of which issuer."""

    list_display = ("email", "issuer")
    list_select_related = ("user", "issuer")
    search_fields = ("user__email", "issuer__key")
    ordering = ("user__email", "pk")
    fields = ("user", "issuer")

    @admin.display(description=User._meta.get_field("email").verbose_name, ordering="user__email")
    def email(self, coordinator: Coordinator) -> str:
        """The person's address."""
        return coordinator.user.email

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Show people by their addresses."""
        if db_field.name == "user":
            kwargs |= {"form_class": PersonField, "queryset": User.objects.order_by("email")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
