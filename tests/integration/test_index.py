"""The index in a real DuckDB file: built, asked, replaced, lost."""

import errno
import math
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamd import Memory
from dreamd.memory.changes import Add, Merge, Retire, Retopic, Reword, State, fold
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, load, read_entries
from dreamd.memory.records import About, Evidence, Kind, Origin, Reason, Retired, Trust
from dreamd.memory.records import Memory as Record
from dreamd.recall.compact import compact
from dreamd.recall.index import SETTINGS, UnfitError, build, document, update
from dreamd.recall.search import K1, B, ask, connect, count_statuses, retry_stale, search
from dreamd.recall.terms import terms

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def record(name, text, **others):
    piece = Evidence(
        origin=Origin.SESSION,
        session="monday",
        record=f"record-{name}",
        quote=text,
        time=NOON,
        role="user",
        person="ines",
        digest="00",
        redaction=1,
    )
    fields = {
        "kind": Kind.SEMANTIC,
        "topic": "deploy",
        "trust": Trust.USER,
        "evidence": (piece,),
        "learned": NOON,
        "last_seen": NOON,
        "sessions": ("monday",),
        "people": ("ines",),
    }
    return Record(id=name, text=text, **(fields | others))


RECORDS = (
    record("aaaaaaaa", "Rotate the signing key before each release, because the old one expires with it."),
    record("bbbbbbbb", "Authentication tokens live for fifteen minutes.", topic="accounts"),
    record("cccccccc", "Never deploy on a Friday.", kind=Kind.PROCEDURAL),
    record(
        "dddddddd",
        "The importer drops rows whose postcode has a space.",
        topic="import",
        about=About(paths=("src/import/rows.py",), commands=("make import --dry-run",)),
    ),
    record(
        "eeeeeeee",
        "Deploy from the staging branch.",
        retired=Retired(Reason.SUPERSEDED, "the team deploys from main", NOON + timedelta(days=2), "cccccccc"),
    ),
)


def state_of(*records, generation=1):
    return State(memories=MappingProxyType({it.id: it for it in records}), generation=generation, now=NOON)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("it's") / "memory.duckdb"
    build(path, state_of(*RECORDS))
    return path


def ids(hits):
    return [hit.id for hit in hits]


def test_a_built_index_is_one_file_without_a_log_beside_it(index):
    assert [path.name for path in index.parent.iterdir()] == ["memory.duckdb"]


def test_an_index_keeps_the_oldest_file_form_it_may(index):
    with connect(index) as connection:
        [(tags,)] = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert tags["storage_version"].startswith("v1.0.0")


def test_all_memories_stand_in_the_index_and_only_active_ones_can_be_found(index):
    with connect(index) as connection:
        [(everything,)] = connection.execute("SELECT count(*) FROM memories").fetchall()
        documents = {row[0] for row in connection.execute("SELECT id FROM documents").fetchall()}
        retired = connection.execute("SELECT id, status, retired_by FROM memories WHERE status <> 'active'").fetchall()
    assert everything == len(RECORDS)
    assert documents == {it.id for it in RECORDS if it.active}
    assert retired == [("eeeeeeee", "superseded", "cccccccc")]
    assert "eeeeeeee" not in ids(search(index, "staging branch"))


def test_postings_are_sorted_by_term(index):
    with connect(index) as connection:
        for table in ("posting", "fragment"):
            rows = [row[0] for row in connection.table(table).project("term").fetchall()]
            assert rows == sorted(rows)


def test_a_session_row_tells_who_and_how_much(index):
    with connect(index) as connection:
        rows = connection.execute('SELECT id, people, memories, "first" FROM sessions').fetchall()
    assert rows == [("monday", ["ines"], 4, NOON.replace(tzinfo=None))]


def test_two_builds_of_one_state_say_the_same(tmp_path):
    answers = []
    for name in ("one", "two"):
        build(tmp_path / name, state_of(*RECORDS))
        with connect(tmp_path / name) as connection:
            tables = sorted(row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall())
            answers.append([connection.table(table).fetchall() for table in tables])
    assert answers[0] == answers[1]


def test_a_hit_has_what_a_reader_needs(index):
    [hit, *_] = search(index, "token lifetime of authentication")
    assert (hit.id, hit.topic, hit.kind) == ("bbbbbbbb", "accounts", Kind.SEMANTIC)
    assert hit.evidence == RECORDS[1].evidence
    assert 0 < hit.score <= 1
    assert hit.channels == {"terms": 1, "fragments": 1}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("when may I deploy", "cccccccc"),
        ("src/import/rows.py", "dddddddd"),
        ("rows.py", "dddddddd"),
        ("--dry-run", "dddddddd"),
        ("auth", "bbbbbbbb"),
        ("rotatoin of keys", "aaaaaaaa"),
        ("accounts", "bbbbbbbb"),
        ("\uff24\uff25\uff30\uff2c\uff2f\uff39", "cccccccc"),
    ],
)
def test_words_names_parts_and_misspellings_find_their_memory(index, query, first):
    assert ids(search(index, query))[0] == first


def test_the_terms_channel_scores_as_the_formula_says(index):
    active = [it for it in RECORDS if it.active]
    documents = {it.id: terms(document(it)) for it in active}
    mean = sum(map(len, documents.values())) / len(documents)

    def score(words):
        # n = 2: "deploy" is the topic of one memory and the text of another
        tf, n = words.count("deploy"), 2
        idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(words) / mean)) if tf else 0

    expected = sorted((it for it in documents if score(documents[it])), key=lambda it: -score(documents[it]))
    hits = search(index, "deploy")
    assert [hit.id for hit in sorted(hits, key=lambda hit: hit.channels.get("terms", 99))][:2] == expected
    assert len(expected) == 2


@pytest.mark.parametrize("query", ["", "   ", "the of and", "🦊", "zzzzqqqq", "\x00", "\ud800"])
def test_a_query_that_names_nothing_finds_nothing(index, query):
    assert search(index, query) == []


def test_no_more_hits_come_than_asked_for(index):
    assert len(search(index, "deploy key tokens rows", limit=2)) == 2
    assert search(index, "deploy", limit=0) == []
    assert search(index, "deploy", limit=-1) == []


def test_an_empty_store_has_an_index_that_finds_nothing(tmp_path):
    build(tmp_path / "memory.duckdb", State())
    assert search(tmp_path / "memory.duckdb", "anything at all") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.characters(), max_size=200), limit=st.integers(-5, 50))
def test_any_query_is_answered(index, query, limit):
    assert len(search(index, query, limit)) <= max(0, limit)


@pytest.mark.parametrize(
    "query",
    ["deploy " * 100_000, "%_' \\ \" ; --" * 1_000, "'; DROP TABLE meta; --", "\u202e deploy \u202c", "d" * 10**6],
)
def test_a_hostile_query_is_answered(index, query):
    assert isinstance(search(index, query), list)


def test_a_limit_on_depth_still_ranks_the_best_of_many(tmp_path):
    many = [record(f"{number:08d}", f"Parcel {number} waits in the depot.") for number in range(300)]
    best = record("zzzzzzzz", "The depot in Porto closes at noon.")
    build(tmp_path / "memory.duckdb", state_of(*many, best))
    assert ids(search(tmp_path / "memory.duckdb", "depot Porto"))[0] == "zzzzzzzz"


def commit_entry(store, changes, shown=()):
    generation = load(store).generation + 1
    header = Header(generation=generation, kind=EntryKind.DREAM, now=NOON, run=f"run-{generation}", shown=shown)
    commit(store, Entry(header, tuple(changes)))


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    commit_entry(store, [Add(id=it.id, reason="said so", memory=it) for it in RECORDS if it.active])
    return store


def published(store):
    state = load(store)
    build(store.index, state, read_entries(store))


def test_runs_are_the_entries_of_the_ledger(store):
    published(store)
    with connect(store.index) as connection:
        rows = connection.execute("SELECT generation, kind, run, changes FROM runs").fetchall()
    assert rows == [(1, "dream", "run-1", 4)]


def test_recall_asks_the_published_index(store):
    published(store)
    memory = Memory(store.root)
    assert ids(memory.recall("deploy on friday", limit=1)) == ["cccccccc"]
    assert memory.notice == ""


def test_a_missing_index_is_rebuilt_elsewhere_and_the_store_stays_as_it_is(store):
    """Invariant 13."""
    before = sorted(store.root.rglob("*"))
    memory = Memory(store.root)
    assert ids(memory.recall("deploy on friday", limit=1)) == ["cccccccc"]
    assert "is missing" in memory.notice
    assert sorted(store.root.rglob("*")) == before


def test_an_index_behind_the_ledger_is_not_believed(store):
    """Invariant 13."""
    published(store)
    commit_entry(store, [Retire(id="cccccccc", reason="a person said so", why=Reason.FORGOTTEN)])
    memory = Memory(store.root)
    assert "cccccccc" not in ids(memory.recall("deploy on friday"))
    assert "shows generation 1 of 2" in memory.notice


@pytest.mark.parametrize("damage", [b"", b"no index at all", b"\0" * 100_000])
def test_a_damaged_index_is_rebuilt_elsewhere(store, damage):
    """Invariant 13."""
    store.index.write_bytes(damage)
    memory = Memory(store.root)
    assert ids(memory.recall("deploy on friday", limit=1)) == ["cccccccc"]
    assert "the index" in memory.notice


def test_an_index_with_pages_lost_is_rebuilt_or_sound(store):
    """Invariant 13."""
    published(store)
    whole = store.index.read_bytes()
    memory = Memory(store.root)
    for start in range(16_384, len(whole), len(whole) // 6):
        store.index.write_bytes(whole[:start] + b"\xff" * min(4096, len(whole) - start) + whole[start + 4096 :])
        assert ids(memory.recall("deploy on friday", limit=1)) == ["cccccccc"]


def test_an_index_of_another_layout_is_rebuilt_elsewhere(store):
    published(store)
    with duckdb.connect(str(store.index), config=SETTINGS) as connection:
        connection.execute("UPDATE meta SET schema = 99")
    memory = Memory(store.root)
    assert ids(memory.recall("deploy on friday", limit=1)) == ["cccccccc"]
    assert "layout 99" in memory.notice


def test_a_replaced_index_is_seen_by_the_next_call_of_the_same_process(store):
    published(store)
    memory = Memory(store.root)
    memory.recall("deploy")
    commit_entry(store, [Retire(id="cccccccc", reason="a person said so", why=Reason.FORGOTTEN)])
    fresh = store.root / "fresh"
    build(fresh, load(store), read_entries(store))
    fresh.rename(store.index)
    assert "cccccccc" not in ids(memory.recall("deploy on friday"))
    assert memory.notice == ""


def test_asking_leaves_the_index_byte_for_byte(store):
    published(store)
    before = store.index.read_bytes()
    Memory(store.root).recall("deploy")
    assert store.index.read_bytes() == before


def test_context_is_memory_md_as_published(store):
    memory = Memory(store.root)
    assert memory.context() == ""
    assert "nothing is published" in memory.notice
    store.memory.write_text("# Memory\n")
    assert memory.context() == "# Memory\n"
    assert memory.notice == ""


def test_many_processes_read_one_index_at_once(store):
    published(store)
    ask = f"from dreamd import Memory; print(Memory({str(store.root)!r}).recall('deploy on friday')[0].id)"
    readers = [subprocess.Popen([sys.executable, "-c", ask], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [reader.communicate()[0].strip() for reader in readers] == ["cccccccc"] * 4


def test_a_name_that_is_stale_for_a_moment_is_opened_again():
    tries = []

    def action():
        tries.append(None)
        if len(tries) < 4:
            raise duckdb.IOException(f"IO Error: Cannot open file: {os.strerror(errno.ESTALE)}")
        return "open"

    pauses = []
    assert retry_stale(action, pauses.append) == "open"
    assert len(pauses) == 3


def test_another_error_is_not_tried_again():
    def action():
        raise duckdb.IOException("IO Error: Permission denied")

    with pytest.raises(duckdb.IOException):
        retry_stale(action, lambda _: pytest.fail("it paused"))


def test_a_name_that_stays_stale_is_an_error_after_two_seconds():
    pauses = []

    def action():
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    with pytest.raises(OSError, match="Stale"):
        retry_stale(action, pauses.append)
    assert 1 < sum(pauses) <= 2.001


WORDS = [
    "deploy",
    "deploys",
    "token",
    "key",
    "rotate",
    "staging",
    "branch",
    "postcode",
    "importer",
    "release",
    "friday",
    "rows.py",
    "--dry-run",
    "auth",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
changes = st.lists(
    st.tuples(st.sampled_from(["add", "add", "retire", "reword", "retopic", "merge"]), texts), max_size=6
)


def entry_of(state, steps):
    """Return an entry made of steps, as far as they can be taken, and the state after it."""
    made, memories = [], dict(state.memories)
    for number, (op, text) in enumerate(steps):
        active = sorted(name for name, it in memories.items() if it.active)
        name = active[len(text) % len(active)] if active else ""
        other = active[(len(text) + 1) % len(active)] if active else ""
        change = None
        if op == "add":
            added = record(f"{state.generation:05d}{number:03d}", text, sessions=("monday", f"day-{len(text)}"))
            change = Add(added.id, "said", memory=added)
        elif name and op == "retire":
            change = Retire(name, "gone", why=Reason.STALE)
        elif name and op == "reword":
            change = Reword(name, "said anew", text=text, was=memories[name].text)
        elif name and op == "retopic":
            change = Retopic(name, "moved", topic=text.split()[0].strip("-.")[:8])
        elif name != other:
            it = memories[name]
            change = Merge(
                name,
                "the same",
                absorbed=(other,),
                joined=it.evidence,
                sessions=(*it.sessions, "tuesday"),
                people=it.people,
                trust=it.trust,
                learned=it.learned,
                last_seen=it.last_seen,
            )
        if change:
            made.append(change)
            memories = fold(memories, [change], NOON)
    header = Header(generation=state.generation + 1, kind=EntryKind.DREAM, now=NOON)
    after = State(memories=memories, generation=state.generation + 1, now=NOON)
    return Entry(header, tuple(made)), after


def contents(path):
    """Return what an index says, without the numbers of its documents."""
    with connect(path) as connection:
        found = {
            table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}").fetchall()))  # noqa: S608 - names of our own tables
            for table in ("meta", "memories", "evidence", "sessions", "runs")
        }
        found["documents"] = sorted(connection.execute("SELECT id, terms, fragments FROM documents").fetchall())
        for table in ("posting", "fragment"):
            rows = f"SELECT term, id, tf FROM {table} JOIN documents USING (doc)"  # noqa: S608 - as above
            found[table] = sorted(connection.execute(rows).fetchall())
    return found


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(changes, min_size=1, max_size=3), query=texts, compacting=st.booleans())
def test_an_index_brought_up_to_date_says_and_answers_what_one_built_anew_does(tmp_path, rounds, query, compacting):
    """Invariant 13."""
    updated, anew = tmp_path / "updated", tmp_path / "anew"
    for path in (updated, anew):
        path.unlink(missing_ok=True)
    state, entries = state_of(*RECORDS), []
    build(updated, state)
    for steps in rounds:
        entry, after = entry_of(state, steps)
        entries.append(entry)
        if update(updated, state.generation, after, [entry]) and compacting:
            compact(updated)
        state = after
    build(anew, state, entries)

    assert contents(updated) == contents(anew)
    with connect(updated) as one, connect(anew) as other:
        for asked in (query, *WORDS[::4]):
            assert ask(one, asked, 50) == ask(other, asked, 50)


def test_an_index_of_another_generation_or_layout_is_not_brought_up_to_date(tmp_path):
    path = tmp_path / "index"
    build(path, state_of(*RECORDS, generation=3))
    entry, after = entry_of(state_of(*RECORDS, generation=4), [("retire", "deploy")])

    with pytest.raises(UnfitError):
        update(path, 4, after, [entry])


def test_an_index_of_which_much_is_gone_is_compacted_and_says_the_same(tmp_path):
    """Invariant 13."""
    path, anew = tmp_path / "an index's", tmp_path / "anew"
    state = state_of(*RECORDS)
    build(path, state)
    entry, after = entry_of(state, [("reword", "deploy"), ("retire", "roll"), ("add", "we sail on Sundays")])
    assert update(path, state.generation, after, [entry])
    said = contents(path)

    compact(path)

    build(anew, after, [entry])
    assert contents(path) == said == contents(anew)
    with connect(path) as connection, connect(anew) as other:
        for table in ("documents", "posting", "fragment"):
            count = f"SELECT count(*), max(doc) FROM {table}"  # noqa: S608 - names of our own tables
            assert connection.execute(count).fetchall() == other.execute(count).fetchall()
        for asked in WORDS[::3]:
            assert ask(connection, asked, 50) == ask(other, asked, 50)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["an index's", "anew"], "nothing is left beside it"


def test_an_index_counts_memories_by_status_for_its_own_generation_only(tmp_path):
    path = tmp_path / "index"
    state = state_of(*RECORDS, generation=3)
    build(path, state)
    expected = Counter(it.status for it in state.memories.values())

    assert len(expected) > 1
    assert count_statuses(path, 3) == expected
    assert count_statuses(path, 4) is None
    path.write_bytes(b"no index")
    assert count_statuses(path, 3) is None
    path.unlink()
    assert count_statuses(path, 3) is None
