from dreamd.phases.readings import Readings
from dreamd.phases.repeats import Lines

TWICE = (
    "The harbour feed carries no offset, so `load_tides` must read the offset of the station first.",
    "`load_tides` reads the station's offset first, since the harbour feed carries no offset.",
)
OTHERS = [
    "Ferries are booked by the half hour and never by the minute.",
    "The board of the north pier shows nine rows.",
    "Swell is measured by the harbour master and not by the buoy.",
]


def repeats(make, first, second):
    chosen, asked = make.memory(first), make.memory(second)
    lines = Lines([chosen, asked, *map(make.memory, OTHERS)], Readings())
    lines.choose(chosen)
    return lines.repeats(asked)


def test_a_line_that_says_most_of_another_repeats_it_either_way(make):
    assert repeats(make, *TWICE)
    assert repeats(make, *reversed(TWICE))


def test_another_number_or_the_opposite_is_another_statement(make):
    assert not repeats(make, "The tide table keeps 8 stations in memory", "The tide table keeps 9 stations in memory")
    assert not repeats(make, "Always rebase a release branch on main", "Never rebase a release branch on main")


def test_lines_about_different_things_stand_side_by_side(make):
    for other in OTHERS:
        assert not repeats(make, TWICE[0], other)
