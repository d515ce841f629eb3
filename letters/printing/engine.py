"""WeasyPrint, closed and repeatable: one font set, one style sheet, no network, no files, no silent loss."""

import io
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
os.environ.setdefault("FONTCONFIG_FILE", str(HERE / "fonts.conf"))  # Pango reads it once, when WeasyPrint is loaded

import pikepdf  # noqa: E402
import weasyprint  # noqa: E402
from weasyprint.css import ColorProfile  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: E402

from letters.printing import tagging  # noqa: E402
from letters.printing.conformance import claim_universal_access, list_each_file_once  # noqa: E402
from letters.printing.errors import PrintFailed  # noqa: E402
from letters.printing.shared_pages import sharing  # noqa: E402

VARIANT = "pdf/a-3a"
FONTS = [Path("/usr/share/fonts/truetype") / name for name in ("paratype/PTF55F.ttf", "noto/NotoSerif-Regular.ttf")]

_one_at_a_time = threading.Lock()  # the fonts and the listener are shared by the whole process


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives out the named assets of one document and ends the printing at anything else."""

    def __init__(self, assets: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The asset of that name.

        :raises FatalURLFetchingError: it is not ours.
        """
        if url not in self.assets:
            raise FatalURLFetchingError(f"An edition may not read {url[:200]}")
        content_type, body = self.assets[url]
        return URLFetcherResponse(url, body, {"Content-Type": content_type})


class _Listener(logging.Handler):
    """Keeps what WeasyPrint says instead of failing, such as an image left out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.complaints.append(record.getMessage())


@contextmanager
def _complaints_are_failures() -> Iterator[None]:
    listener = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield
    except FatalURLFetchingError as refused:
        raise PrintFailed(str(refused)) from refused
    finally:
        logger.removeHandler(listener)
    if listener.complaints:
        raise PrintFailed("; ".join(listener.complaints[:5]))


@cache
def _fonts() -> Any:
    """One for the process: a new one for each document leaks about 0.3 MB.

    :raises PrintFailed: the fonts are not installed; any other would print another letter.
    """
    if missing := [font for font in FONTS if not font.is_file()]:
        raise PrintFailed(f"{missing[0]} is missing: install the Debian packages fonts-paratype and fonts-noto-core.")
    return FontConfiguration()


@cache
def _style() -> Any:
    return weasyprint.CSS(
        string=(HERE / "edition.css").read_text(encoding="utf-8"), url_fetcher=ClosedFetcher({}), font_config=_fonts()
    )


@cache
def _srgb_content() -> bytes:
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _srgb() -> Any:
    """The colour profile that PDF/A asks for; WeasyPrint would leave its file open. One that was used writes other bytes."""
    return ColorProfile(io.BytesIO(_srgb_content()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def print_html(
    html: str,
    *,
    assets: Mapping[str, tuple[str, bytes]],
    attachments: Sequence[Callable[[], Any]],
    finish: Callable[[Any], None] | None = None,
    text: str = "",
) -> bytes:
    """One file that is PDF/A-3a and PDF/UA-1. The same arguments give the same bytes, in every process.

    :param assets: address → (content type, content) of the images that the page names.
    :param text: with which documents this one shares pages, see `letters.printing.shared_pages.sharing`.
    :param finish: changes the objects of the finished file (pydyf) before it is written.
    :raises PrintFailed: WeasyPrint warned of anything, or the page names anything that is not in `assets`.
    """
    with _one_at_a_time, _complaints_are_failures(), sharing(text):
        page = weasyprint.HTML(string=html, url_fetcher=ClosedFetcher(assets))
        document = page.render(font_config=_fonts(), stylesheets=[_style()], pdf_variant=VARIANT)
        document.color_profiles["srgb"] = _srgb()
        claim_universal_access(document.metadata)
        tagging.keep_page_furniture_out_of_the_text(document)

        def finisher(_document: Any, pdf: Any) -> None:
            list_each_file_once(pdf)
            if finish is not None:
                finish(pdf)

        printed: bytes = document.write_pdf(
            pdf_variant=VARIANT,
            output_intent="the profile above",  # any name but "srgb", which would load it anew
            attachments=[attach() for attach in attachments],
            finisher=finisher,
        )
        return in_small_streams(printed)


def in_small_streams(pdf: bytes) -> bytes:
    """The same objects, at most a hundred of them in one stream: WeasyPrint puts all into a single one, and a reader that looks each up by
    going through its stream takes time that grows with the square of the list. The same bytes give the same bytes.
    """
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            written,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
        )
    return written.getvalue()
