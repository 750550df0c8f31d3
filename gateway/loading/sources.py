"""A department as the loader asks it, whatever stands between them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.contract import EnterpriseKey
from gateway.loading.answers import Answer, Note
from schema.record_type import RecordType


class Source(Protocol):
    """Answers for one department: guarded, doubted, from memory."""

    @property
    def department(self) -> str:
        """Code of the department."""

    @property
    def record_types(self) -> frozenset[RecordType]:
        """What it provides."""

    async def ask(
        self, record_type: RecordType, enterprises: Sequence[EnterpriseKey], note: Note
    ) -> Mapping[str, Answer]:
        """Answer for every enterprise, keyed by USCC; `note` is told what it took.

        Never raises for the department's faults.
        """
