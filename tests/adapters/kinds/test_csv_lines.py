import csv
import io

from hypothesis import given, strategies as st

from adapters.kinds.files.csv_lines import MOST_LINES, read_csv
from adapters.kinds.files.encodings import Decoded, decode

CELL = st.text(
    st.one_of(
        st.sampled_from(list(",\"\n\r'; \t青海省〔2016〕号，")),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    ),
    max_size=8,
)
ROWS = st.lists(st.tuples(st.just("x"), CELL, CELL).map(list), max_size=12)
PLAIN = st.tuples(st.just("x"), *[st.text("省〔2016〕 ；", max_size=5)] * 2).map(list)
HEAD = ["代码", "名称", "内容"]


def written(rows: list[list[str]], end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    if end == "\r\n":
        csv.writer(text, lineterminator=end).writerows([HEAD, *rows])
    else:  # a writer that ends lines by LF alone forgets to quote CR
        quoted = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
        quoted.writerows([HEAD, *rows])
    return text.getvalue()


@given(
    ROWS,
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "gbk"]),
)
def test_what_was_written_is_read(
    rows: list[list[str]], end: str, encoding: str
) -> None:
    data = written(rows, end).encode(encoding)
    sheet = read_csv(decode(data, "a.csv"), 1)
    assert [line.cells for line in sheet.lines] == [HEAD, *rows]
    assert not sheet.broken
    assert sheet.cut is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    sheet = read_csv(Decoded(text), 1)
    assert all(len(line.cells) == len(sheet.lines[1].cells) for line in sheet.lines[1:])


@given(st.lists(PLAIN, min_size=1, max_size=9), st.data())
def test_one_broken_line_takes_no_other_along(
    rows: list[list[str]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(rows)))
    broken = data.draw(st.sampled_from(['x,"never closed', "x,too,many,cells", "x"]))
    texts = written(rows).split("\r\n")
    texts.insert(place, broken)
    sheet = read_csv(Decoded("\r\n".join(texts)), 1)
    assert [line.cells for line in sheet.lines[1:]] == rows
    assert [(one.number, one.text) for one in sheet.broken] == [(place + 1, broken)]


def test_a_quote_never_closed_costs_one_line() -> None:
    rows = [["x", str(number), "内容"] for number in range(MOST_LINES * 2)]
    text = written(rows).replace("x,5,", 'x,"5,')
    sheet = read_csv(Decoded(text), 1)
    assert [line.cells for line in sheet.lines[1:]] == rows[:5] + rows[6:]
    assert [broken.number for broken in sheet.broken] == [7]


def test_trailing_empty_cells_are_no_fault() -> None:
    sheet = read_csv(Decoded("a,b,,\r\n1,2,,\r\n3,4\r\n5,6,7\r\n8\r\n"), 1)
    assert [line.cells for line in sheet.lines[1:]] == [["1", "2"], ["3", "4"]]
    assert [broken.number for broken in sheet.broken] == [4, 5]


def test_a_last_line_without_end_is_cut_unless_declared() -> None:
    assert read_csv(Decoded("a,b\n1,2"), 1).cut
    assert read_csv(Decoded("a,b\n1,2"), 1, open_end=True).cut is None
    assert read_csv(Decoded("a,b\n1,2", cut=True), 1, open_end=True).cut
