"""Declarations for tests, written as departments' engineers write them."""

from pathlib import Path

from adapters.declaration import Declaration, load

HEAD = """\
[source]
department = "QH-TST"
name = "青海省试验厅"
provides = ["PENALTY"]
freshness = "PT6H"
deadline = "PT1.5S"

[connection]
kind = "rest"
base_url = "${QH_TST_URL}"
auth = { kind = "bearer", token = "${QH_TST_TOKEN}" }

[capabilities]
key = "uscc"
batch = 2
"""

PENALTY = """
[PENALTY]
request = { path = "/penalties" }
key = "CODE"
natural_key = ["CF_WSH", "CF_CFJG"]

[PENALTY.fields]
decisionNumber = "CF_WSH"
respondentName = "CF_XDR_MC"
respondentRegistrationNumber = "CF_XDR_GSZC"
categories = { from = "CF_CFLB", read = "codes", codes = { "1" = "WARNING", "2" = "FINE" }, split = "," }
violationType = { value = "其他" }
facts = "CF_SY"
legalBasis = "CF_YJ"
content = "CF_NR"
fine = { from = "CF_NR_FK", read = "wan_yuan" }
decidedOn = { from = "CF_JDRQ", read = "date" }
publishUntil = { from = "CF_GSJZQ", read = "date", indefinite = ["2099/12/31"] }
authority = "CF_CFJG"
procedure = { value = "GENERAL" }

[PENALTY.quirks]
withdrawn_when = { CF_ZT = "2" }
"""  # noqa: E501 - an inline table has to stand on one line


def declare(folder: Path, text: str = HEAD + PENALTY) -> Declaration:
    """Write a declaration and load it."""
    path = folder / "QH-TST.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def penalty(**columns: object) -> dict[str, object]:
    """A row that can be read, with some columns changed."""
    row: dict[str, object] = {
        "CODE": "91630000MA7QH00013",
        "CF_WSH": "青试罚〔2016〕7号",
        "CF_XDR_MC": "青海某某有限公司",
        "CF_XDR_GSZC": "",
        "CF_CFLB": "1,2",
        "CF_SY": "未批先建",
        "CF_YJ": "第二十条",
        "CF_NR": "罚款二万元",
        "CF_NR_FK": "2.000000",
        "CF_JDRQ": "2016/07/22",
        "CF_GSJZQ": "2099/12/31",
        "CF_CFJG": "青海省试验厅",
        "CF_ZT": "1",
    }
    return row | columns
