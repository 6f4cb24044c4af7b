"""Memories about a project held against its own history, by the way a run does it."""

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dreamd.curators.rules import RulesCurator
from dreamd.daemon.git.facts import read_repository
from dreamd.daemon.worker import repository_of
from dreamd.language.identifiers import identifiers
from dreamd.memory.changes import Retire, Reword, State, Verify, fold
from dreamd.memory.records import About, Evidence, Kind, Memory, Origin, Trust, derive_id
from dreamd.phases import prune, refresh
from dreamd.phases.dream import Dream

from .histories import Project

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
LEARNED = datetime(2026, 3, 2, 9, tzinfo=UTC)

PATH = (
    "The retry policy is defined in {bare}.",
    "`{bare}` must stay free of network calls.",
    "Edit `./{bare}` when a new currency comes in; the table is read at start-up.",
    "Start with {bare}: it is the entry point of the nightly job.",
    "{bare} never imports from the web layer.",
    "Rates are rounded half even in `{bare}`, not half up.",
)
SYMBOL = (
    "`{bare}` retries twice and then gives up.",
    "Call {bare} only after the cache is warm, otherwise it blocks.",
    "{bare} does not lock; two workers may run it at once.",
    "The cause of the double booking was that `{bare}` ignores time zones.",
    "`{bare}` in `{home}` is the only place that knows the fee.",
    "Tests freeze the clock before `{bare}`.",
)
COMMAND = (
    "Run `{bare}` before every push.",
    "Run {bare} to get the local set-up back.",
    "`{bare}` needs about four minutes on a cold cache.",
    "The fixtures are made with `{bare}`.",
)
NEED = (
    "Outgoing calls use `{bare}` with a timeout of 5 seconds.",
    "`{bare}` is imported lazily, since it is slow to load.",
)
OPEN_END = (
    "The work on {bare} is unfinished: the eviction test still fails.",
    "The rewrite lives on branch {bare} and is not merged yet.",
    "`{bare}` still needs a review before it can go in.",
)
LESSON = (
    "On {bare} we tried an LRU cache and it thrashed.",
    "Profiling on {bare} showed that half of the time goes into JSON.",
)
VAGUE = """\
The tests need some service to be running.
Some of the settings probably live in `config/app.toml`.
A few of the jobs are slow, maybe because of `config/app.toml`.
The deploy might depend on the Makefile.
The `Makefile` could be the reason for the slow start, but that is unclear.
Some things in `package.json` seem to be unused.
The build is flaky on somebody's machine.
Something in `docker-compose.test.yml` may be out of date.
It seems that the sync jobs share a lock somewhere.
Perhaps `pyproject.toml` pins too much.
There is a script for that somewhere in the repository.
The API is slow at times.
Many tests use the network.
I think the queue is drained by `make test`.
Apparently `make test` leaks a port now and then.
The database is on another port in some environments.
Several modules are too large.
The cache is probably Redis.
Integration tests may need a database.
Not sure whether `npm run build` needs a token.
The search area is the most fragile one.
Secrets come from somewhere in the environment.
Most of the mailer is legacy.
Logging could be better.
The report jobs need various credentials.
Certain endpoints want a header.
Unclear whether `config/app.toml` is read at all.
It might be enough to restart the worker.
The service has a health check of some kind.
Presumably `pyproject.toml` is the only manifest that counts.
""".splitlines()


def memory(text):
    piece = Evidence(origin=Origin.SESSION, record=text[:30], quote=text, session="s", time=LEARNED, role="agent")
    names = identifiers(text)
    return Memory(
        id=derive_id(piece, text),
        kind=Kind.SEMANTIC,
        text=text,
        topic="general",
        trust=Trust.AGENT,
        evidence=(piece,),
        learned=LEARNED,
        last_seen=LEARNED,
        about=About(paths=names.paths, symbols=names.symbols, commands=names.commands),
        sessions=("s",),
    )


def judged(root, memories):
    """Return for each memory what prune and refresh make of it: its change or None, and whether it was verified."""
    repository = repository_of(read_repository(root))
    given = Dream(now=NOW, curator=RulesCurator(), repository=repository)
    state = State(memories={it.id: it for it in memories})
    pruned = prune.step(given, state).changes
    after = State(memories=fold(state.memories, pruned, NOW))
    refreshed = refresh.step(given, after).changes
    ended = {it.id: it for it in (*pruned, *refreshed) if isinstance(it, Retire | Reword)}
    verified = {it.id: it.verified.holds for it in refreshed if isinstance(it, Verify)}
    return ended, verified


def questions(project, count=100):
    """Draw memories about the project: text, what should become of it, and what it names now."""
    chance = random.Random(project.seed)  # noqa: S311 - the same each time
    found = []
    for table, forms, each in (
        (project.paths, PATH, 11),
        (project.symbols, SYMBOL, 11),
        (project.commands, COMMAND, 8),
        (project.needs, NEED, 2),
    ):
        sorts = {"there": [], "gone": [], "renamed": []}
        for name, fate in sorted(table.items()):
            sorts[fate if fate in {"there", "gone"} else "gone" if fate == "split" else "renamed"].append(name)
        for sort, names in sorts.items():
            for name in chance.sample(names, min(each, len(names))):
                form = chance.choice(forms)
                if "{home}" in form and project.paths.get(project.homes[name]) != "there":
                    form = forms[0]
                found.append((form.format(bare=name, home=project.homes.get(name, "")), sort, table[name]))
    for name, fate in sorted(project.branches.items())[:12]:
        ends = "gone" if fate.startswith("merged") else "there"
        found.append((chance.choice(OPEN_END).format(bare=name), ends, ""))
        found.append((chance.choice(LESSON).format(bare=name), "there", ""))
    found += [(text, "there", "") for text in NEVER]
    chance.shuffle(found)
    return found[:count] if count else found


NEVER = (
    "The proxy is configured in `/etc/nginx/conf.d/proxy.conf`.",
    "`RequestsInFlight` is a gauge of the load balancer.",
    "Run `make world` in the kernel tree first.",
    "The branch feature/never-was is a good example of a small change.",
    "The client library calls `fetch_everything_now` under the hood.",
)


def outcome(ended, name):
    change = ended.get(name)
    if isinstance(change, Retire):
        return "gone"
    return "renamed" if change else "there"


@pytest.fixture(scope="module", params=range(1, 4))
def project(request, tmp_path_factory):
    made = Project(request.param)
    made.grow(400)
    root = tmp_path_factory.mktemp("history") / "project"
    made.make(root)
    return made, root


def test_of_memories_about_a_history_nearly_all_are_judged_right_and_no_true_one_is_retired(project):
    made, root = project
    asked = questions(made)
    memories = [memory(text) for text, _sort, _now in asked]
    ended, _ = judged(root, memories)
    wrong = []
    for (text, sort, now), it in zip(asked, memories, strict=True):
        found = outcome(ended, it.id)
        assert not (sort == "there" and found == "gone"), ended[it.id]
        if found != sort or (sort == "renamed" and now not in ended[it.id].text):
            wrong.append((sort, found, text, now))
    assert len(asked) == 100
    assert Counter(sort for _text, sort, _now in asked).keys() == {"there", "gone", "renamed"}
    assert len(wrong) <= 5, wrong


def test_no_vague_claim_is_verified(project):
    _made, root = project
    memories = [memory(text) for text in VAGUE]
    _ended, verified = judged(root, memories)
    assert len(VAGUE) == 30
    assert [it.text for it in memories if verified.get(it.id)] == []


HERE = Path(__file__).parents[2]
#: what should become of a memory by this project's own history, and the memory; not here, where its names would stand
OWN = (Path(__file__).parent / "own_history.tsv").read_text(encoding="utf-8").splitlines()


def test_memories_about_this_project_are_judged_right_by_its_own_history():
    facts = read_repository(HERE)
    if facts is None or "cli/session_end.py" not in facts.deleted:
        pytest.skip("this checkout has not the history that the memories are about")
    rows = [line.split("\t") for line in OWN]
    memories = [memory(text) for _sort, text in rows]
    ended, _ = judged(HERE, memories)
    assert [(outcome(ended, it.id), it.text) for it in memories] == [(sort, text) for sort, text in rows]
