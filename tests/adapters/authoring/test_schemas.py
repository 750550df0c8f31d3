"""Sources that tell only names: GraphQL schemas, WSDL, and saved answers."""

from pathlib import Path

import orjson
import pytest

from schema.record_type import RecordType
from tests.adapters.authoring import strangers
from tests.adapters.authoring.plugging import write

pytestmark = pytest.mark.anyio
SDL = """
type Query {
  penalties(creditCodes: [String!], first: Int, after: String): PenaltyPage!
  version: String
}
type PenaltyPage { asOf: String next: String items: [Penalty!]! }
type Penalty {
  company: String uscc: String decisionNo: String violation: String facts: String
  legalBasis: String
  "处罚种类" kinds: String
  content: String fineAmount: String decisionDate: String authority: String
}
"""


async def test_a_schema_gives_the_document(tmp_path: Path):
    path = tmp_path / "x.graphql"
    path.write_text(SDL, encoding="utf-8")
    made = await write(str(path))
    section = made.declaration.sections[RecordType.PENALTY]
    document = str(section.options["document"])
    assert "penalties(creditCodes: $codes, after: $after, first: 200)" in document
    assert "asOf next items {" in document
    assert section.options["rows"] == "data.penalties.items"
    assert section.options["next"] == "data.penalties.next"
    assert section.fields["categories"].columns == ("kinds",)
    assert section.key.uscc == ("uscc",)


async def test_a_saved_answer_gives_rows_and_columns(tmp_path: Path):
    rows = [strangers.nested(fact) for fact in strangers.penalties()]
    path = tmp_path / "xzcf.json"
    path.write_bytes(orjson.dumps({"ok": True, "payload": {"rows": rows}}))
    made = await write(str(path))
    section = made.declaration.sections[RecordType.PENALTY]
    assert section.options["rows"] == "payload.rows"
    assert section.fields["decidedOn"].columns == ("penaltyDate",)
    assert made.trials[RecordType.PENALTY].set_aside == 0


async def test_a_saved_message_gives_rows_and_columns(tmp_path: Path):
    facts = strangers.penalties()[:9]
    rows = "".join(
        "<record>"
        + "".join(
            f"<{head}>{write_(fact)}</{head}>"
            for head, write_ in strangers.PINYIN.items()
        )
        + "</record>"
        for fact in facts
    )
    path = tmp_path / "cf.xml"
    path.write_text(
        f"<Message><Header><time>2016-10-20</time></Header><Body>{rows}</Body>"
        "</Message>",
        encoding="utf-8",
    )
    made = await write(str(path))
    section = made.declaration.sections[RecordType.PENALTY]
    assert made.declaration.connection["root"] == "Message"
    assert section.options["rows"] == "Body/record"
    assert made.trials[RecordType.PENALTY].read == len(facts)


async def test_a_wsdl_gives_address_namespace_and_operation(tmp_path: Path):
    columns = "".join(
        f'<s:element name="{head}" type="s:string"/>' for head in strangers.PINYIN
    )
    path = tmp_path / "x.wsdl"
    path.write_text(
        '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"'
        ' xmlns:s="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:a="http://schemas.xmlsoap.org/wsdl/soap/"'
        ' targetNamespace="http://x.gov.cn/">'
        f'<w:types><s:schema><s:complexType name="Xzcf"><s:sequence>{columns}'
        "</s:sequence></s:complexType></s:schema></w:types>"
        '<w:portType name="p"><w:operation name="queryXzcf"/></w:portType>'
        '<w:service name="v"><w:port name="q">'
        '<a:address location="http://10.0.0.1/services/cf"/></w:port></w:service>'
        "</w:definitions>",
        encoding="utf-8",
    )
    made = await write(str(path))
    section = made.declaration.sections[RecordType.PENALTY]
    assert made.declaration.connection["namespace"] == "http://x.gov.cn/"
    assert made.declaration.connection["path"] == "/services/cf"
    request = section.options["request"]
    assert isinstance(request, dict)
    assert request["operation"] == "queryXzcf"
    assert section.fields["decisionNumber"].columns == ("CFWH",)
