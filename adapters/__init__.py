"""How departments are reached: all that a department's module may import."""

from adapters.around import Around, AroundHeld
from adapters.contract import (
    Adapter,
    Ask,
    Capabilities,
    EnterpriseKey,
    Fetched,
    HeldTransport,
    Origin,
    Page,
    Row,
    Rows,
    SetAside,
    SourceRecord,
    Stale,
    Subject,
    Transport,
    Unreadable,
)
from adapters.declaration import Declaration, FieldRule, KeyColumns, Section, load
from adapters.errors import (
    DeclarationError,
    SourceBusy,
    SourceContractBroken,
    SourceDenied,
    SourceError,
    SourceTimedOut,
    SourceUnavailable,
)
from adapters.modules import Module
from adapters.registry import DEPARTMENTS, Registry, load_all
from adapters.source import DeclaredAdapter
from schema.code_list import code_list
from schema.connections import Batch
from schema.declaration import batched, fact, record
from schema.filters import RecordQuery
from schema.record_type import RecordType
from schema.records.record import CreditRecord
from schema.services import Info
from schema.visibility import Visibility

__all__ = [
    "DEPARTMENTS",
    "Adapter",
    "Around",
    "AroundHeld",
    "Ask",
    "Batch",
    "Capabilities",
    "CreditRecord",
    "Declaration",
    "DeclarationError",
    "DeclaredAdapter",
    "EnterpriseKey",
    "Fetched",
    "FieldRule",
    "HeldTransport",
    "Info",
    "KeyColumns",
    "Module",
    "Origin",
    "Page",
    "RecordQuery",
    "RecordType",
    "Registry",
    "Row",
    "Rows",
    "Section",
    "SetAside",
    "SourceBusy",
    "SourceContractBroken",
    "SourceDenied",
    "SourceError",
    "SourceRecord",
    "SourceTimedOut",
    "SourceUnavailable",
    "Stale",
    "Subject",
    "Transport",
    "Unreadable",
    "Visibility",
    "batched",
    "code_list",
    "fact",
    "load",
    "load_all",
    "record",
]
