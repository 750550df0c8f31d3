"""Reads XML that others wrote; nothing in it may reach out or grow without bound."""

from lxml import etree

from adapters.contract import Row
from adapters.errors import SourceContractBroken


def parse_xml(text: bytes) -> etree._Element:
    """Read a document; raises SourceContractBroken for a broken one, or a DTD."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise SourceContractBroken("不是完整的 XML (not whole XML)") from error
    if tree.getroottree().docinfo.internalDTD is not None:
        raise SourceContractBroken("含有 DTD，已拒绝 (a DTD is refused)")
    return tree


def read_rows(message: etree._Element, path: str) -> list[Row]:
    """Read the rows: every child element a column."""
    return [
        {str(column.tag): column.text or "" for column in row}
        for row in message.findall(path)
    ]


def without_namespaces(message: etree._Element) -> etree._Element:
    """Name all elements as they are called within their namespace."""
    for element in message.iter(etree.Element):
        tag = str(element.tag)
        if tag.startswith("{"):
            element.tag = tag.rpartition("}")[2]
    return message
