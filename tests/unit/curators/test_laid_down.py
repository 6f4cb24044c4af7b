"""What a person lays down for all times is kept, in however few words and wherever it is said; an errand is not."""

import pytest

from dreamd.curators.rules.distilling.choice import MOST_RULES, SPARE
from dreamd.curators.rules.distilling.distil import distil, room
from dreamd.curators.rules.distilling.laid_down import is_rule, is_so_here
from dreamd.sessions.events import Act, Event, Role, Transcript
from dreamd.testing import NOON

RULES = [
    "Boards use pnpm here, never npm.",
    "don't push to main directly, always open a PR",
    "please always run `make board` before committing",
    "use tabs, not spaces",
    "never mock the tide tables in integration tests",
    "always write the changelog entry in the same PR as the change",
    "never commit generated tables, they are built in CI",
    "we deploy from the release branch only",
    "every migration needs a down script",
    "don't use print for logging, use the logger from core.log",
    "whenever you touch the schema, regenerate the client with `make client`",
    "we never squash merge, the history matters for bisecting",
    "tests must not hit the network",
    "use ruff for formatting, black is gone",
    "you must not edit tables under printed/",
    "errors should be wrapped with context, never returned bare",
    "prefer composition over inheritance in this codebase",
    "from now on run the tests with `-race`",
    "do not add new dependencies without asking me first",
    "name feature flags after the ticket, not after the pier",
    "All endpoints must require a pilot's key, except /health.",
    "Indexes on windows are always built concurrently.",
]
ERRANDS = [
    "don't fix anything, just look",
    "never mind the tide tables, go on with the board",
    "don't commit it yet, first show me the plan for the board",
    "it never worked for me on the second pier",
    "this always fails on my machine with the same error",
    "always the same error when the board is read",
    "we need to fix this before the ferry leaves today",
    "let's not do that now, the pilots are waiting",
    "the tests are always failing on the second pier",
    "why do we never see the windows of last year?",
]
TALK = [
    ("mara", "can you look at the import of windows, it is slow"),
    ("agent", "The import in `load_tides` compiles its pattern for every line, so the nightly table takes 40 seconds."),
    ("mara", "ok, can you fix it?"),
    ("agent", "Fixed. `load_tides` now uses one pattern for the whole table, so the nightly one takes 6 seconds now."),
]
AFTER = [("agent", "Understood."), ("mara", "thanks"), ("agent", "You are welcome.")]


def kept(text, before=()):
    lines = [*before, ("mara", text), *AFTER]
    events = tuple(
        Event(f"r{number}", Role.USER if who == "mara" else Role.AGENT, Act.SAID, said, NOON)
        for number, (who, said) in enumerate(lines)
    )
    drafts = distil(Transcript(session="s1", events=events, person="mara"))
    return any(f"r{len(before)}" in {piece.record for piece in draft.evidence} for draft in drafts)


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_kept_from_a_short_session_and_from_a_longer_one(text):
    assert is_rule(text)
    assert kept(text)
    assert kept(text, TALK)


@pytest.mark.parametrize(
    "text",
    ["customers still run last year's board", "the second pier is ours", "ferries of the north are booked by phone"],
)
def test_what_somebody_asks_to_remember_finds_room_whatever_it_is(text):
    assert kept(f"remember that {text}", TALK)


@pytest.mark.parametrize("text", ERRANDS)
def test_what_is_of_the_moment_is_no_rule(text):
    assert not is_rule(text)
    assert not is_so_here(text)
    assert not kept(text, TALK)


def test_there_is_room_for_every_rule_of_a_session():
    said = [("mara", text) for text in RULES[2:9]]
    events = tuple(Event(f"r{n}", Role.USER, Act.SAID, text, NOON) for n, (_, text) in enumerate(said))
    drafts = distil(Transcript(session="s1", events=events, person="mara"))
    assert len(drafts) == len(said)


@pytest.mark.parametrize(
    "text",
    [
        "The tests need Redis running on 6379.",
        "branch names start with the ticket number",
        "we can't use the new parser because the harbour's server is too old",
        "the keys live in the vault of the office",
    ],
)
def test_how_things_are_here_is_known_from_what_went_wrong(text):
    assert is_so_here(text)
    assert not is_so_here("the boards are failing since the ferry left")
    assert not is_so_here("branch names start with the wrong number again")


def test_two_rules_of_one_thing_are_no_evidence_for_each_other():
    rules = [
        "never restart the board by hand, the harbour does it",
        "copies of the board must never be kept on the pier",
    ]
    events = tuple(Event(f"r{number}", Role.USER, Act.SAID, text, NOON) for number, text in enumerate(rules))
    drafts = distil(Transcript(session="s1", events=events, person="mara"))
    assert sorted([piece.quote for piece in draft.evidence] for draft in drafts) == [[rules[1]], [rules[0]]]


def test_of_more_rules_than_anybody_states_the_best_are_kept():
    rules = [f"never add board {number}, the image of pier {number} gets too heavy" for number in range(300)]
    events = tuple(Event(f"r{number}", Role.USER, Act.SAID, text, NOON) for number, text in enumerate(rules))
    transcript = Transcript(session="s1", events=events, person="mara")
    assert MOST_RULES <= len(distil(transcript)) <= MOST_RULES + SPARE * room(transcript) + 1


@pytest.mark.parametrize("lead", ["our rules:", "House style:", "How we work here:", "please remember:"])
def test_what_stands_in_a_list_of_rules_is_one_however_it_is_put(lead):
    rules = [
        "boards use the printed clock, always",
        "if a board is late, take the older one",
        "use paper, ink breaks it",
    ]
    events = (Event("r0", Role.USER, Act.SAID, f"{lead}\n" + "\n".join(f"- {rule}" for rule in rules), NOON),)
    found = {draft.text.lower().rstrip(".") for draft in distil(Transcript(session="s1", events=events, person="mara"))}
    assert found == set(rules)
