"""A part's figures stand in its own section of RESULTS.md."""

from pathlib import Path

from benchmarks import results


def test_a_part_takes_the_place_of_its_last_figures(tmp_path: Path):
    path = tmp_path / "RESULTS.md"
    results.write("demo", "first\n\n### a table\n\n| 1 |", path)
    results.write("peers", "others", path)
    results.write("demo", "second", path)
    text = path.read_text(encoding="utf-8")
    assert "first" not in text
    assert "a table" not in text
    assert text.index("others") < text.index("second")
    assert text.count("\n## ") == 2
