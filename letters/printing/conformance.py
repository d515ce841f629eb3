"""What a file must say of itself to be PDF/A-3a and PDF/UA-1 at once; WeasyPrint can only claim one."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring, register_namespace, tostring

import pydyf

# ISO 14289-1 §5 wants pdfuaid:part; ISO 19005-3 §6.6.2.3 wants a schema that PDF/A does not know described
_UNIVERSAL_ACCESS = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF>"""

register_namespace("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/")
register_namespace("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#")
register_namespace("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#")


def claim_universal_access(metadata: Any) -> None:
    """Make the document's metadata claim PDF/UA-1 besides what they claim already."""
    metadata.generate_rdf_metadata = _with_universal_access(metadata.generate_rdf_metadata)


def _with_universal_access(generate: Callable[..., bytes]) -> Callable[..., bytes]:
    def generate_both(*args: Any, **kwargs: Any) -> bytes:
        rdf = fromstring(generate(*args, **kwargs))  # noqa: S314
        rdf.extend(fromstring(_UNIVERSAL_ACCESS))  # noqa: S314
        both: bytes = tostring(rdf, encoding="utf-8")
        return both

    return generate_both


def list_each_file_once(pdf: Any) -> None:
    """Name each attached file once in /AF, where WeasyPrint 70 names it twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
