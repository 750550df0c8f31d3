"""How departments write down whom a record is about, slips included."""

from dataclasses import dataclass
from random import Random

from mock_departments.world.codes import uscc
from mock_departments.world.model import TrueEnterprise

Written = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Identity:
    """The respondent as written, and what is wrong with it."""

    written: Written
    usccs: tuple[str, ...]
    dirt: frozenset[str]


def write(
    department: str,
    key: str,
    who: TrueEnterprise,
    random: Random,
    shared: tuple[str, ...],
) -> Identity:
    """Write a respondent as this department does.

    `shared` are names that several enterprises bear.
    """
    if key == "name":
        return _by_name(who, random, shared)
    if key == "registration_number":
        return _plain(
            who,
            {
                "uscc": None,
                "registrationNumber": who.registration_number,
                "name": who.name,
            },
        )
    written: Written = {
        "uscc": who.uscc,
        "registrationNumber": who.registration_number,
        "name": who.name,
    }
    if department == "QH-STD" and random.random() < 0.08:
        return Identity({**written, "uscc": None}, (who.uscc,), frozenset({"no_code"}))
    if department == "QH-GRA" and random.random() < 0.10 and set("01") & set(who.uscc):
        typed = (
            who.uscc.replace("0", "O", 1)
            if "0" in who.uscc
            else who.uscc.replace("1", "I", 1)
        )
        return Identity(
            {**written, "uscc": typed}, (who.uscc,), frozenset({"typed_by_hand"})
        )
    return _plain(who, written)


def stranger(number: int, written_name: str) -> Identity:
    """Write a valid code that nobody has."""
    code = uscc("91", "630104", 990_000 + number)
    return Identity(
        {"uscc": code, "registrationNumber": None, "name": written_name},
        (),
        frozenset({"unknown_code"}),
    )


def _plain(who: TrueEnterprise, written: Written) -> Identity:
    return Identity(written, (who.uscc,), frozenset())


def _by_name(who: TrueEnterprise, random: Random, shared: tuple[str, ...]) -> Identity:
    luck = random.random()
    nobody: Written = {"uscc": None, "registrationNumber": None}
    if luck < 0.78:
        return _plain(who, {**nobody, "name": who.name})
    if luck < 0.88:
        return Identity(
            {**nobody, "name": _variant(who.name, random)}, (who.uscc,), frozenset()
        )
    if luck < 0.93:
        name = who.former_names[0] if who.former_names else who.name
        dirt = frozenset({"former_name"}) if who.former_names else frozenset[str]()
        return Identity({**nobody, "name": name}, (who.uscc,), dirt)
    if luck < 0.95 and shared:
        name = random.choice(shared)
        return Identity({**nobody, "name": name}, (), frozenset({"ambiguous_name"}))
    name = f"{who.name[:2]}无此名{random.randint(100, 999)}有限公司"
    return Identity({**nobody, "name": name}, (), frozenset({"unknown_name"}))


def _variant(name: str, random: Random) -> str:
    if "有限责任公司" in name:
        return name.replace("有限责任公司", "有限公司")
    if name.endswith("有限公司") and random.random() < 0.5:
        return name.replace("有限公司", "有限责任公司") + " "
    return f" {name[:2]} {name[2:]}  "
