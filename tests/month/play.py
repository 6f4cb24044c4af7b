"""A team's days, hour by hour: what happens, what each host does about it, and whether that is what it ought to do."""

import json
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from dreamd.memory.files import create_store

from .hosts import Host
from .judge import explained, judge_gates, judge_service, judge_timer
from .mishaps import memory_fails, mount_fails, power_fails
from .model import Reader, Terms, is_due
from .sessions import SATURDAY, happen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IDLE = timedelta(minutes=30)
NEW_SESSIONS = 5
#: name, minutes that its clock is ahead, whether a timer asks in place of a service, time zone, who sits there
TEAM = (
    ("alpha", 10, False, "UTC", "ana"),
    ("beta", -10, False, "Europe/Berlin", "ben"),
    ("gamma", 4, False, "America/New_York", "gil"),
    ("delta", -7, True, "Asia/Tokyo", "dora"),
    ("epsilon", 0, False, "Europe/Lisbon", "eva"),
)
#: how often the timer of a host without a service asks
TIMER_HOURS = 6


@dataclass(frozen=True)
class Chances:
    """How likely mishaps are, in a run and in a day, and whether a minute is waited for a dead host's lease."""

    in_a_run: float = 0.35
    mount: float = 0.25
    clock: float = 0.12
    patient: bool = False


class Month:
    """Days of a team. What was seen is counted in ``seen``; what is wrong fails at once."""

    def __init__(self, folder, seed, start, days, chances):
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.now = start
        self.end = start + days * DAY
        self.chances = chances
        self.store = create_store(folder / "store").root
        policy = {"interval": "24h", "new_sessions": NEW_SESSIONS}
        self.hosts = [
            Host(name, folder / name, self.store, policy, skew=timedelta(minutes=ahead), timer=timer, zone=zone)
            for name, ahead, timer, zone, _ in TEAM
        ]
        self.right = {host: host.skew for host in self.hosts}
        self.reader = Reader(self.store)
        self.coming = happen(self.random, start, days, [person for *_, person in TEAM])
        self.terms = Terms(DAY, NEW_SESSIONS, frozenset(it.session for it in self.coming if it.counts))
        self.worthless = {it.session for it in self.coming if it.ends.weekday() == SATURDAY}
        self.waiting = {host: {} for host in self.hosts}  # sessions that are written and not collected: their last time
        self.later = []  # (time, what is put right then)
        self.by_hand, self.odd = set(), set()  # runs that no gate was asked for, or a clock that is wrong
        self.forgotten = set()
        self.when = {}  # generation to the true time
        self.due_since = None
        self.longest_wait = timedelta()
        self.seen = Counter()

    # What happens

    def play(self):
        for host in self.hosts:
            host.start()
        try:
            while self.now < self.end:
                self.now += HOUR
                self.hour()
            self.put_all_right()
        finally:
            for host in self.hosts:
                if host.runs:
                    host.die()

    def hour(self):
        # How far a host was when its power failed is not for chance to decide, and must not decide on later chances.
        self.random.seed(f"{self.seed} {self.now}")
        while self.coming and self.coming[0].ends <= self.now:
            stretch = self.coming.pop(0)
            host = self.hosts[stretch.host]
            stretch.write(host.logs, host.skew)
            ended = stretch.ends + host.skew
            self.waiting[host][stretch.session] = max(ended, self.waiting[host].get(stretch.session, ended))
        for due, right in [it for it in self.later if it[0] <= self.now]:
            right()
            self.later.remove((due, right))
        self.people()
        self.mishaps()
        self.turns()
        self.hold_to_the_time()

    def people(self):
        """Let people do by hand what they do; late on a Friday somebody leaves nothing for the weekend."""
        host = self.random.choice([it for it in self.hosts if it.runs and it.mounted])
        if self.read().aside:
            self.dream_by_hand(host, "--retry")
            self.seen["tried again what was set aside"] += 1
        if self.now.weekday() == SATURDAY and self.now.hour == 2:
            self.dream_by_hand(host)
        if self.now.weekday() >= SATURDAY or not 8 <= self.now.hour <= 19:
            return
        if self.random.random() < 0.1:
            host.type(self.now, "remember", f"Bay {self.random.randrange(1000)} is closed until the roof is mended")
            self.seen["remembered"] += 1
        if self.random.random() < 0.02:
            self.dream_by_hand(host)
        if self.random.random() < 0.03:
            self.forget(host)
        if self.random.random() < 0.03:
            memory = self.store / "MEMORY.md"
            if memory.exists():
                memory.write_text(f"{memory.read_text()}- Gate {self.random.randrange(1000)} needs the red key\n")
                self.seen["edited by hand"] += 1

    def dream_by_hand(self, host, *options):
        before = self.read()
        out = json.loads(host.type(self.now, "--json", "dream", *options))
        self.by_hand.add(out["run"])
        after = self.read()
        self.collected(host, before, after)
        self.noticed(before, after, host)
        assert out["outcome"] in {"committed", "nothing new"}
        assert (out["outcome"] == "committed") == (len(after.dreams) > len(before.dreams))
        for verdict in out["gates"]["verdicts"]:
            explained(verdict)
        self.seen["dreamt by hand"] += 1

    def forget(self, host):
        known = [json.loads(line)["id"] for line in host.type(self.now, "export").splitlines()]
        if known:
            chosen = self.random.choice(known)
            host.type(self.now, "forget", chosen)
            self.forgotten.add(chosen)
            self.seen["forgotten"] += 1

    def mishaps(self):
        if self.now.weekday() >= SATURDAY - 1 or self.now.hour != 7:
            return
        chance, hosts = self.random.random, [it for it in self.hosts if it.runs and it.mounted]
        back = self.now + self.random.randrange(2, 30) * HOUR
        if chance() < self.chances.mount and len(hosts) > 2:
            host = self.random.choice(hosts)
            host.lose_mount()
            self.later.append((back, partial(self.mount_again, host)))
            self.seen["lost its mount"] += 1
        host = self.random.choice(hosts)
        if chance() < self.chances.clock and host.skew == self.right[host]:
            host.skew = self.random.choice([-60 * DAY, -3 * DAY, -5 * HOUR, 9 * HOUR, 4 * DAY])
            self.later.append((back, partial(setattr, host, "skew", self.right[host])))
            self.seen["clock jumped"] += 1

    def mount_again(self, host):
        assert not any(host.mount.iterdir()), "something was written where the mount is gone"
        if host.runs:
            host.mount_again()

    def put_all_right(self):
        for _, right in self.later:
            right()
        self.later = []
        for host in self.hosts:
            if not host.runs:
                host.start()
        self.now += HOUR
        self.turns(together=False)

    # What the hosts do

    def turns(self, together=None):
        hosts = [host for host in self.hosts if host.runs and not (host.timer and self.now.hour % TIMER_HOURS)]
        self.random.shuffle(hosts)
        together = self.random.random() < 0.15 if together is None else together
        if together:
            self.at_once(hosts[:3])
            hosts = hosts[3:]
        for host in filter(lambda it: it.runs, hosts):
            due = self.ought(host, self.read())
            if due and self.random.random() < self.chances.in_a_run:
                self.random.choice([power_fails, memory_fails, mount_fails])(self, host)
            else:
                self.turn(host)

    def turn(self, host):
        """Let one host have its turn alone: what it does is known to the letter."""
        before = self.read()
        reply = host.turn(self.now)
        after = self.read()
        if not host.mounted:
            assert (host.timer and reply["code"]) or reply["trouble"], f"{host.name} says nothing of its mount: {reply}"
            assert (before.entries, before.parts) == (after.entries, after.parts)
            return
        self.collected(host, before, after)
        due = is_due(replace(before, parts=after.parts), self.terms, host.clock(self.now))
        dreamt = self.noticed(before, after, host)
        where = f"{self.now:%a %d %H:%M}, {host.name} at {host.clock(self.now):%d %H:%M}"
        assert bool(dreamt) == due, f"{where}: due is {due}, dreamt {len(dreamt)} times: {reply}"
        judge_gates(reply["gates"], after, self.terms, host.clock(self.now), where)
        self.seen["decisions"] += 1
        self.seen["launchers"] += not host.timer and reply["launched"] is not None
        (judge_timer if host.timer else judge_service)(reply, due, where)

    def at_once(self, hosts):
        """Let several hosts have their turns at the same time: at most one of them dreams."""
        before = self.read()
        for host in hosts:
            host.begin_turn(self.now)
        for host in hosts:
            gates = host.receive()["gates"]
            for verdict in gates["verdicts"] if gates else ():
                explained(verdict)
        after = self.read()
        for host in hosts:
            if host.mounted:
                self.collected(host, before, after, alone=False)
        dreamt = self.noticed(before, after, *hosts)
        assert len(dreamt) <= 1, f"{len(dreamt)} dreams at {self.now}"
        self.seen["turns at once"] += 1

    # What is held against what they ought to do

    def read(self):
        return self.reader.read()

    def ought(self, host, state):
        """Tell whether a host that has its turn now ought to dream, with what it will collect."""
        if not host.mounted:
            return False
        clock = host.clock(self.now)
        more = {f"new/{session}": session for session in self.finished(host)}
        return is_due(replace(state, parts={**state.parts, **more}), self.terms, clock)

    def finished(self, host):
        return {session for session, ended in self.waiting[host].items() if host.clock(self.now) - ended >= IDLE}

    def collected(self, host, before, after, *, alone=True):
        """Hold the new parts against what was finished there."""
        new = {session for name, session in after.parts.items() if name not in before.parts}
        finished = self.finished(host)
        assert not alone or new == finished, f"{host.name} collected {new}, finished are {finished}"
        for session in finished & new:
            del self.waiting[host][session]

    def noticed(self, before, after, *hosts):
        """Return the new dreams, with what is true of each entry."""
        assert after.entries[: len(before.entries)] == before.entries  # invariant 1
        new = after.entries[len(before.entries) :]
        for entry in new:
            self.when[entry["generation"]] = self.now
            self.seen[entry["kind"]] += 1
            if any(host.skew != self.right[host] for host in hosts):
                self.odd.add(entry.get("run"))
        consumed = after.consumed
        assert len(consumed) == len(set(consumed)), "a part was consumed twice"  # invariant 2
        return [it for it in new if it["kind"] == "dream"]

    def hold_to_the_time(self):
        """Count for how long a dream is due by every clock that is right, and nobody dreams."""
        state, running = self.read(), [it for it in self.hosts if it.runs and it.mounted]
        right = [it for it in running if it.skew == self.right[it]]
        due = bool(right) and all(is_due(state, self.terms, it.clock(self.now)) for it in right)
        self.due_since = (self.due_since or self.now) if due else None
        if self.due_since:
            self.longest_wait = max(self.longest_wait, self.now - self.due_since)
        assert self.longest_wait <= HOUR, f"nobody dreams since {self.due_since}"


def march(day):
    return datetime(2026, 3, day, tzinfo=UTC)
