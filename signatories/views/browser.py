"""What a page may do in the browser beyond what every page may."""

from collections.abc import Callable
from typing import TypeVar, cast

from csp.decorators import csp_update
from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

NCALAYER = "wss://127.0.0.1:13579"  # the program of the National Certification Authority on the reader's own computer


def may_call_ncalayer(view: View) -> View:
    """Let the page of this view talk to NCALayer; no other page may."""
    return cast(View, csp_update({"connect-src": [NCALAYER]})(view))
