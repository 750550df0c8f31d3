"""Writes and reads SOAP envelopes; a message 报文 is text inside, or elements."""

from collections.abc import Mapping

from lxml import etree

from adapters.errors import SourceContractBroken
from adapters.kinds.soap.options import Connection
from adapters.kinds.soap.security import add_security
from adapters.kinds.xml import parse_xml, without_namespaces

SOAP: Mapping[str, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
"""Namespaces by version."""
Body = Mapping[str, object]
"""Words to a text, to a list of texts, or to further words."""


class SoapFault(Exception):
    """A fault told inside an envelope; never leaves the kind."""

    def __init__(self, code: str, words: str) -> None:
        """Keep the fault's code, without its prefix, and its words."""
        super().__init__(words)
        self.code = code
        self.words = words


def write_envelope(connection: Connection, operation: str, body: Body) -> bytes:
    """Put an operation and its message into an envelope."""
    soap = SOAP[connection.version]
    envelope = etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap})
    if connection.security:
        header = etree.SubElement(envelope, f"{{{soap}}}Header")
        add_security(header, connection.security, soap)
    call = etree.SubElement(
        etree.SubElement(envelope, f"{{{soap}}}Body"),
        f"{{{connection.namespace}}}{operation}",
    )
    if connection.message == "elements":
        space = f"{{{connection.namespace}}}" if connection.qualified else ""
        _write(call, body, connection.item, space)
    else:
        argument = etree.SubElement(call, "message")
        argument.text = etree.tostring(_message(connection, body), encoding="unicode")
    written = etree.tostring(
        envelope, encoding=connection.encoding, xml_declaration=True
    )
    return written if isinstance(written, bytes) else written.encode()


def _message(connection: Connection, body: Body) -> etree._Element:
    message = etree.Element(connection.root)
    etree.SubElement(message, "Header")
    _write(etree.SubElement(message, "Body"), body, connection.item, "")
    return message


def _write(parent: etree._Element, body: Body, item: str, space: str) -> None:
    """Write words as elements; a list becomes one with an `item` each.

    Without a name for items the element itself is repeated.
    """
    for name, value in body.items():
        if isinstance(value, Mapping):
            _write(etree.SubElement(parent, f"{space}{name}"), value, item, space)
            continue
        if not isinstance(value, list):
            etree.SubElement(parent, f"{space}{name}").text = str(value)
            continue
        within = etree.SubElement(parent, f"{space}{name}") if item else parent
        for text in value:
            etree.SubElement(within, f"{space}{item or name}").text = text


def read_envelope(text: bytes, connection: Connection) -> etree._Element:
    """Read the message out of an envelope, names without their namespaces.

    Raises SoapFault for a fault, SourceContractBroken for anything else that is no
    envelope.
    """
    envelope = parse_xml(text)
    for soap in SOAP.values():
        body = envelope.find(f"{{{soap}}}Body")
        if body is not None and len(body):
            return _of_body(body, f"{{{soap}}}", connection)
    raise SourceContractBroken("答复不是 SOAP 信封 (not a SOAP envelope)")


def _of_body(body: etree._Element, soap: str, connection: Connection) -> etree._Element:
    if body[0].tag == f"{soap}Fault":
        raise _fault(body[0], soap)
    if connection.message == "elements":
        return without_namespaces(body[0])
    returned = next(iter(body[0]), None)
    if returned is None or not returned.text:
        raise SourceContractBroken("信封中没有报文 (no message in the envelope)")
    return without_namespaces(parse_xml(returned.text.encode()))


def _fault(fault: etree._Element, soap: str) -> SoapFault:
    """Read a fault of either version."""
    codes = [fault.findtext("faultcode") or ""]
    codes += [one.text or "" for one in fault.iter(f"{soap}Value")]
    words = fault.findtext("faultstring") or fault.findtext(f"{soap}Reason/{soap}Text")
    return SoapFault(codes[-1].strip().rpartition(":")[2], words or "")
