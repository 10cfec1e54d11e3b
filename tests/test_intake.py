"""What comes in: whatever a platform, a spreadsheet or a student makes of names and files, nobody is lost or merged."""

import io
import json
import os
import time
import zipfile

import nbformat
import pytest
from grading import back, files, intake, ledger, writing
from grading.assignment import Assignment
from grading.course import Course

import assignments

NAME = "01-autonomous-system"
WORK = json.dumps(Assignment(NAME, 1).release() | {"metadata": {"title": "work"}}).encode()


def work(text="Both are right."):
    """A notebook with that answer in it."""
    notebook = nbformat.reads(WORK.decode(), 4)
    next(c for c in notebook.cells if c.id == "q7").source = text
    return json.dumps(notebook).encode()


def folder(place, files):
    """The files, {path: bytes, or None for a folder}, below a place."""
    for path, data in files.items():
        target = place / path
        (target.parent if data is not None else target).mkdir(parents=True, exist_ok=True)
        if data is not None:
            target.write_bytes(data)
    return place


def zipped(files, encoding="utf-8"):
    """A zip of the files; with another encoding as old programs write it, without the mark of UTF-8."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path + ("/" if data is None else ""))
            archive.writestr(entry, data or b"")
    if encoding == "utf-8":
        return made.getvalue()
    raw = made.getvalue()
    for path in files:  # the same length in bytes is needed: pad the old name with its own bytes' count
        old, new = path.encode(), path.encode(encoding)
        assert len(new) <= len(old)
        stem, dot, ending = new.rpartition(b".")
        raw = raw.replace(old, stem + b"x" * (len(old) - len(new)) + dot + ending)
    return raw.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00").replace(
        b"PK\x03\x04\x14\x00\x00\x08", b"PK\x03\x04\x14\x00\x00\x00"
    )


@pytest.fixture
def course(tmp_path):
    made = Course(tmp_path / "course")
    made.begin(1, {})
    made.state["released"] = [NAME]
    made.folder.mkdir()
    return made


def taken(inbox, course, **more):
    """{(key, assignment): record} of what the inbox holds."""
    listed = {writing.alike(v) for facts in course.state["students"].values() for v in facts.values() if v}
    found = intake.entries(inbox, course.state["released"], listed=listed, **more)
    return {tuple(key.split("\n")): record for key, (record, _) in ledger.sort_out(found, course).items()}


MOODLE = "{}_{}_assignsubmission_file_/work.ipynb"
EXPORTS = {
    "moodle": (
        {
            MOODLE.format("Anne-Marie OBrien", 48213): ("48213", "Anne-Marie OBrien", ""),
            MOODLE.format("김 철수", 48214): ("48214", "김 철수", ""),
            MOODLE.format("Participant", 1207): ("1207", "Participant", ""),
            "Ada_7_assignsubmission_file/a/b/my_1_work.ipynb": ("7", "Ada", ""),
            "Eve_8_assignsubmission_file_my_work_1.ipynb": ("8", "Eve", ""),
            "Team 3_412_assignsubmission_file/work.ipynb": ("412", "Team 3", ""),
        }
    ),
    "canvas": (
        {
            "obrienseanpatrick_LATE_48213_9912345_hw-2.ipynb": ("48213", "obrienseanpatrick", "late"),
            "김철수_48214_9912346_과제_1.ipynb": ("48214", "김철수", ""),
            "jose_garcia_12_3451234_a.ipynb": ("12", "jose_garcia", ""),
            "anon_aB3x9_991234_lab_1.ipynb": ("aB3x9", "aB3x9", ""),
            "LATE_anon_xY3x9_991239_lab_1.ipynb": ("xY3x9", "xY3x9", "late"),
        }
    ),
    "blackboard": (
        {
            "Lab_1_jsmith42_attempt_2026-11-03-10-22-07_my_lab.ipynb": ("jsmith42", "jsmith42", "2026-11-03 10:22:07"),
            "Lab_1_kim_cs_attempt_2026-11-03-23-59-59_과제.ipynb": ("kim_cs", "Kim C", "2026-11-03 23:59:59"),
            "Lab_1_lee_cs_attempt_2026-11-04-23-59-59_과제.ipynb": ("lee_cs", "lee_cs", "2026-11-04 23:59:59"),
        }
    ),
    "brightspace": (
        {
            "12-34 - Mary-Jane O'Connor - June 15, 2025 930 AM/x.ipynb": (
                "12",
                "Mary-Jane O'Connor",
                "2025-06-15 09:30:00",
            ),
            "13-34 - 김철수 - Nov 3, 2026 1022 PM/x.ipynb": ("13", "김철수", "2026-11-03 22:22:00"),
        }
    ),
    "gradescope": (
        {
            "assignment_45_export/submission_1/work.ipynb": ("20261234", "김철수", "2026-11-03 01:22:07"),
            "assignment_45_export/submission_2/work.ipynb": ("b@x.edu", "Bo", "2026-11-03 02:22:07"),
        }
    ),
    "": (
        {
            "ada.ipynb": ("", "ada", ""),
            f"bob-{NAME} (1).ipynb": ("", "bob", ""),
            "O'Brien, Zoë/a/b.ipynb": ("", "O'Brien, Zoë", ""),
        }
    ),
}
ASIDE = {
    "blackboard": {"Lab_1_kim_cs_attempt_2026-11-03-23-59-59.txt": b"Name: Kim C (kim_cs)\nAssignment: Lab 1\n"},
    "brightspace": {"index.html": b"<p>all of them"},
    "gradescope": {
        "assignment_45_export/submission_metadata.yml": (
            "submission_1:\n  :submitters:\n  - :name: 김철수\n    :sid: '20261234'\n"
            "  :created_at: 2026-11-03 01:22:07 Z\nsubmission_2:\n  :submitters:\n  - :name: Bo\n    :email: b@x.edu\n"
            "  :created_at: 2026-11-03 02:22:07 Z\n"
        ).encode()
    },
}


@pytest.mark.parametrize("shape", ["folder", "zip", "zip with a folder on top", "zip inside a folder", "folder in it"])
@pytest.mark.parametrize("platform", EXPORTS, ids=lambda p: p or "mail")
def test_an_export_says_who_and_when_in_whatever_wrapping(tmp_path, course, platform, shape, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    wanted = EXPORTS[platform]
    files = {**dict.fromkeys(wanted, work()), **ASIDE.get(platform, {})}
    top = "top/" if shape in ("zip with a folder on top", "folder in it") else ""
    files = {top + path: data for path, data in files.items()}
    inbox = folder(
        tmp_path / "inbox", {"all.zip": zipped(files)} if "inside" in shape else {} if "zip" in shape else files
    )
    if shape.startswith("zip") and "inside" not in shape:
        (tmp_path / "all.zip").write_bytes(zipped(files))
        inbox = tmp_path / "all.zip"
    records = taken(inbox, course)
    got = sorted((r["platform_id"], r["name"], r["late"] or r["submitted"]) for r in records.values())
    assert got == sorted(wanted.values()) and {r["platform"] for r in records.values()} == {platform}
    assert {name for _, name in records} == {NAME} and all(r["status"] == "" for r in records.values())


ODD = {
    "a.pdf": "unreadable",
    "b.py": "unreadable",
    "c.rar": "unreadable",
    "d.txt": "unreadable",
    "e": "unreadable",
    "f.zip": "unreadable",
    "g.zip": "unreadable",
    "h.zip": "",
    "i.ipynb": "unreadable",
    "j.ipynb": "look at",
    "k.ipynb": "unreadable",
    "l/m.ipynb": "unreadable",
    "m.zip": "unreadable",
    "n.zip": "unreadable",
    "o": "unreadable",
    "p": "",
    f"q_{NAME}.ipynb": "",
}


@pytest.mark.parametrize("platform", [True, False])
def test_whoever_hands_in_anything_has_one_row_that_says_what(tmp_path, course, platform):
    bomb = zipped({"x.ipynb": b"0" * 30_000_000})
    locked = zipped({"x.ipynb": work()}).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )
    files = {
        **dict.fromkeys(["a.pdf", "b.py", "c.rar", "d.txt"], b"text"),
        "e": None,
        "f.zip": b"PK no zip",
        "g.zip": locked,
        "h.zip": zipped({"deep/inner.zip": zipped({"my work.ipynb": work()}), "__MACOSX/._x.ipynb": b""}),
        "i.ipynb": b'{"cells": [',
        "j.ipynb": json.dumps(nbformat.v4.new_notebook()).encode(),
        "k.ipynb": b"0" * 21_000_000,
        "m.zip": bomb,
        "n.zip": zipped({}),
        "o/.hidden/x.ipynb": work(),
        "p/work.ipynb": work(),
        "p/untouched.ipynb": WORK,
        f"q_{NAME}.ipynb": json.dumps(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(Assignment(NAME, 1).answer("q1"))])
        ).encode(),
    }
    if platform:
        files = {f"{path[0]}_{ord(path[0])}_assignsubmission_file_/{path}": data for path, data in files.items()}
    inbox = folder(tmp_path / "inbox", files)
    link = inbox / "l_108_assignsubmission_file_" if platform else inbox / "l"
    link.mkdir()
    (link / "m.ipynb").symlink_to(inbox / ("p_112_assignsubmission_file_/p" if platform else "p") / "work.ipynb")
    os.mkfifo(link / "pipe")
    records = taken(inbox, course)
    got = {record["name"]: record["status"] for record in records.values()}
    assert len(records) == len(ODD) and got == {path[0]: status for path, status in ODD.items()}
    assert all(record["note"] for record in records.values() if record["status"])


def test_a_list_finds_its_students_however_platforms_write_their_names(tmp_path, course):
    listed = {"7": "지우 김", "8": "Sean Patrick O'Brien", "9": "Lee Min", "10": "Min Lee", "11": "Zoë"}
    course.begin(None, {key: {"name": name, "id": key} for key, name in listed.items()})
    files = {
        MOODLE.format("김 지우", 4711): b"broken",
        MOODLE.format("Min Lee", 4712): b"broken",
        MOODLE.format("MinLee", 4713): b"broken",
        "11/work.ipynb": b"broken",
    }
    records = {key: record for (key, _), record in taken(folder(tmp_path / "inbox", files), course).items()}
    assert set(records) == {"7", "10", "11", "4713"}, "of two people called Lee and Min nobody is guessed"
    assert records["7"]["name"] == "지우 김"
    late = taken(folder(tmp_path / "late", {"obrienseanpatrick_LATE_48213_9912345_hw.pdf": b""}), course)
    assert late["8", ""]["late"] == "late"


@pytest.mark.parametrize("path", ["homework.ipynb", "05-BPTT final.ipynb", "01_Autonomous_System.ipynb.txt"])
def test_pasted_answers_are_recognised_by_what_they_define_or_by_their_name(tmp_path, course, path):
    course.state["released"] = [NAME, "05-bptt"]
    variant = Assignment(NAME, 1)
    code = [variant.answer(q) for q in list(variant.questions)[: 1 if "auto" in path.casefold() else 3]]
    fresh = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in code])
    records = taken(folder(tmp_path / "inbox", {f"ada/{path}": json.dumps(fresh).encode(), "bob.pdf": b""}), course)
    assert ("ada", NAME) in records and records["ada", NAME]["status"] == ""


def test_what_the_system_refuses_to_read_is_said(tmp_path, course, monkeypatch):
    inbox = folder(tmp_path / "inbox", {"ada.ipynb": work(), "bob.ipynb": work()})
    read = files.Path.read_bytes

    def refusing(path):
        if path.name == "bob.ipynb":
            raise PermissionError(path)
        return read(path)

    monkeypatch.setattr(files.Path, "read_bytes", refusing)
    records = taken(inbox, course)
    assert records["bob", ""]["status"] == "unreadable" and "PermissionError" in records["bob", ""]["note"]
    assert records["ada", NAME]["status"] == ""


def test_different_ids_are_different_students_and_no_id_is_guessed(tmp_path, course):
    two = {MOODLE.format("Kim", n): work() for n in (1, 2)}
    assert set(taken(folder(tmp_path / "one", two), course)) == {("1", NAME), ("2", NAME)}
    dates = {f"{name}_2026_11_03.ipynb": work() for name in ("ada", "bob")}
    assert len(taken(folder(tmp_path / "two", dates), course)) == 2, "a date in a file's name is no id"
    course.begin(None, {"Kim": {"name": "Kim", "id": ""}})
    claimed = taken(folder(tmp_path / "three", two), course)
    assert len(claimed) == 2 and all("several ids" in r["note"] for r in claimed.values())
    course.state["students"] = {n: {"name": "Kim", "id": n} for n in "12"}
    listed = taken(folder(tmp_path / "four", two), course)
    assert {key for key, _ in listed} == {"1", "2"} and all("release for all" in r["note"] for r in listed.values())


def test_an_id_and_a_name_of_different_students_are_looked_at(tmp_path, course):
    course.begin(None, {"1": {"name": "Anna Lee", "id": "1"}, "1203": {"name": "Bob Ray", "id": "1203"}})
    files = {MOODLE.format("Anna Lee", 1203): work(), MOODLE.format("Ann Alee", 1205): work("mine")}
    records = taken(folder(tmp_path / "inbox", files), course)
    assert {key for key, _ in records} == {"Anna Lee 1203", "1205"}
    assert "that of Bob Ray" in records["Anna Lee 1203", ""]["note"]
    own = {"Anna Lee/Bob Ray_7_assignsubmission_file_x.ipynb": b"broken"}
    assert {key for key, _ in taken(folder(tmp_path / "own", own), course)} == {"1"}, "who named the folder decides"


def test_of_several_versions_the_newest_counts_and_others_are_named(tmp_path, course):
    names = [f"Lab_ada_attempt_2026-11-0{day}-10-00-00_w.ipynb" for day in (2, 4, 3)]
    record = taken(folder(tmp_path / "one", {n: work(str(k)) for k, n in enumerate(names)}), course)["ada", NAME]
    assert record["place"] == names[1] and all(name in record["notes"][0] for name in names)
    names = ["ada_12_991234_w.ipynb", "ada_12_991299_w-1.ipynb"]
    assert taken(folder(tmp_path / "two", {n: work(n) for n in names}), course)["12", NAME]["place"] == names[1]
    files = {**{f"bob/{n}.ipynb": work(n) for n in "ab"}, "ada/a.ipynb": work()}
    assert taken(folder(tmp_path / "three", files), course)["bob", NAME]["status"] == "look at"


TABLE = b"submission_1:\n  :submitters:\n  - :name: bob\n    :sid: bob\n"
STAMP = "_attempt_2026-11-20-11-00-00"
FORGED = {  # whoever is called mallory wants to be bob, or to lose somebody
    "a table of Gradescope": (
        {
            "mallory/submission_metadata.yml": TABLE,
            "mallory/submission_1/x.ipynb": work("forged"),
            "bob/x.ipynb": work(),
        },
        {"mallory", "bob"},
    ),
    "a table beside others": (
        {"submission_metadata.yml": TABLE, "bob/x.ipynb": work(), "mallory.ipynb": work()},
        {"bob", "mallory"},
    ),
    "a table that is none": (
        {"submission_metadata.yml": b"a: 1", "bob/x.ipynb": work(), "al/x.ipynb": work()},
        {"bob", "al"},
    ),
    "a platform's name in a folder": (
        {"mallory/bob_7_assignsubmission_file_/x.ipynb": work("forged"), "bob.ipynb": work()},
        {"mallory", "bob"},
    ),
    "two of them": (
        {f"mallory/{n}_assignsubmission_file_/x.ipynb": work(n) for n in ("bob_7", "al_8")}
        | {"bob.ipynb": work(), "al.ipynb": b""},
        {"mallory", "bob", "al"},
    ),
    "Moodle's name behind Canvas's": (
        {"mmallory_102_9002_x_101_assignsubmission_file_hw.ipynb": work("forged"), "bob_101_9001_hw.ipynb": work()},
        {"101", "102"},
    ),
    "many names of Canvas in a folder of Moodle": (
        {f"mallory_9_assignsubmission_file_/x_{n}_1_a.ipynb": work() for n in range(20)}
        | {"bob_7_assignsubmission_file_/a.ipynb": work(), "al_8_assignsubmission_file_/a.ipynb": work()},
        {"9", "7", "8"},
    ),
    "names of Canvas among files for Moodle": (
        {f"bob_7_assignsubmission_file_/plots/run_{n}_100_loss.png": b"" for n in range(9)}
        | {"bob_7_assignsubmission_file_/a.ipynb": work(), "al_8_assignsubmission_file_/a.ipynb": work()},
        {"7", "8"},
    ),
    "names of Canvas among files for Blackboard": (
        {f"A1_504{STAMP}_{n}_1_a.ipynb": work() for n in (502, 503, 505)}
        | {f"A1_502{STAMP}_a.ipynb": work("mine"), f"A1_504{STAMP}.txt": b"Name: Mal (504)"},
        {"504", "502"},
    ),
    "the same alone": ({"mmallory_LATE_102_9002_x_101_assignsubmission_file_hw.ipynb": work()}, {"102"}),
    "Canvas's name behind Blackboard's": (
        {f"A1_mallory{STAMP}_x_555_1_hw.ipynb": work(), f"A1_bob{STAMP}_hw.ipynb": work("mine")},
        {"mallory", "bob"},
    ),
    "a text for Blackboard": (
        {
            f"A1_mallory{STAMP}.txt": b"Name: Mal (mallory)",
            f"A1_mallory{STAMP}_readme.txt": b"Name: Bob (bob)",
            f"A1_mallory{STAMP}_hw.ipynb": work("forged"),
            f"A1_bob{STAMP}.txt": b"\xff\xfea",
            f"A1_bob{STAMP}_x{STAMP}_hw.ipynb": work(),
        },
        {"mallory", "bob"},
    ),
}


@pytest.mark.parametrize("how", FORGED)
def test_no_student_speaks_for_another(tmp_path, course, how):
    files, wanted = FORGED[how]
    records = taken(folder(tmp_path / "inbox", files), course)
    keys = {key for key, _ in records}
    assert wanted <= keys and len(keys - wanted) <= ("table" in how), keys
    assert not any("forged" in str(r) for (key, _), r in records.items() if key in ("bob", "101"))


def test_what_is_too_much_in_an_export_of_gradescope_spoils_nothing(tmp_path, course):
    files = {**dict.fromkeys(EXPORTS["gradescope"], work()), **ASIDE["gradescope"]}
    table = "assignment_45_export/submission_metadata.yml"
    files |= {table: files[table] + b"submission_9: 5\n", "assignment_45_export/notes.txt": b"by hand"}
    records = taken(folder(tmp_path / "inbox", files), course)
    assert {key for key, _ in records} == {"20261234", "b@x.edu", "notes"}


def test_the_clock_is_the_exchanges_and_nobody_elses(tmp_path, course):
    own = {"mallory/timestamp.txt": b"2020-01-01 00:00:00 UTC", "mallory/x.ipynb": work(), "bob/x.ipynb": work()}
    assert taken(folder(tmp_path / "inbox", own), course)["mallory", NAME]["submitted"] == ""
    clocks = {"ada": b"2026-11-03 10:00:00.123 UTC", "bob": b"\xff\xfe2", "eve": b"9" * 400}
    files = {f"{who}/{NAME}/{NAME}.ipynb": work(who) for who in clocks}
    files |= {f"{who}/{NAME}/timestamp.txt": clock for who, clock in clocks.items()}
    records = taken(folder(tmp_path / "exchange", files), course, exchange=True)
    times = {key: record["submitted"] for (key, _), record in records.items()}
    assert times == {"ada": "2026-11-03 10:00:00", "bob": "", "eve": ""}


@pytest.mark.parametrize("name", ["_1_1" * 16_000 + "\n", "-" * 65_000, "a/" * 30_000 + "x", "x_1" * 80, "1-1 - " * 40])
def test_no_name_holds_a_run_up(tmp_path, course, name):
    (tmp_path / "all.zip").write_bytes(zipped({f"{name}.ipynb": work(), "ada.ipynb": work("mine")}))
    start = time.monotonic()
    records = taken(tmp_path / "all.zip", course)
    assert ("ada", NAME) in records and len(records) == 2 and time.monotonic() - start < 3


def test_a_small_zip_that_grows_is_read_no_further_than_its_share(tmp_path, course):
    huge = WORK.replace(b"Both are right.", b"") + b" " * 9_000_000
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "ada.zip").write_bytes(zipped({f"{n}.ipynb": huge + b" " * n for n in range(40)}))
    (tmp_path / "inbox" / "bob.ipynb").write_bytes(work())
    start = time.monotonic()
    record = taken(tmp_path / "inbox", course)["ada", NAME]
    assert "MB of notebooks" in str(record["notes"]) and time.monotonic() - start < 20


@pytest.mark.parametrize(
    "encoding, names",
    [
        ("cp949", ["김철수", "이영희", "박민준"]),
        ("gbk", ["王小明", "李雷", "韩梅梅", "陈静"]),
        ("cp437", ["Müller", "Zoë", "José"]),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_names_in_zips_of_old_programs_are_read(tmp_path, course, encoding, names, listed):
    if listed:
        course.begin(None, {name: {"name": name, "id": ""} for name in names})
    pads = {name: "x" * (len(name.encode()) - len(name.encode(encoding))) for name in names}
    (tmp_path / "all.zip").write_bytes(zipped({f"{name}.ipynb": work() for name in names}, encoding))
    if listed:  # the padding that keeps the zip valid is part of the name
        course.state["students"] = {n + pads[n]: {"name": n + pads[n], "id": ""} for n in names}
    assert {key for key, _ in taken(tmp_path / "all.zip", course)} == {name + pads[name] for name in names}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize(
    "text, wanted",
    [
        ("김철수\n이영희\n", {"김철수": "", "이영희": ""}),
        ("O'Brien, Zoe\n\n김철수\n", {"O'Brien, Zoe": "", "김철수": ""}),
        ("id,name\n7,김철수\n8,김철수\n", {"7": "7", "8": "8"}),
        ('"Full name";"Identifier"\n"김, 철수";"Participant 7"\n', {"7": "7"}),
        ("First name\tLast name\tID number\n철수\t김\t9\n", {"9": "9"}),
        ("Nachname;Vorname;Matrikelnummer\n김;철수;9\n", {"9": "9"}),
        ("Student,ID,Section\n    Points Possible,,\n김 철수,9,A\n", {"9": "9"}),
    ],
)
def test_a_list_of_students_is_read_as_spreadsheets_save_it(tmp_path, encoding, text, wanted):
    (tmp_path / "class.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    read = assignments.read_students(tmp_path / "class.csv")
    assert {key: facts["id"] for key, facts in read.items()} == wanted
    assert all("김" in facts["name"] or "O'B" in facts["name"] or "이" in facts["name"] for facts in read.values())


def test_a_table_whose_columns_are_unknown_is_not_taken_for_names(tmp_path):
    (tmp_path / "class.csv").write_text("Apellido;Nombre\nKim;Lu\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="called as names are"):
        assignments.read_students(tmp_path / "class.csv")


def test_the_platforms_table_comes_back_filled_in():
    moodle = [
        ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"],
        ["Participant 7", "Kim", "", "20", "-", ""],
        ["Participant 8", "Kim", "", "20", "-", ""],
    ]
    assert back.fill(moodle, "moodle", NAME, {"7": ("Kim", "12", "q1: 2 of 2"), "8": ("Kim", "", "")}) == (1, 1)
    assert moodle[1][2:] == ["12", "20", "-", "q1: 2 of 2"] and moodle[2][2] == ""
    canvas = [
        ["Student", "ID", "Section", "Quiz 11 (98)", "Task 1: alone (99)"],
        ["    Points Possible", "", "", "5", "20"],
        ["Kim", "7", "A", "", ""],
    ]
    assert back.fill(canvas, "canvas", NAME, {"7": ("Kim", "12", "")}) == (1, 0)
    assert canvas[2] == ["Kim", "7", "A", "", "12"] and canvas[1][4] == "20" and len(canvas[0]) == 5
    bright = [["OrgDefinedId", "Last Name", "First Name", "End-of-Line Indicator"], ["#9", "Kim", "Lu", "#"]]
    assert back.fill(bright, "brightspace", NAME, {"12": ("Lu Kim", "12", "")}) == (1, 0)
    assert [line[3:] for line in bright] == [[f"{NAME} Points Grade", "End-of-Line Indicator"], ["12", "#"]]
