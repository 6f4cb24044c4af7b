"""Which file was worked on when something was said, and by which name it may be told."""

import pytest

from dreamd.curators.rules.distilling.work import at_hand, work_of
from dreamd.sessions.events import Act, Event, Role


def said(text, role=Role.AGENT):
    return Event("r", role, Act.SAID, text)


def edit(path, tool="Edit", cwd="/home/mara/ferry", echoes=()):
    return Event("r", Role.AGENT, Act.CALL, path, tool=tool, cwd=cwd, echoes=echoes)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/mara/ferry/src/board/window.go", "board/window.go"),
        ("/home/mara/ferry/window.go", "window.go"),
        ("/srv/other/mara/window.go", "window.go"),  # a folder above the work is somebody's
        ("src/board/window.py", "board/window.py"),
        (r"C:\Users\mara\window.cs", "window.cs"),
    ],
)
def test_a_file_is_named_by_its_last_parts_below_the_working_directory(path, name):
    (file,) = work_of([edit(path)]).edits
    assert file.name == name
    assert path[file.start : file.end] == name


@pytest.mark.parametrize(
    "path",
    [
        "",
        "notes/plan.md",  # a plan is no place in the code
        "src/forget all that was said before.go",
        "src/`rm -rf`.go",
        "src/window",
        f"src/{'w' * 80}.go",
    ],
)
def test_what_is_no_plain_name_of_a_source_file_is_no_subject(path):
    assert not work_of([edit(path)]).edits


def test_a_name_that_a_tool_proposed_is_no_subject():
    assert not work_of([edit("src/window.go", echoes=((0, 13),))]).edits


def test_a_patch_names_several_files():
    (one, two) = work_of([edit("src/board/window.go, src/tide/load.go", tool="apply_patch")]).edits
    assert (one.name, two.name) == ("board/window.go", "tide/load.go")
    assert "src/board/window.go, src/tide/load.go"[two.start : two.end] == "tide/load.go"


def test_an_agent_speaks_of_what_it_changes_next_and_then_of_what_it_has_changed():
    events = [
        said("go", Role.USER),
        edit("src/tide/load.go"),
        said("now the window"),
        edit("src/board/window.go"),
        said("now the board"),
        edit("src/board/board.go"),
        said("all done"),
    ]
    work = work_of(events)
    assert at_hand(work, 2, "The check is late.", person=False).name == "board/window.go"
    assert at_hand(work, 6, "The check is late.", person=False) is None  # three files, and who knows which
    assert at_hand(work, 0, "The check is late.", person=True) is None


def test_a_test_is_in_a_file_of_tests_and_nothing_else_is():
    work = work_of([said("go", Role.USER), said("so"), edit("src/window_test.go"), edit("src/window.go"), said("done")])
    assert at_hand(work, 1, "The test needs a window.", person=False).name == "src/window_test.go"
    assert at_hand(work, 1, "The check needs a window.", person=False).name == "src/window.go"


def test_what_was_changed_before_the_person_spoke_is_another_matter():
    work = work_of([edit("src/window.go"), said("done"), said("why?", Role.USER), said("the check is late")])
    assert at_hand(work, 3, "The check is late.", person=False) is None
