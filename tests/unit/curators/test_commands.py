"""What commands teach: the one that worked after one that was given wrongly, and the message of a commit."""

from itertools import chain, count

import pytest

from dreamd.curators.rules.distilling.commands import recovered
from dreamd.curators.rules.distilling.distil import distil
from dreamd.curators.rules.distilling.passages import passages
from dreamd.memory.records import Kind, Trust
from dreamd.sessions.events import Act, Event, Role, Transcript

NAMES = count()
USAGE = "Error: unknown flag: --fast"


def run(command, error="", *, cwd="/srv/depot", ok=None, echoed=False):
    """Return a command's events: its call, and its outcome where that is kept."""
    name = str(next(NAMES))
    echoes = ((0, len(command)),) if echoed else ()
    call = Event(command, Role.AGENT, Act.CALL, command, tool="Bash", call=name, cwd=cwd, echoes=echoes)
    failed = Event(command, Role.TOOL, Act.RESULT, error, tool="Bash", call=name, ok=ok if ok is not None else False)
    return [call, failed] if error else [call]


def taught(*commands):
    events = [Event("p", Role.USER, Act.SAID, "run the checks", cwd="/srv/depot"), *chain.from_iterable(commands)]
    events.append(Event("end", Role.AGENT, Act.SAID, "That is what it says.", cwd="/srv/depot"))
    return [passage.text for _index, passage in recovered(events)]


def test_the_command_that_worked_is_told_with_the_one_that_did_not():
    assert taught(
        run("depotctl check --fast all", USAGE), run("cat README.md"), run("depotctl check all 2>&1 | tail -5")
    ) == ["Run `depotctl check all`, not `depotctl check --fast all`, which fails here."]


def test_a_pipe_that_hides_a_failure_hides_nothing_here():
    assert taught(run("depotctl check --fast all | tail", USAGE, ok=True), run("depotctl check all"))


def test_its_folder_is_told():
    assert taught(run("npm test", "npm error Missing script: test"), run("npm test", cwd="/srv/depot/web")) == [
        "Run `npm test` in `web`: elsewhere it fails."
    ]
    assert taught(run("npm test", "npm error Missing script: test"), run("cd web && npm test")) == [
        "Run `npm test` in `web`: elsewhere it fails."
    ]


def test_what_had_to_be_made_ready_is_told():
    assert taught(
        run("pytest tests/api", "could not connect to the database"),
        run("docker compose up -d db"),
        run("pytest tests/api"),
    ) == ["Run `docker compose up -d db` before `pytest tests/api`, which fails without it."]


@pytest.mark.parametrize(
    "commands",
    [
        # it failed because of what it found
        [run("depotctl check all", "3 depots have no country"), run("depotctl check oslo")],
        # it never worked
        [run("depotctl check --fast all", USAGE), run("depotctl check -f all", USAGE)],
        # something else was done
        [run("depotctl check --fast all", USAGE), run("make release")],
        # looking is no work
        [run("cat depots.txt", "No such file or directory"), run("cat data/depots.txt")],
        [run("git log --fast all", "unrecognized argument: --fast"), run("git log all")],
        # somebody's home
        [run("depotctl check --fast all", USAGE), run("depotctl check all --config /home/ines/depot.toml")],
        # a tool proposed it (invariant 7)
        [run("depotctl check --fast all", USAGE), run("depotctl check all", echoed=True)],
    ],
)
def test_what_teaches_nothing_is_not_told(commands):
    assert taught(*commands) == []


def test_an_edit_between_means_that_the_code_was_wrong_and_not_the_command():
    edit = [Event("e", Role.AGENT, Act.CALL, "depot.py", tool="Edit", call="e")]
    assert taught(run("depotctl check --fast all", USAGE), edit, run("depotctl check all")) == []


def test_both_commands_are_evidence_and_an_agent_said_so():
    """Invariants 6 and 7."""
    events = [
        Event("p", Role.USER, Act.SAID, "please check all depots before we ship the parcels", cwd="/srv/depot"),
        *run("depotctl check --fast all", USAGE),
        *run("depotctl check all 2>&1 | tail -5"),
        Event("end", Role.AGENT, Act.SAID, "Every depot is in order.", cwd="/srv/depot"),
    ]
    drafts = distil(Transcript("s1", tuple(events), person="ines", cwd="/srv/depot"))
    draft = next(it for it in drafts if it.text.startswith("Run `depotctl check all`, not"))
    assert draft.kind is Kind.PROCEDURAL
    assert draft.trust is Trust.AGENT
    assert [piece.quote for piece in draft.evidence][:2] == ["depotctl check all", "depotctl check --fast all"]


COMMIT = """git commit -m "$(cat <<'EOF'
Report depots by country

Depots without a postal code were dropped, because the reader treats an empty code as an error.

Co-Authored-By: Someone <s@example.test>
EOF
)\""""


def test_the_sentences_of_a_commits_message_are_passages():
    event = Event("r", Role.AGENT, Act.CALL, COMMIT, tool="Bash")
    found = passages(event)
    kept = next(it for it in found if it.text.startswith("Depots without"))
    assert COMMIT[kept.start : kept.end] == kept.text
    assert not any("Someone" in it.text for it in found)


def test_a_commits_message_that_repeats_a_tool_is_not_believed():
    """Invariant 7."""
    event = Event("r", Role.AGENT, Act.CALL, COMMIT, tool="Bash", echoes=((0, len(COMMIT)),))
    assert passages(event) == []
