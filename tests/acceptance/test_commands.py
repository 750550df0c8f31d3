"""The commands, as an operator types them."""

import csv
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Demo, start_demo

EPD_LICENCES = (
    "query($u: USCC) { enterprise(uscc: $u) { penalties { completeness { status "
    "sources { department { code } outcome } } } } }"
)


def creditnet(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *words],
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def verdict(demo: Demo) -> tuple[str, list[str]]:
    data = demo.data_of(EPD_LICENCES, {"u": demo.stories["everything"]})
    completeness = data["enterprise"]["penalties"]["completeness"]
    silent = [
        source["department"]["code"]
        for source in completeness["sources"]
        if source["outcome"] not in {"LIVE", "MATERIALIZED"}
    ]
    return completeness["status"], silent


def test_a_department_told_to_be_down_and_to_recover(demo: Demo):
    assert verdict(demo) == ("COMPLETE", [])
    demo.creditnet("mock", "fault", "QH-EPD", "down")
    try:
        assert verdict(demo) == ("PARTIAL", ["QH-EPD"])
        assert "QH-EPD" in demo.creditnet("mock", "list").stdout
    finally:
        demo.creditnet("mock", "reset")
    assert verdict(demo) == ("COMPLETE", [])


def test_faults_that_nobody_can_play(demo: Demo):
    for words in (("QH-XXX", "down"), ("QH-EPD", "asleep")):
        done = creditnet("mock", "fault", *words, CREDITNET_DATA=str(demo.data))
        assert done.returncode == 2
        assert words[0] in done.stderr


def test_adapters_are_listed_and_checked(demo: Demo):
    assert "QH-GL" in demo.creditnet("adapter", "list").stdout
    reached = demo.creditnet("adapter", "check", "--live", "--only", "E7").stdout
    assert reached.count("QH-") == 45


def test_presence_is_built_kept_and_shown(demo: Demo):
    demo.creditnet("presence", "build", "QH-EPD", "QH-GL")
    demo.creditnet("presence", "keep")
    shown = demo.creditnet("presence", "show").stdout
    assert "QH-EPD" in shown
    assert "(yes)" in shown
    done = creditnet("presence", "build", "QH-XXX", CREDITNET_DATA=str(demo.data))
    assert done.returncode == 2
    assert "QH-XXX" in done.stderr


def test_a_port_that_is_taken(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = creditnet("demo", CREDITNET_DATA=str(tmp_path), CREDITNET_PORT=port)
    assert done.returncode == 2
    assert port in done.stderr
    assert not (tmp_path / "world.sqlite").exists()


def test_a_data_directory_that_can_not_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    done = creditnet("demo", CREDITNET_DATA=str(tmp_path / "file"))
    assert done.returncode == 2
    assert "数据目录" in done.stderr


def test_a_half_written_database_is_left_alone(tmp_path: Path):
    broken = tmp_path / "core.sqlite"
    broken.write_bytes(b"SQLite format 3\x00 and then nothing that makes sense" * 40)
    before = broken.read_bytes()
    done = creditnet("core", "sync", CREDITNET_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "core.sqlite" in done.stderr
    assert broken.read_bytes() == before


def test_a_half_written_world_is_left_alone(tmp_path: Path):
    broken = tmp_path / "world.sqlite"
    broken.write_bytes(b"SQLite format 3\x00 and then nothing that makes sense" * 40)
    before = broken.read_bytes()
    done = creditnet("demo", CREDITNET_DATA=str(tmp_path), CREDITNET_PORT="0")
    assert done.returncode == 2
    assert "world.sqlite" in done.stderr
    assert broken.read_bytes() == before


def test_settings_that_can_not_be_read():
    done = creditnet("serve", CREDITNET_PORT="many", CREDITNET_DEADLINE="soon")
    assert done.returncode == 2
    assert "CREDITNET_PORT" in done.stderr
    assert "CREDITNET_DEADLINE" in done.stderr


def test_no_departments_run_there(tmp_path: Path):
    done = creditnet("mock", "reset", CREDITNET_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "creditnet demo" in done.stderr


@pytest.fixture(scope="module")
def register(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    file = shared_data / "qinghai_register_2015.csv"
    data = tmp_path_factory.mktemp("register")
    yield from start_demo(data, "--enterprises", "300", "--register", str(file))


def test_the_real_register_is_found_by_code_name_and_region(register: Demo):
    lists = "licences penalties judicialAssistance abnormalListings commendations"
    asked = " ".join(
        f"{name} {{ totalCount completeness {{ status }} }}" for name in lists.split()
    )
    data = register.data_of(
        '{ a: enterprise(uscc: "9163320031086922X7") { name region { code } '
        f"registeredCapital currency {asked} annualReports {{ totalCount "
        "completeness { status } } } "
        'b: enterprise(name: "共和县蓝宗旅游开发有限公司") { uscc } '
        'c: search(text: "蓝宗旅游") { nodes { uscc } } }'
    )
    found = data["a"]
    assert found["name"] == "共和县蓝宗旅游开发有限公司"
    assert found["region"] == {"code": "632521"}
    assert found["registeredCapital"] == "1200000"
    assert data["b"]["uscc"] == "9163320031086922X7"
    assert data["c"]["nodes"] == [{"uscc": "9163320031086922X7"}]
    for name in [*lists.split(), "annualReports"]:
        assert found[name] == {"totalCount": 0, "completeness": {"status": "COMPLETE"}}


def test_all_of_the_real_register_is_there(register: Demo, shared_data: Path):
    path = shared_data / "qinghai_register_2015.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = [row["统一社会信用代码"] for row in rows]
    found: dict[str, str] = {}
    for start in range(0, len(codes), 1000):
        data = register.data_of(
            "query($l: [USCC!]) { enterprises(where: {usccIn: $l}, first: 1000) "
            "{ totalCount nodes { uscc name region { code } } } }",
            {"l": codes[start : start + 1000]},
        )["enterprises"]
        found |= {node["uscc"]: node["name"] for node in data["nodes"]}
        assert all(node["region"] for node in data["nodes"])
    assert len(found) == 8362
    names = {row["统一社会信用代码"]: row["企业名称"].strip() for row in rows}
    assert found == names


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        ("企业名称,统一社会信用代码\n甲,乙\n".encode(), "列"),
        ("企业名称,".encode() + b"\xff\xff\xff,x\n1,2\n", "UTF-8"),
    ],
)
def test_registers_that_can_not_be_used(
    demo: Demo, tmp_path: Path, content: bytes, words: str
):
    file = tmp_path / "register.csv"
    file.write_bytes(content)
    done = creditnet(
        "core", "sync", "--register", str(file), CREDITNET_DATA=str(demo.data)
    )
    assert done.returncode == 2
    assert "register.csv" in done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    "numbers",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT)],
)
def test_a_signal_closes_everything(tmp_path: Path, numbers: tuple[signal.Signals]):
    empty = tmp_path / "departments"
    empty.mkdir()
    settings = {"DATA": str(tmp_path), "DEPARTMENTS": str(empty), "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve"],
        env={"PATH": "/usr/bin:/bin"}
        | {f"CREDITNET_{name}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert "http://" in process.stdout.readline()
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.05)  # the first is being dealt with when the second comes
    _, words = process.communicate(timeout=30)
    assert (process.returncode, words) == (0, "")
