"""Deals records out to enterprises: few hold many, most hold none."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from mock_departments.world.model import TrueEnterprise

FULL = 66_800
PREFECTURES = {
    "QH-XN": "6301", "QH-HD": "6302", "QH-HX": "6328", "QH-HN": "6325",
    "QH-HB": "6322", "QH-HU": "6323", "QH-YS": "6327", "QH-GL": "6326",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contributor:
    """One department of the table."""

    code: str
    name: str
    counts: tuple[tuple[str, int], ...]
    key: str


@cache
def contributors() -> Sequence[Contributor]:
    """Read the 45 departments."""
    with (files(__package__) / "departments.csv").open(encoding="utf-8") as file:
        return tuple(
            Contributor(
                row["code"], row["name_2016"], _counts(row["record_counts"]), row["key"]
            )
            for row in csv.DictReader(file)
        )


def _counts(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (part.split("=") for part in text.split(";"))
    return tuple((name, int(count)) for name, count in pairs)


def scaled(count: int, enterprises: int) -> int:
    """Scale a count of the full world down; at least one stays."""
    return max(1, round(count * enterprises / FULL))


def slots(
    enterprises: Sequence[TrueEnterprise], needed: int, random: Random
) -> list[int]:
    """Give `needed` owners, one per record, in random order.

    60 % of enterprises own none, 25 % one to three, 1 % a fifth of all.
    """
    order = [place for place, one in enumerate(enterprises) if "story" not in one.facts]
    random.shuffle(order)
    few, rich = int(len(order) * 0.25), max(1, int(len(order) * 0.01))
    middle = int(len(order) * 0.14)
    owners: list[int] = []
    for place in order[:few]:
        owners += [place] * random.randint(1, 3)
    for place in order[few : few + rich]:
        owners += [place] * max(1, int(needed * 0.2 / rich * random.uniform(0.3, 1.7)))
    rest = order[few + rich : few + rich + middle]
    while len(owners) < needed:
        owners.append(random.choice(rest))
    random.shuffle(owners)
    return owners[:needed]


def preference(code: str, key: str) -> Callable[[TrueEnterprise], bool] | None:
    """Say whom a department's records are about, where that matters."""
    if code in PREFECTURES:
        prefix = PREFECTURES[code]
        return lambda one: str(one.facts["regionCode"]).startswith(prefix)
    if key == "registration_number":
        return lambda one: one.registration_number is not None
    if code == "QH-FDA":
        return lambda one: one.uscc.startswith("92") or one.number % 4 == 0
    if code == "QH-AGR":
        return lambda one: one.uscc.startswith("93") or one.number % 3 == 0
    if code == "QH-LRD":
        return lambda one: one.facts["industrySection"] == "B" or one.number % 5 == 0
    return None


def deal(
    enterprises: Sequence[TrueEnterprise], random: Random
) -> Iterator[tuple[Contributor, str, int, TrueEnterprise]]:
    """Yield department, record type, serial number and owner of every record."""
    wanted = [
        (one, record_type, scaled(count, len(enterprises)))
        for one in contributors()
        for record_type, count in one.counts
    ]
    picky_first = sorted(
        wanted, key=lambda item: preference(item[0].code, item[0].key) is None
    )
    pool = slots(enterprises, sum(count for *_, count in wanted), random)
    for department, record_type, count in picky_first:
        likes = preference(department.code, department.key)
        for serial, place in enumerate(_take(pool, count, enterprises, likes), start=1):
            yield department, record_type, serial, enterprises[place]


def _take(
    pool: list[int],
    count: int,
    enterprises: Sequence[TrueEnterprise],
    likes: Callable[[TrueEnterprise], bool] | None,
) -> list[int]:
    """Take owners off the pool, those that the department is about first."""
    if likes is None:
        taken, pool[:] = pool[-count:], pool[:-count]
        return taken
    liked = [i for i, place in enumerate(pool) if likes(enterprises[place])][:count]
    chosen = set(liked)
    taken = [pool[i] for i in liked]
    pool[:] = [place for i, place in enumerate(pool) if i not in chosen]
    eligible = [
        place
        for place, one in enumerate(enterprises)
        if likes(one) and "story" not in one.facts
    ]
    while len(taken) < count:
        taken.append((eligible or taken)[len(taken) * 7 % len(eligible or taken)])
        if pool:
            pool.pop()
    return taken
