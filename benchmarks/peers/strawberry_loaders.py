"""The loaders of one request, in the ordinary way: an ORM, a client of departments."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import JSON, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.peers.answers import LISTS
from benchmarks.peers.asking import BATCH, Departments, Rows


class _Base(DeclarativeBase):
    pass


class _Registration(_Base):
    __tablename__ = "registration"
    uscc: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class _AnnualReport(_Base):
    __tablename__ = "annual_report"
    uscc: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Loaders:
    """What resolvers of one request load by."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], departments: Departments
    ) -> None:
        """Load from a core and departments."""
        self._sessions = sessions
        self._departments = departments
        self.reports: DataLoader[str, Rows] = DataLoader(self._reports)
        self.licences = self._listed("licences")
        self.penalties = self._listed("penalties")
        self.assistance = self._listed("judicialAssistance")

    async def registrations(self, codes: Sequence[str]) -> Rows:
        """Give registrations in the order of their codes."""
        wanted = select(_Registration).where(_Registration.uscc.in_(codes))
        async with self._sessions() as session:
            found = await session.scalars(wanted.order_by(_Registration.uscc))
            return [one.body for one in found]

    async def _reports(self, codes: list[str]) -> list[Rows]:
        wanted = (
            select(_AnnualReport)
            .where(_AnnualReport.uscc.in_(codes))
            .order_by(_AnnualReport.uscc, _AnnualReport.record_id.desc())
        )
        held: dict[str, Rows] = {code: [] for code in codes}
        async with self._sessions() as session:
            for one in await session.scalars(wanted):
                held[one.uscc].append(one.facts)
        return [held[code] for code in codes]

    def _listed(self, field: str) -> DataLoader[str, Rows]:
        path, column, _ = LISTS[field]
        return DataLoader(self._asking(path, column), max_batch_size=BATCH)

    def _asking(
        self, path: str, column: str
    ) -> Callable[[list[str]], Coroutine[Any, Any, list[Rows]]]:
        async def load(codes: list[str]) -> list[Rows]:
            rows = await self._departments.ask(path, codes)
            held: dict[str, Rows] = {code: [] for code in codes}
            for row in rows:
                held[row[column]].append(row)
            return [held[code] for code in codes]

        return load
