"""Takes a Word file as the text of one language."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from letters.word_file import MOST_BYTES


class WordFileForm(forms.Form):
    """The file and the language of its text."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    file = forms.FileField(
        label=_("Word file (DOCX)"),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_(
            "Headings, lists, quotations, links, emphasis and footnotes are taken over; tables and pictures are left out."
        ),
    )

    def content(self) -> bytes:
        """The bytes of the file, at most one more than are taken."""
        read: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return read
