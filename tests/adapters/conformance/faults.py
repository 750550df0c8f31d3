"""Seeded faults by name: the check that must trip, and the double that shows it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.conformance.cases import (
    Aside,
    Case,
    CaseRun,
    Expected,
    Outcome,
)
from adapters.conformance.snapshot import Shape, Snapshot
from adapters.declaration import Declaration, load
from schema.record_type import RecordType
from tests.adapters.conformance import broken_adapters as adapters, broken_sources as s
from tests.adapters.conformance.department import DECLARED, REST, Setup, row

PENALTY = RecordType.PENALTY


ONE_KEY = (
    DECLARED.replace('key = ["CF_WSH", "CF_CFJG"]', 'key = ["CF_CFJG"]')
    .replace('record_id = ["CF_WSH"]', 'record_id = ["CF_CFJG"]')
    .replace("delta = true\n", "")
)
WITH_STATUS = DECLARED.replace("[PENALTY.fields]", '[PENALTY.fields]\nstatus = "CF_ZT"')


def _without(line: str, instead: str = "") -> str:
    assert line in DECLARED
    return DECLARED.replace(line, instead)


def _accepted(text: str) -> Callable[[Declaration, Path], Mapping[str, object]]:
    def materials(_: Declaration, folder: Path) -> Mapping[str, object]:
        path = folder / "accepted.toml"
        path.write_text(text, encoding="utf-8")
        return {"accepted": load(path)}

    return materials


def _seen(**changed: object) -> Callable[[Declaration, Path], Mapping[str, object]]:
    columns = sorted(row(1))
    usual: dict[str, object] = {
        "columns": columns,
        "codes": {"CF_CFLB": ["1", "2"]},
        "rows": 24,
        "p50": 0.0,
        "p95": 0.0,
    }
    shape = Shape(**{**usual, **changed})  # type: ignore[arg-type]  # as written
    return lambda *_: {"baseline": Snapshot("QH-TST", {"PENALTY": shape})}


def _case(**changed: object) -> Callable[[Declaration, Path], Mapping[str, object]]:
    expect = Expected(set_aside=[], report=Outcome("LIVE"))
    case = Case("one", PENALTY, (), (), expect)
    usual: dict[str, object] = {
        "case": case,
        "wrong_requests": (),
        "by_code": {},
        "set_aside": (),
        "outcome": "LIVE",
    }
    run = CaseRun(**{**usual, **changed})  # type: ignore[arg-type]  # as written
    return lambda *_: {"cases": [run]}


_WANTS_ONE = Case(
    "one", PENALTY, (), (), Expected(records=[{"enterprise": "x"}], set_aside=[])
)
_WANTS_ASIDE = Case("one", PENALTY, (), (), Expected(set_aside=[Aside(["不是日期"])]))

FAULTS: Mapping[str, tuple[str, Setup]] = {
    # B
    "N+1 calls": ("B1", Setup(build=adapters.OneByOne)),
    "oversize batch": ("B1", Setup(build=adapters.wider(batch=500))),
    "batch that the source refuses": ("B1", Setup(s.RefusesFullBatches)),
    "half answer": ("B2", Setup(s.HalfAnswer)),
    "neighbour of the name": ("B2", Setup(build=adapters.AddsNeighbours)),
    "answer about somebody not asked": ("B2", Setup(build=adapters.AnswersUnasked)),
    "positional matching": ("B3", Setup(build=adapters.ByPosition)),
    "duplicates in the question": ("B4", Setup(build=adapters.DropsDuplicates)),
    "unknown keys in the question": ("B4", Setup(build=adapters.UpsetByStrangers)),
    "empty question makes a call": ("B4", Setup(build=adapters.AsksForNobody)),
    "empty is fault": ("B5", Setup(s.EMPTY_IS_FAULT)),
    "fault is empty": ("B5", Setup(build=adapters.SwallowsErrors)),
    "200 with an error": ("B5", Setup(s.OK_BUT_ERROR)),
    "duplicate pages": ("B6", Setup(s.RepeatsPages)),
    "endless cursor": ("B6", Setup(s.NeverEnds)),
    "file cut short": ("B6", Setup(s.cut_short)),
    # C
    "object instead of a text": ("C1", Setup(s.setting(CF_SY={"a": 1}))),
    "unknown code": ("C2", Setup(s.setting(CF_CFLB="77"))),
    "required field empty": ("C3", Setup(s.setting(CF_YJ="无"))),
    "bad rows: dates": ("C4", Setup(s.setting(CF_JDRQ="去年"))),
    "indefinite date read as a day": (
        "C4",
        Setup(text=_without(', indefinite = ["2099/12/31"]')),
    ),
    "amount that is none": ("C5", Setup(s.setting(CF_NR_FK="若干"))),
    "yuan declared as wan_yuan": ("C5", Setup(s.everywhere(CF_NR_FK="20000"))),
    "wrong check digits": ("C6", Setup(s.edited(s.wrong_checks))),
    "gbk read as latin": (
        "C7",
        Setup(s.setting(CF_NR="罚款".encode().decode("latin-1"))),
    ),
    "replacement characters": ("C7", Setup(s.setting(CF_NR="罚\ufffd 20000 元"))),
    "BOM in a value": ("C7", Setup(s.setting(CF_NR="\ufeff罚款 20000 元"))),
    "full-width number": ("C8", Setup(s.setting(CF_XDR_GSZC="６３０１０２"))),
    "nothing written otherwise": ("C8", Setup(s.setting(CF_SY="(null)"))),
    "schema drift: renamed column": ("C9", Setup(s.renamed("CF_GSJZQ", "GSJZQ_NEW"))),
    "schema drift: new column": ("C9", Setup(s.everywhere(CF_NEW="1"))),
    "one natural key for many": ("C10", Setup(text=ONE_KEY)),
    "record that changes at every look": ("C10", Setup(s.Drips)),
    # D
    "filter ignored": ("D1", Setup(s.IgnoresTheFilter)),
    "wrong total": ("D2", Setup(s.CountsWrong)),
    "stale presence": ("D3", Setup(build=adapters.StalePresence)),
    "delta replayed": ("D4", Setup(s.ReplaysChanges)),
    "delta incomplete": ("D4", Setup(s.LosesChanges)),
    "delta out of order": ("D4", Setup(s.TurnsBack)),
    "stale data": ("D5", Setup(s.aged(days=40))),
    "clock skew": ("D5", Setup(s.aged(hours=-3))),
    "our own time for theirs": ("D5", Setup(text=_without('as_of = "V_META.ASOF"\n'))),
    # E
    "hang": ("E1", Setup(s.HANGS)),
    "cancelling leaks": ("E2", Setup(build=adapters.LeaksPlaces)),
    "rate limited": ("E3", Setup(s.BUSY)),
    "credentials refused": ("E4", Setup(s.DENIED)),
    "flaky": ("E5", Setup(s.DROPS)),
    "more at once than declared": ("E6", Setup(build=adapters.wider(concurrency=9))),
    "down": ("E7", Setup(s.DOWN)),
    "adapter without deadline": (
        "E1",
        Setup(text=REST, live=False, build=adapters.OwnClient, only=("E1",)),
    ),
    "adapter deaf to 429": (
        "E3",
        Setup(text=REST, live=False, build=adapters.OwnClient, only=("E3",)),
    ),
    "adapter deaf to 401": (
        "E4",
        Setup(text=REST, live=False, build=adapters.OwnClient, only=("E4",)),
    ),
    "adapter deaf to resets": (
        "E5",
        Setup(text=REST, live=False, build=adapters.OwnClient, only=("E5",)),
    ),
    # F
    "secret in a log": ("F1", Setup(build=adapters.LogsSecrets)),
    "person in a log": ("F1", Setup(build=adapters.LogsPersons)),
    "text that is cleaned": ("F2", Setup(build=adapters.StripsTags)),
    "text that is a format": ("F2", Setup(build=adapters.Formats)),
    "oversize answer": ("F3", Setup(s.OVERSIZED)),
    "adapter that reads all": (
        "F3",
        Setup(text=REST, live=False, build=adapters.OwnClient, only=("F3",)),
    ),
    # G
    "slow mapping": ("G1", Setup(build=adapters.MapsSlowly)),
    "field lost": ("G2", Setup(materials=_accepted(WITH_STATUS))),
    "code list shrunk": (
        "G2",
        Setup(materials=_accepted(DECLARED.replace('"1" =', '"3" = "OTHER", "1" ='))),
    ),
    "record type lost": (
        "G2",
        Setup(
            materials=_accepted(
                DECLARED.replace('["PENALTY"]', '["PENALTY", "TAX_CREDIT"]')
                + '\n[TAX_CREDIT]\nview = "V"\nkey = "CODE"\n[TAX_CREDIT.fields]\n'
                + 'year = { from = "N", read = "integer" }\ngrade = "G"\n'
                + 'decidedBy = "B"\ndecidedOn = "D"\n'
            )
        ),
    ),
    "sudden change of volume": ("G3", Setup(materials=_seen(rows=2400))),
    "new code value": ("G3", Setup(materials=_seen(codes={"CF_CFLB": ["1"]}))),
    "column gone": ("G3", Setup(materials=_seen(columns=[*sorted(row(1)), "Z"]))),
    # H
    "another request than recorded": (
        "H1",
        Setup(materials=_case(wrong_requests=("path",))),
    ),
    "record of the case missing": ("H2", Setup(materials=_case(case=_WANTS_ONE))),
    "row not set aside": ("H2", Setup(materials=_case(case=_WANTS_ASIDE))),
    "another outcome": ("H3", Setup(materials=_case(outcome="FAILED"))),
}

REFUSED: Mapping[str, tuple[str, str]] = {
    "not TOML": ("A1", DECLARED.replace("[source]", "[source")),
    "a table missing": ("A1", DECLARED.replace("[connection]", "[connektion]")),
    "unknown word of the kind": ("A2", DECLARED.replace('"V_XZCF"', '"V XZCF"')),
    "unknown field": ("A2", DECLARED.replace("decidedOn", "decidedOnn")),
    "unknown reader": ("A2", DECLARED.replace('"wan_yuan"', '"wan_yaun"')),
    "wrong mapping path": ("A2", DECLARED.replace('"CF_SY"', '"items[.x"')),
    "required field missing": ("A3", DECLARED.replace('facts = "CF_SY"\n', "")),
    "secret inline": ("A4", REST.replace("${QH_T}", "s3cr3t-1234")),
}
"""Declarations that can't be loaded: the check that must trip, and the text."""
