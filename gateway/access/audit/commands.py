"""What `creditnet audit` does."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec

from gateway.access.audit.disclosure import for_enterprise
from gateway.access.audit.export import Form, exported
from gateway.access.audit.log import KEY
from gateway.access.audit.pruning import prune
from gateway.access.audit.seals import Checkpoint, SealFile
from gateway.access.audit.segments import CHECKPOINTS
from gateway.access.audit.signing import public_key, signing_key
from gateway.access.audit.trail import Trail
from gateway.access.audit.verification import (
    Report,
    chain_of,
    chains,
    read_checkpoints,
    verify,
)
from gateway.errors import OperationRefused
from gateway.settings import SHANGHAI

_PAGE: Final = 1_000


def verify_all(root: Path, checkpoint: Path | None, key: Path | None) -> bool:
    """Go through all chains, say what was found, and whether all is as written.

    `checkpoint` was kept elsewhere; so was `key`, the public one, ideally. Raises
    OperationRefused where there is nothing to verify.
    """
    elsewhere = {
        one.chain: one for one in (read_checkpoints(checkpoint) if checkpoint else ())
    }
    names = {one: chain_of(one) for one in _chains(root)}
    gone = elsewhere.keys() - names.values()
    if gone:
        raise OperationRefused(
            f"没有另存的检查点所指的链 {'、'.join(sorted(gone))} "
            "(the chain of a checkpoint kept elsewhere is not there)"
        )
    known, good = public_key(key or root / KEY), True
    for directory, name in names.items():
        report = verify(directory, known, elsewhere.get(name or ""))
        sys.stdout.write("\n".join(words_of(report)) + "\n")
        good = good and report.good
    return good


def words_of(report: Report) -> Sequence[str]:
    """Say in words what was found of a chain."""
    state = "完好 (as it was written)" if report.good else "有误 (NOT as written)"
    lines = [
        f"{report.directory}: {state}",
        f"  {report.lines:,} 行，{report.files} 个文件 (lines, files)，"
        f"{report.began} – {report.ended}",
        f"  检查点 {report.checkpoints} 个，签名至第 {report.sealed} 行，共至第 "
        f"{report.last} 行 (checkpoints; the last signed line, the last line)",
    ]
    if report.removed:
        lines.append(f"  依规定清除至第 {report.removed} 行 (removed by rule)")
    if report.torn:
        lines.append(f"  中断未写完 {report.torn} 处 (torn lines set aside)")
    if report.live:
        lines.append("  网关正在写入 (a gateway is writing)")
    lines += [f"  {fault}" for fault in report.faults]
    if report.faulty > len(report.faults):
        lines.append(f"  … 共 {report.faulty} 处 (in all)")
    return lines


def export(root: Path, began: date | None, ended: date | None, form: Form) -> None:
    """Write the entries of some days, both included, to standard output."""
    _chains(root)
    for line in exported(root, began, ended, form):
        sys.stdout.buffer.write(line)


def tell_about(root: Path, uscc: str) -> None:
    """Write which offices looked at an enterprise's data, newest first, as JSON."""
    _chains(root)
    trail, after, more = Trail(root), None, True
    while more:
        page, more = for_enterprise(trail, uscc, _PAGE, after)
        for one in page:
            sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
            after = one.cursor


def prune_all(root: Path, before: date) -> None:
    """Remove whole files that are older than a day, under a signature."""
    key = signing_key(root / KEY)
    for directory in _chains(root):
        gone = prune(directory, before, key, datetime.now(SHANGHAI))
        sys.stdout.write(
            f"{directory}: 清除 {gone.files} 个文件，{gone.lines:,} 行 "
            "(files and lines removed)\n"
        )


def show_checkpoint(root: Path) -> None:
    """Write the newest checkpoint of each chain, to be kept elsewhere."""
    for directory in _chains(root):
        newest = SealFile(directory / CHECKPOINTS, Checkpoint).newest()
        if newest is not None:
            sys.stdout.write(msgspec.json.encode(newest).decode() + "\n")


def _chains(root: Path) -> Sequence[Path]:
    found = chains(root)
    if not found:
        raise OperationRefused(f"{root} 中没有审计记录 (no audit log there)")
    return found
