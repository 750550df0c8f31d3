"""Looks at a SOAP interface: at its WSDL, or at an answer that was saved."""

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from lxml import etree

from adapters.authoring.errors import CannotAuthor
from adapters.authoring.sample import MOST_ROWS, Doubt, Look, Sample
from adapters.contract import Row
from adapters.errors import SourceError
from adapters.kinds.soap.messages import SoapFault, read_envelope
from adapters.kinds.soap.options import Connection
from adapters.kinds.xml import parse_xml

_PLAIN = Connection(base_url="")
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}Envelope"


def look_at_message(text: bytes, name: str, variable: str) -> Look:
    """Look at a WSDL or a saved answer; raises CannotAuthor."""
    try:
        root = parse_xml(text)
        if root.tag == f"{_WSDL}definitions":
            return _of_wsdl(root, name, variable)
        message = read_envelope(text, _PLAIN) if root.tag == _ENVELOPE else root
    except SourceError as error:
        raise CannotAuthor(f"{name}: {error.reason}") from error
    except SoapFault as fault:
        words = f"{name}: 这份答复是故障「{fault.words}」，请换一份有记录的（a fault）"
        raise CannotAuthor(words) from fault
    return _of_answer(message, name, variable)


def _of_answer(message: etree._Element, name: str, variable: str) -> Look:
    path, rows = _rows(message)
    if not rows:
        raise CannotAuthor(f"{name}: 报文中没有重复的记录（no rows in the message）")
    section = {"request": _REQUEST, "rows": path}
    return _look(
        [_sample(name.rsplit(".", 1)[0], rows, section)],
        {"root": str(message.tag)},
        variable,
    )


_REQUEST: Mapping[str, object] = {"operation": "query", "body": {"keys": "$keys"}}


def _sample(name: str, rows: Sequence[Row], section: Mapping[str, object]) -> Sample:
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    words = "操作名和参数名请按接口文档改，$keys 代表所查的代码（operation, element?）"
    doubts = (Doubt("request", words),)
    return Sample(name, rows[:MOST_ROWS], columns, section, doubts=doubts)


def _rows(message: etree._Element) -> tuple[str, Sequence[Row]]:
    """Find the elements that repeat and hold elements of their own."""
    counted: Counter[str] = Counter()
    found: dict[str, list[Row]] = {}
    for element in message.iter(etree.Element):
        children = list(element.iterchildren(etree.Element))
        if children and not any(len(one) for one in children):
            path = _path(element, message)
            counted[path] += 1
            row = {str(one.tag): one.text for one in children}
            found.setdefault(path, []).append(row)
    likely = [path for path in counted if path and not path.startswith("Header")]
    best = max(likely, key=lambda one: (counted[one], len(found[one][0])), default="")
    return best, found.get(best, [])


def _path(element: etree._Element, message: etree._Element) -> str:
    steps: list[str] = []
    here: etree._Element | None = element
    while here is not None and here is not message:
        steps.append(str(here.tag))
        here = here.getparent()
    return "/".join(reversed(steps))


def _of_wsdl(root: etree._Element, name: str, variable: str) -> Look:
    """Take operations, address and namespace; the columns if the types name them."""
    operations = [
        str(one.get("name"))
        for one in root.findall(f"{_WSDL}portType/{_WSDL}operation")
        if one.get("name")
    ]
    if not operations:
        raise CannotAuthor(f"{name}: WSDL 中没有操作（no operation in it）")
    address = next((str(one.get("location")) for one in root.iter(_SOAP)), "")
    connection: dict[str, object] = {"namespace": str(root.get("targetNamespace", ""))}
    path = urlsplit(address).path
    if path and path != "/":
        connection["path"] = path
    columns, rows = _columns_of_types(root)
    if not columns:
        raise CannotAuthor(
            f"{name}: WSDL 没有写明报文里的字段，请另给一份答复报文：--from 答复.xml"
            f"（the WSDL names no columns；operations: {'、'.join(operations)}）"
        )
    request = {"operation": operations[0], "body": {"keys": "$keys"}}
    sample = _sample(operations[0], [], {"request": request, "rows": rows})
    sample = Sample(sample.name, (), columns, sample.section, doubts=sample.doubts)
    return _look([sample], connection, variable)


def _columns_of_types(root: etree._Element) -> tuple[tuple[str, ...], str]:
    """Name the elements of the widest type: a record."""
    widest: list[str] = []
    named = ""
    for kind in root.iter(f"{_XSD}complexType"):
        inner = [str(one.get("name")) for one in kind.iter(f"{_XSD}element")]
        plain = [one for one in inner if one != "None"]
        if len(plain) > max(len(widest), 3):
            widest, named = plain, str(kind.get("name") or "record")
    return tuple(widest), f"Body/{named}"


def _look(
    samples: Sequence[Sample], connection: Mapping[str, object], variable: str
) -> Look:
    return Look(
        kind="soap",
        connection={"base_url": f"${{{variable}}}", **connection},
        samples=tuple(samples),
        capabilities={"batch": 50, "scan": False},
        doubts=(
            Doubt("batch", "一次可查几户？（how many at once?）"),
            Doubt("scan", "有列出全部的操作时写 scan 并改为 true（can it list all?）"),
        ),
    )
