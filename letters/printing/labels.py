"""Address labels for the envelopes of a letter: a sheet that is cut or stuck, not an edition."""

from django.template.loader import render_to_string
from django.utils import translation

from letters.printing.engine import print_html
from letters.printing.payload import LabelSheet

LONG = 6  # lines of a label; more are set smaller


def render_labels(sheet: LabelSheet) -> bytes:
    """The sheet as a PDF: A4, two columns of seven labels of 99 by 38.1 mm, in the order of the recipients.

    :raises PrintFailed: the renderer complained of anything.
    """
    with translation.override(sheet.language):
        labels = [(lines, len(lines) > LONG or max(map(len, lines)) > 60) for lines in sheet.labels]
        html = render_to_string("letters/labels.html", {"sheet": sheet, "labels": labels})
        return print_html(html, assets={}, attachments=())
