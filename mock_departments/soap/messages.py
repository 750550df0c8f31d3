"""The messages 报文 inside SOAP envelopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from mock_departments.elements import element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks for."""

    operation: str
    ticket: str
    data_type: str
    keys: Sequence[str] | None
    """None: everything."""
    page: int


def read(envelope: bytes) -> Asked:
    """Read a request; raises etree.XMLSyntaxError for one that is not XML."""
    tree = etree.fromstring(envelope)
    body = tree.find(f"{{{SOAP}}}Body")
    call = body[0] if body is not None else tree
    message = etree.fromstring(next((part.text or "" for part in call), "<x/>"))
    keys = message.find(".//keys")
    return Asked(
        operation=str(call.tag).rpartition("}")[2],
        ticket=message.findtext(".//ticket", ""),
        data_type=message.findtext(".//dataType", ""),
        keys=None if keys is None else [item.text or "" for item in keys],
        page=int(message.findtext(".//pageNo", "1")),
    )


def answer(root: str, row: str, rows: Sequence[Mapping[str, object]], time: str) -> str:
    """Write an answer: header with the data's time, body with rows."""
    written = "".join(element(row, one) for one in rows)
    return (
        f"<{root}><Header><sender>63</sender><time>{time}</time></Header>"
        f"<Body><total>{len(rows)}</total>{written}</Body></{root}>"
    )


def error(root: str, text: str) -> str:
    """Write an error inside an answer."""
    return f"<{root}><Body><error>{escape(text)}</error></Body></{root}>"


def envelope(operation: str, namespace: str, message: str) -> str:
    """Put a message into a SOAP envelope, as one string."""
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>'
        f'<ns:{operation}Response xmlns:ns="{namespace}"><return>{escape(message)}'
        f"</return></ns:{operation}Response></soap:Body></soap:Envelope>"
    )


def fault(text: str) -> str:
    """Write a SOAP fault."""
    return (
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:Server</faultcode><faultstring>{escape(text)}</faultstring>"
        "</soap:Fault></soap:Body></soap:Envelope>"
    )
