"""The administration: people, roles and reference data. Letters, signatures and the register are not in it."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from campaign.base import freshness
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import User


def change_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """A password is changed where everybody changes it, with its mails and limits."""
    return redirect("account_change_password")


admin.site.password_change = change_password  # type: ignore[assignment, method-assign]
admin.site.site_header = admin.site.site_title = _("Administration")
admin.site.index_title = _("People, roles and reference data")
admin.site.enable_nav_sidebar = False
for _model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class ReferenceAdmin(admin.ModelAdmin[Any]):
    """Base of every table here: for administrators alone, filtered by what is offered alone.

    Public pages show this data, so every change makes them new.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only administrators."""
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only administrators."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only administrators."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only administrators."""
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only administrators."""
        return self.admin_site.has_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only by what `list_filter` offers; Django would let the list be asked about every column."""
        return lookup.split("__")[0] in self.list_filter

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Save, and make public pages new."""
        super().save_model(request, obj, form, change)
        freshness.raise_version()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete, and make public pages new."""
        super().delete_model(request, obj)
        freshness.raise_version()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several, and make public pages new."""
        super().delete_queryset(request, queryset)
        freshness.raise_version()


class TranslatedAdmin(ReferenceAdmin):
    """A table whose texts stand under a tab for each language.

    Without scripts the tabs are headings one below another.
    """

    facts: tuple[str, ...] = ()
    translated: tuple[str, ...] = ()

    class Media:
        js = (forms.Script("admin-tabs.js", defer=True),)
        css = {"all": ("admin-tabs.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The facts, then the texts of each language."""
        tabs = [
            (
                LANGUAGE_NAMES[language],
                {"fields": [f"{name}_{language}" for name in self.translated], "classes": ["tab"]},
            )
            for language in LANGUAGES
        ]
        return [(None, {"fields": self.facts}), *tabs] if self.facts else tabs


class PersonForm(forms.ModelForm[User]):
    """A person as an administrator makes one."""

    def clean_email(self) -> str:
        """Addresses are kept in lower case, so that nobody is here twice."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(ReferenceAdmin):
    """People and their roles. Passwords are neither shown nor set here: people choose their own."""

    list_display = ("email", "language", "is_staff", "is_reviewer", "is_active")
    list_filter = ("is_staff", "is_reviewer", "is_active", "language")
    search_fields = ("email",)
    ordering = ("email", "pk")
    form = PersonForm
    fields = ("email", "language", "is_reviewer", "is_staff", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The address is a person's login: it is given once; the person changes it in the account's own pages."""
        return ("email",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: the journal names people for ever. Make them inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # type: ignore[override]
        """A new person signs in by a code from the mailbox, until a password is chosen."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
