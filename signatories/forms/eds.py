"""Takes an electronic signature: a file, or the text that NCALayer gave."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from signatories.eds.cms import MOST_BYTES
from signatories.eds.errors import TooLarge


class EdsForm(forms.Form):
    """One of both; what is in it is judged by `signatories.eds.verify`."""

    pasted = forms.CharField(
        label=_("Electronic signature"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
        help_text=_(
            "After signing in NCALayer it stands here by itself. Paste it if you have it as text; it begins with -----BEGIN CMS-----"
        ),
    )
    file = forms.FileField(
        label=_("Signature as a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("The .cms file that another program has made, at most 256 kB."),
        widget=forms.FileInput(attrs={"accept": ".cms,.p7s,.p7m,.sig,.pem,application/pkcs7-signature"}),
    )

    def clean_pasted(self) -> str:
        """The text, as long as a signature may be.

        :raises ValidationError: it is longer.
        """
        pasted: str = self.cleaned_data["pasted"]
        _refuse_large(len(pasted.encode()))
        return pasted

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """The file, as long as a signature may be.

        :raises ValidationError: it is longer.
        """
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        _refuse_large(file.size or 0 if file else 0)
        return file

    def clean(self) -> dict[str, Any]:
        """Whether exactly one of both came."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        if self.cleaned_data["pasted"] and self.cleaned_data["file"]:
            self.add_error("file", _("Send one signature: leave the field above empty, or choose no file."))
        elif not self.cleaned_data["pasted"] and not self.cleaned_data["file"]:
            self.add_error("pasted", _("No signature came. Sign in NCALayer, paste the signature, or choose the file."))
        return self.cleaned_data

    def signature(self) -> bytes:
        """The bytes that were sent, for `verify`."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file:
            content: bytes = file.read()
            return content
        pasted: str = self.cleaned_data["pasted"]
        return pasted.encode()


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        raise ValidationError(str(TooLarge(limit=MOST_BYTES // 1024)), code="large")
