"""Makers of memories, sessions and runs for the tests of the phases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from dreamd.curators.draft import Draft
from dreamd.curators.rules.relating.relations import judge
from dreamd.language.identifiers import identifiers
from dreamd.memory.changes import State, fold
from dreamd.memory.records import About, Evidence, Factors, Kind, Memory, Origin, Trust, derive_id
from dreamd.phases.dream import Dream, Repository
from dreamd.phases.run import dream
from dreamd.sessions.events import Act, Event, Role, Transcript

# a run through all phases may take longer on a busy machine than hypothesis allows an example
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


class EverythingSaid:
    """A curator that keeps every sentence that anybody said: what a phase does with it is what is tested."""

    name = "everything"

    def distil(self, transcript):
        """Given a transcript, return one draft for each event that says something."""
        drafts = []
        for event in transcript.events:
            names = identifiers(event.text)
            trust = Trust.USER if event.role is Role.USER else Trust.AGENT
            drafts.append(
                Draft(
                    kind=Kind.SEMANTIC,
                    text=event.text,
                    trust=trust,
                    evidence=(evidence(event.text, transcript.session, event.record, event.time, trust.value),),
                    time=event.time,
                    score=0.6,
                    session=transcript.session,
                    about=About(paths=names.paths, symbols=names.symbols, commands=names.commands),
                    person=transcript.person,
                    branch=transcript.branch,
                )
            )
        return drafts

    def judge(self, older, newer):
        """Given two memories, judge them by the rules."""
        return judge(older, newer)


def evidence(text, session, record, time, role):
    return Evidence(origin=Origin.SESSION, record=record, quote=text, session=session, time=time, role=role)


class Maker:
    """What the tests make their values with."""

    start = START
    now = START + timedelta(days=20)

    def memory(self, text, day=0, *, user=False, session="", **fields):
        """Given a text and the day it was said on, return a memory that knows the names in it."""
        time = self.start + timedelta(days=day)
        trust = Trust.USER if user else Trust.AGENT
        session = session or f"s{day}"
        piece = evidence(text, session, f"r-{text[:20]}", time, trust.value)
        names = identifiers(text)
        given = {
            "id": derive_id(piece, text),
            "kind": Kind.SEMANTIC,
            "text": text,
            "topic": "general",
            "trust": trust,
            "evidence": (piece,),
            "learned": time,
            "last_seen": time,
            "about": About(paths=names.paths, symbols=names.symbols, commands=names.commands),
            "sessions": (session,),
            "factors": Factors(confidence=0.6),
        }
        return Memory(**{**given, **fields})

    def session(self, name, *said, day=0, person="", **fields):
        """Given a name and what was said ("user: …" or "agent: …"), return the transcript of a session."""
        events = []
        for index, line in enumerate(said):
            role, text = line.split(": ", 1)
            time = self.start + timedelta(days=day, minutes=index)
            events.append(Event(record=f"{name}-{index}", role=Role(role), act=Act.SAID, text=text, time=time))
        return Transcript(session=name, events=tuple(events), person=person, parts=(f"{name}.part",), **fields)

    def state(self, *memories, **fields):
        """Given memories, return the state that holds them."""
        return State(memories={memory.id: memory for memory in memories}, **fields)

    def dream(self, *transcripts, **fields):
        """Given transcripts, return the input of a run."""
        return Dream(**{"now": self.now, "curator": EverythingSaid(), "transcripts": transcripts, **fields})

    def run(self, *transcripts, state=None, **fields):
        """Given transcripts and a base, run all phases; return the proposal and the state after its commit."""
        state = state or State()
        given = self.dream(*transcripts, **fields)
        proposal = dream(given, state)
        after = State(
            memories=fold(state.memories, proposal.changes, given.now),
            generation=state.generation + 1,
            now=given.now,
            parts=state.parts | frozenset(proposal.consumed.parts),
            inbox=state.inbox | frozenset(proposal.consumed.inbox),
            shown=proposal.shown,
            last_dream=given.now,
        )
        return proposal, after

    def repository(self, **fields):
        """Return a repository at commit "c0ffee" with what is given."""
        return Repository(**{"head": "c0ffee", "clean": True, "files": frozenset(), **fields})


@pytest.fixture(scope="session")
def make():
    """The makers."""
    return Maker()
