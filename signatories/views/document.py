"""How a private document is handed out: to be kept on the reader's disk, never to be shown by the browser."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def document_response(file: FieldFile, *, name: str) -> FileResponse:
    """The document as a download that no browser opens in our name and no cache keeps.

    :param name: what the file is called on the reader's disk, without its ending; never what the uploader called it.
    :raises Http404: the document was deleted.
    """
    if not file:
        raise Http404
    try:
        content = file.storage.open(str(file.name))
    except FileNotFoundError:
        raise Http404 from None
    ending = str(file.name).rpartition(".")[2]
    response = FileResponse(
        content, as_attachment=True, filename=f"{name}.{ending}", content_type="application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
