"""What a team does: sessions of people and of headless agents, some of them worth nothing, at random times."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)
SATURDAY = 5

SUBJECTS = (
    *("scanner firmware", "the label printer", "the depot schedule", "the parcel index", "the hauler's interface"),
    *("the customs form", "the night shift's list", "the freight table", "the pallet counter", "the route planner"),
    *("the refund queue", "the address check", "the weight sensor", "the dispatch board", "the returns ledger"),
)
RULES = (
    "From now on {} is always tried on staging first, because the last change stopped the belt for an hour.",
    "Never change {} on a Friday, since nobody can put it back before Monday.",
    "From now on whoever touches {} tells the warehouse in the channel first, because they plan their breaks by it.",
)
CAUSES = (
    "The import of {} fails at midnight because its lock is taken by the backup until 00:20.",
    "The flaky test of {} was caused by a clock that the fixture never froze.",
)
WORTHLESS = (
    ("Please run the tests.", "All tests pass."),
    ("Thanks, that looks fine.", "You are welcome."),
    ("What is the time?", "I cannot tell."),
    ("Show me the file again.", "Here it is."),
)


@dataclass(frozen=True)
class Stretch:
    """A piece of a session: the true time at which it ends, on which host, what is said, whether the gate counts it."""

    ends: datetime
    host: int
    session: str
    said: tuple[tuple[str, str], ...]  # role and text
    person: str = ""  # empty: a headless agent's
    counts: bool = True

    def write(self, folder, skew):
        """Append it to its session's log; the times are those of the host's clock."""
        path = folder / f"{self.session}.jsonl"
        ends = self.ends + skew
        rows = [
            {
                "session": self.session,
                "id": f"{ends:%m%dT%H%M%S}-{number}",
                "time": (ends - timedelta(seconds=20 * (len(self.said) - number))).isoformat(),
                "role": role,
                "text": text,
                **({"person": self.person} if self.person else {}),
            }
            for number, (role, text) in enumerate(self.said, 1)
        ]
        with path.open("a") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in rows)


def happen(random, start, days, people):
    """Given a source of chance, the first midnight, a number of days and who sits at each host, return all stretches.

    On a Saturday nothing is done that is worth anything, five times, and on a Sunday nothing at all.
    """
    found = []
    for day in range(days):
        midnight = start + day * DAY
        if midnight.weekday() == SATURDAY:
            found += [_worthless(random, midnight, f"d{day}w{number}", people, person="") for number in range(5)]
        elif midnight.weekday() < SATURDAY:
            number = random.randint(1, 9)
            found += [_some(random, midnight, f"d{day}s{number}", people) for number in range(number)]
            answered = [it for it in found if it.counts]  # the reference counts a session, and not its stretches
            if answered and random.random() < 0.5:  # somebody goes on with a session of before
                found.append(_resumed(random, random.choice(answered), midnight))
    return sorted(found, key=lambda it: it.ends)


def _some(random, midnight, session, people):
    dice = random.random()
    if dice < 0.25:
        return _worthless(random, midnight, session, people, person=random.choice(["", "somebody"]))
    if dice < 0.33:  # nobody answered
        host = random.randrange(len(people))
        said = (("user", "Never mind, I will do it myself."),)
        return Stretch(_at(random, midnight, 8, 18), host, session, said, people[host], counts=False)
    subject, host = random.choice(SUBJECTS), random.randrange(len(people))
    if dice < 0.55:
        said = (("user", f"Find out what is wrong with {subject}."), ("agent", random.choice(CAUSES).format(subject)))
        return Stretch(_at(random, midnight, 0, 23), host, session, said)
    rule = random.choice(RULES).format(subject)
    said = (("user", "Good morning."), ("agent", "Good morning."), ("user", rule), ("agent", "Understood."))
    return Stretch(_at(random, midnight, 8, 18), host, session, said, people[host])


def _worthless(random, midnight, session, people, person):
    asked, answered = random.choice(WORTHLESS)
    host = random.randrange(len(people))
    said = (("user", asked), ("agent", answered))
    return Stretch(_at(random, midnight, 9, 17), host, session, said, person and people[host])


def _resumed(random, before, midnight):
    subject = random.choice(SUBJECTS)
    said = (("user", random.choice(RULES).format(subject)), ("agent", "I will keep to that."))
    ends = max(before.ends + timedelta(hours=2), _at(random, midnight, 8, 18))
    return Stretch(ends, before.host, before.session, said, before.person)


def _at(random, midnight, first, last):
    return midnight + timedelta(seconds=random.randrange(first * 3600, last * 3600))
