"""Writes and reads SOAP envelopes with a message 报文 inside as one string."""

from collections.abc import Mapping, Sequence

from lxml import etree

from adapters.errors import SourceContractBroken
from adapters.kinds.xml import parse_xml

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY = f"{{{SOAP}}}Body"
_FAULT = f"{{{SOAP}}}Fault"


class SoapFault(Exception):
    """A fault told inside an envelope; never leaves the kind."""

    def __init__(self, words: str) -> None:
        """Keep the fault string."""
        super().__init__(words)
        self.words = words


def write_envelope(
    operation: str, namespace: str, message: etree._Element, encoding: str
) -> bytes:
    """Put a message into an envelope."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, _BODY)
    call = etree.SubElement(body, f"{{{namespace}}}{operation}")
    argument = etree.SubElement(call, "message")
    argument.text = etree.tostring(message, encoding="unicode")
    written = etree.tostring(envelope, encoding=encoding, xml_declaration=True)
    return written if isinstance(written, bytes) else written.encode(encoding)


def write_message(root: str, body: Mapping[str, str | Sequence[str]]) -> etree._Element:
    """Write a message: a list becomes an element with one `item` each."""
    message = etree.Element(root)
    etree.SubElement(message, "Header")
    inner = etree.SubElement(message, "Body")
    for name, value in body.items():
        element = etree.SubElement(inner, name)
        if isinstance(value, str):
            element.text = value
            continue
        for item in value:
            etree.SubElement(element, "item").text = item
    return message


def read_envelope(text: bytes) -> etree._Element:
    """Read the message out of an envelope.

    Raises SoapFault for a fault, SourceContractBroken for anything else that is no
    envelope.
    """
    envelope = parse_xml(text)
    body = envelope.find(_BODY)
    if body is None or not len(body):
        raise SourceContractBroken("答复不是 SOAP 信封 (not a SOAP envelope)")
    if body[0].tag == _FAULT:
        raise SoapFault(body[0].findtext("faultstring") or "")
    returned = next(iter(body[0]), None)
    if returned is None or not returned.text:
        raise SourceContractBroken("信封中没有报文 (no message in the envelope)")
    return parse_xml(returned.text.encode())
