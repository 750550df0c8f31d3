"""RESULTS.md: a section for each part, with its date and machine."""

from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_TITLE = "# 测量结果 Results\n\nMade by `make bench`.\n"
PARTS = {
    "peers": "Side by side with peers",
    "guarding": "What audit, policy and limits cost",
    "engine": "The engine alone",
    "demo": "The whole demonstration",
    "presence": "Presence of a large province",
    "mapping": "Mapping beside JSON decoding",
}
"""Headings, in the order of the file."""


def write(part: str, text: str, path: Path = RESULTS) -> None:
    """Put a part's section in the place of the one before."""
    sections = _sections(path.read_text(encoding="utf-8") if path.exists() else "")
    sections[PARTS[part]] = text.strip() + "\n"
    written = [
        f"## {heading}\n\n{sections[heading]}"
        for heading in PARTS.values()
        if heading in sections
    ]
    path.write_text("\n".join([_TITLE, *written]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in text.split("\n## ")[1:]:
        heading, _, rest = piece.partition("\n")
        found[heading.strip()] = rest.strip() + "\n"
    return found
