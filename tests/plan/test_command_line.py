"""`python app.py schedule`: what a person, or a program, gets for a plan file."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import main
from plan.command_line import compute
from plan.plan_file import list_templates, load_template, parse_plan_file
from plan.plan_reading import read_day

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "plan-file.md"

PLAN = """\
title: Northwind for Acme
calendars:
  seller: {country: US}
  buyer: {country: DE, region: BY, closed: [2026-06-15..2026-06-19]}
steps:
  - {id: scope, title: Agree on the scope, phase: Agree, side: joint, days: 2}
  - {id: paper, title: Send the paper, phase: Legal, side: seller, days: 3, after: [scope]}
  - {id: review, title: Review it, phase: Legal, side: buyer, days: 2, after: [paper], lag: 1}
  - {id: budget, title: Confirm the budget, phase: Agree, side: buyer, after: [scope]}
  - id: board
    title: The board agrees
    phase: Sign
    side: buyer
    after: [review, budget]
    only_on: [2026-06-11, 2026-07-09]
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yml"
    path.write_text(PLAN)
    return path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["schedule", *words, "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return json.loads(said.out)


def test_a_plan_with_an_anchor_is_told_in_days(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 June is a Monday; Thursday the 4th is a holiday in Bavaria, Friday 3 July one in the US."""
    found = told(capsys, str(plan), "--anchor", "2026-07-10", "--today", "2026-06-01")
    steps = found.pop("steps")
    assert found == {
        "today": "2026-06-01",
        "anchor": "2026-07-10",
        "projected_anchor": "2026-06-11",
        "days_late": -15,
        "critical_path_days": 9,
        "critical_path": ["scope", "paper", "review", "board"],
        "in_conflict": [],
    }
    assert [step["id"] for step in steps] == ["scope", "paper", "review", "budget", "board"]
    assert steps[2] == {
        "id": "review",
        "latest_start": "2026-07-07",
        "latest_finish": "2026-07-08",
        "slack_days": 0,
        "projected_start": "2026-06-09",
        "projected_finish": "2026-06-10",
        "critical": True,
        "room_days": 15,
    }


def test_without_an_anchor_the_latest_days_are_counted_back_from_its_end(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(plan), "--today", "2026-06-01")
    assert (found["anchor"], found["days_late"], found["projected_anchor"]) == (None, None, "2026-06-11")
    assert {step["id"]: (step["latest_start"], step["latest_finish"]) for step in found["steps"]} == {
        "scope": (-9, -7),
        "paper": (-7, -4),
        "review": (-3, -1),
        "budget": (-2, -1),
        "board": (-1, 0),
    }
    assert all("room_days" not in step for step in found["steps"])


def test_the_anchor_of_the_file_holds_until_another_is_given(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan.write_text("anchor: 2026-06-30\n" + PLAN)
    assert told(capsys, str(plan), "--today", "2026-06-01")["anchor"] == "2026-06-30"
    given = told(capsys, str(plan), "--today", "2026-06-01", "--anchor", "2026-06-20")
    assert given["anchor"] == "2026-06-12"  # a Saturday, after a week in which the buyer is closed


def test_whoever_misses_the_board_waits_for_the_next_one(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, str(plan), "--today", "2026-06-03")
    assert found["projected_anchor"] == "2026-07-09"
    found = told(capsys, str(plan), "--today", "2026-07-03")
    assert found["in_conflict"] == ["board"]


def test_a_plan_is_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAN.encode())))
    assert told(capsys, "-", "--today", "2026-06-01")["projected_anchor"] == "2026-06-11"


def test_a_person_gets_a_table(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", str(plan), "--today", "2026-06-01", "--anchor", "2026-06-10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "Northwind for Acme: 5 steps, 9 working days on the critical path",
        "Seen from Mon 1 Jun 2026 it lands on Thu 11 Jun 2026,"
        " 1 working day after its anchor, Wed 10 Jun 2026.",
    ]
    [board] = [line for line in lines if "The board agrees" in line]
    assert board.startswith("*")
    assert "Thu 11 Jun 2026" in board
    main(["schedule", str(plan), "--today", "2026-06-01"])
    said = capsys.readouterr().out
    assert "it lands on Thu 11 Jun 2026.\n" in said
    assert "0 is the end of the anchor day" in said
    main(["schedule", str(plan), "--today", "2026-07-03"])
    assert "!  " in (said := capsys.readouterr().out)
    assert "cannot end on any of the days it is tied to" in said


def test_nothing_in_a_file_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(
        'title: "\\e[31mred"\nsteps:\n  - {id: a, title: "\\x9b2J\\u202Eabc", phase: P, side: buyer}\n'
    )
    assert main(["schedule", str(path)]) == 0
    said = capsys.readouterr().out
    assert "abc" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_every_list_that_comes_with_tandem_is_computed(capsys: pytest.CaptureFixture[str]) -> None:
    for template in list_templates():
        path = HOUSE / "plan" / "templates" / f"{template.key}.yml"
        found = told(capsys, str(path), "--today", "2026-01-05")
        assert [step["id"] for step in found["steps"]] == [step.id for step in template.steps]
        assert min(step["latest_start"] for step in found["steps"]) == -found["critical_path_days"]
        assert max(step["latest_finish"] for step in found["steps"]) == 0


@pytest.mark.parametrize(("key", "days"), [("smb", 18), ("mid-market", 50), ("enterprise", 136)])
def test_the_three_lists_take_the_days_they_are_known_for(
    key: str, days: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = HOUSE / "plan" / "templates" / f"{key}.yml"
    assert told(capsys, str(path))["critical_path_days"] == days
    assert load_template(key).anchor is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", ["1: the file is empty"]),
        (b"title: T\nsteps: []\n", ["2: `steps` is a list of at least one"]),
        (b"title: \xff\n", ["1: not UTF-8"]),
        (b"title: T\n\n# \xc3(", ["3: not UTF-8"]),
        (
            b"steps:\n  - {id: a, title: A, phase: P, side: buyer, days: 0}\n  - {id: b}\n",
            [
                "2: `days` is a number of working days from 1 to 260",
                "3: `phase` is missing",
                "3: `side` is missing",
                "3: `title` is missing",
            ],
        ),
        (
            b"steps:\n  - {id: a, title: A, phase: P, side: buyer, after: [b]}\n"
            b"  - {id: b, title: B, phase: P, side: buyer, after: [a]}\n",
            [
                "2: these steps wait for each other: a \xe2\x86\x92 b \xe2\x86\x92 a".encode(
                    "latin-1"
                ).decode()
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, said: list[str]
) -> None:
    path = tmp_path / "bad.yml"
    path.write_bytes(text)
    assert main(["schedule", str(path), "--json"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.splitlines() == [f"{path}:{line}" for line in said]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", str(tmp_path / "none.yml")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none.yml'}: No such file or directory\n"
    assert main(["schedule", str(tmp_path)]) == 2
    assert "Is a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "day", ["", "soon", "2026-6-1", "20260601", "2026-W23-1", "2026-06-31", "0001-01-01", "9999-12-31"]
)
@pytest.mark.parametrize("option", ["--anchor", "--today"])
def test_a_day_that_is_none_is_said(option: str, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["schedule", "plan.yml", option, day])
    assert stopped.value.code == 2
    assert (
        f"argument {option}: {day!r} is no day as in 2026-06-30, from 2000 to 2199" in capsys.readouterr().err
    )


def test_the_first_and_the_last_day_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yml"
    path.write_text("steps:\n  - {id: a, title: A, phase: P, side: buyer, days: 3}\n")
    found = told(capsys, str(path), "--today", "2199-12-31", "--anchor", "2000-01-03")
    assert found["projected_anchor"] == "2200-01-02"
    assert found["steps"][0]["latest_start"] == "1999-12-30"


def test_a_plan_without_end_is_said_and_not_computed_for_ever(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "title: T, phase: P, side: joint, days: 260, lag: 260"
    steps = "".join(f"  - {{id: s{n}, {long}, after: [{f's{n - 1}' if n else ''}]}}\n" for n in range(200))
    path = tmp_path / "endless.yml"
    path.write_text(f"steps:\n{steps}")
    assert main(["schedule", str(path), "--today", "2199-12-31"]) == 2
    assert capsys.readouterr().err == f"{path}: the plan goes on for longer than there are days\n"


def test_as_a_command_it_needs_no_settings_and_loads_neither_tables_nor_slack(plan: Path) -> None:
    watch = (
        "import runpy, sys; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", watch, str(HOUSE / "app.py"), "schedule", str(plan), "--json"]
    settings = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(command, cwd=plan.parent, env=settings, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["critical_path_days"] == 9
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "plan" in loaded
    assert not loaded & {"sqlalchemy", "sqlmodel", "pydantic", "slack_sdk", "slack_bolt", "jinja2", "bot"}


def test_what_is_wrong_ends_the_command_with_two(tmp_path: Path) -> None:
    command = [sys.executable, str(HOUSE / "app.py"), "schedule", "-", "--today", "2026-06-01"]
    text = "steps:\n  - {id: a, title: A, phase: P, side: left}\n"
    done = subprocess.run(command, cwd=tmp_path, input=text, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "<stdin>:2: `side` is seller, buyer or joint, not `left`\n"


def test_the_example_of_the_page_says_what_the_page_says() -> None:
    text = PAGE.read_text()
    example = parse_plan_file(text.split("```yaml\n")[1].split("```")[0])
    promised = json.loads(text.split("```json\n")[1].split("```")[0])
    today = read_day(promised["today"])
    assert today is not None
    found = compute(example, example.anchor, today)
    assert str(found.anchor) == promised["anchor"]
    assert str(found.projected_anchor) == promised["projected_anchor"]
    assert (found.days_late, found.critical_path_days) == (
        promised["days_late"],
        promised["critical_path_days"],
    )
    assert list(found.critical_path) == promised["critical_path"]
    [step] = promised["steps"]
    slot = found.slots[step["id"]]
    assert [str(day) for day in slot[:4]] == [
        step[key] for key in ("latest_start", "latest_finish", "projected_start", "projected_finish")
    ]
    assert (slot.slack, slot.room, slot.is_critical) == (
        step["slack_days"],
        step["room_days"],
        step["critical"],
    )


def test_neither_a_closed_input_nor_a_terminal_of_few_letters_breaks_it(tmp_path: Path) -> None:
    command = [sys.executable, str(HOUSE / "app.py"), "schedule", "-"]
    closed = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (closed.returncode, closed.stderr) == (2, "<stdin>: standard input is closed\n")
    text = "steps: [{id: a, title: Übergabe, phase: Ende, side: buyer}]\n"
    few = subprocess.run(
        command,
        cwd=tmp_path,
        input=text.encode(),
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert (few.returncode, b"?bergabe" in few.stdout) == (0, True)
