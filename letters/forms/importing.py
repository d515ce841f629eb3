"""Takes the ZIP of a letter's folder."""

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.folder import MOST_ZIP_BYTES


class ImportForm(forms.Form):
    """The ZIP; what is in it is judged by `letters.folder`."""

    folder = forms.FileField(
        label=_("ZIP file"),
        help_text=_("It holds letter.toml, kk.md, ru.md and en.md, at its top or in one folder."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def packed(self) -> bytes:
        """The bytes of the ZIP, at most one more than a ZIP may have."""
        content: bytes = self.cleaned_data["folder"].read(MOST_ZIP_BYTES + 1)
        return content
