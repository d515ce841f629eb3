"""The second net under the HTML of letters: the tags, attributes, classes and addresses that a reader may get."""

import nh3
from django.utils.safestring import SafeString, mark_safe

from letters.markdown.links import may_lead

_ALLOWED_ATTRIBUTES = {
    "a": {"href", "id", "rel", "role", "aria-label"},
    "h2": {"id"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"role", "aria-labelledby"},
}
_ALLOWED_CLASSES = {
    "a": {"noteback"},
    "ol": {"demands"},
    "section": {"notes"},
    "span": {"footnote"},
    "sup": {"noteref"},
}
_ALLOWED_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "a", "strong", "em", "br", "sup", "section", "span"}


def sanitised(html: str) -> SafeString:
    """The second net: whatever our own writer did not mean to write does not reach a reader."""
    return mark_safe(
        nh3.clean(
            html,
            tags=_ALLOWED_TAGS,
            attributes=_ALLOWED_ATTRIBUTES,
            allowed_classes=_ALLOWED_CLASSES,
            attribute_filter=_filter_attribute,
            url_schemes={"https", "mailto"},
            link_rel=None,
        )
    )


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not (value.startswith("#") or may_lead(value)):
        return None
    return value
