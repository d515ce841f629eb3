"""Who is asked to read a draft first, and what such a reader says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from campaign.base.plain import validate_plain_text


class ReaderForm(forms.Form):
    """The address to which the draft is sent, and the language of the message."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGE_CHOICES)


class CommentForm(forms.Form):
    """What is said about one block."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Comment"), max_length=2000, validators=[validate_plain_text], widget=forms.Textarea(attrs={"rows": 3})
    )
