"""Who is to act for the organization, and in which role."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from signatories.forms.fields import MailField
from signatories.states import Role

ROLES = [
    (Role.REPRESENTATIVE, _("representative: signs letters for the organization")),
    (Role.APPROVER, _("approver: agrees to what others propose")),
    (Role.OWNER, _("owner: everything, also profile and people")),
]


class InviteForm(forms.Form):
    """A colleague who is to be asked by mail."""

    email = MailField(label=_("E-mail address of your colleague"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGE_CHOICES)


class RoleForm(forms.Form):
    """Another role for a colleague."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
