"""The worker's cage against every call of a list, made raw: the kernel does the refusing (invariant 3)."""

import errno
import hashlib
import json
import os
import subprocess
import sys

import pytest

from . import attempts
from .conftest import HERE, needs, without

#: lists of commands have errors of their own for what is not in them; and what was open is closed
WITH_COMMANDS = {
    "flags by ioctl": errno.ENOTTY,
    "being looked into": errno.EINVAL,
    "write to what was open": errno.EBADF,
}

#: an ordinary user who may read this interpreter wherever it lies, and do nothing else that others may not
ORDINARY = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+dac_read_search"]
ORDINARY += ["--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search"]


def as_root_or_whoever_tests():
    return []


def as_an_ordinary_user():
    if os.getuid():
        pytest.skip("only root can become somebody else")
    return [needs("setpriv"), *ORDINARY]


def as_root_of_a_user_namespace():
    before = [needs("unshare"), "--user", "--map-root-user"]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system makes no user namespaces")
    return before


def on_a_kernel_without_landlock():
    return without(landlock_create_ruleset=errno.ENOSYS)


@pytest.fixture
def places(tmp_path):
    tmp_path.chmod(0o755)
    folders = {name: tmp_path / name for name in ("store", "logs", "repository", "home")}
    attempts.prepare(folders, [name for name, _ in attempts.on_files()])
    for folder in folders.values():
        folder.chmod(0o777)
    return folders


def make_attempts(places, descriptor):
    folders = {name: str(folder) for name, folder in places.items()}
    return f"import attempts, json; print(json.dumps(attempts.make({folders!r}, {descriptor})))"


def state(places):
    """Return everything in these places: kind, mode, owner, times, attributes, content."""
    found = {}
    for folder in places.values():
        for path in sorted(folder.rglob("*")):
            status = path.lstat()
            data = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            facts = (
                status.st_mode,
                status.st_uid,
                status.st_gid,
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_nlink,
            )
            found[path] = (*facts, data, tuple(os.listxattr(path)))
    return found


@pytest.mark.parametrize(
    "who", [as_root_or_whoever_tests, as_an_ordinary_user, as_root_of_a_user_namespace, on_a_kernel_without_landlock]
)
def test_every_attempt_to_change_or_reach_anything_is_refused(roles, places, tmp_path, who):
    """Invariant 3."""
    before = who()
    others = {name: it for name, it in places.items() if name != "home"}
    was = state(places)
    with (tmp_path / "handed down").open("w+b") as file:
        done = roles.run(
            "worker",
            make_attempts(places, file.fileno()),
            read=others.values(),
            before=before,
            descriptors=(file.fileno(),),
        )
    made = json.loads(done.stdout or done.stderr)

    through = {
        name: errno.errorcode.get(error, "done")
        for name, error in made.items()
        if error not in attempts.REFUSED and error != WITH_COMMANDS.get(name.partition(",")[0])
    }
    assert through == {}
    assert state(places) == was
    assert (tmp_path / "handed down").read_bytes() == b""


def test_without_a_cage_every_attempt_comes_to_something(places, tmp_path):
    """So that the test before can fail: what the system itself refuses here is named."""
    if os.getuid():
        pytest.skip("only root is refused nothing")
    with (tmp_path / "handed down").open("w+b") as file:
        script = f"import sys; sys.path.insert(0, {str(HERE)!r}); {make_attempts(places, file.fileno())}"
        done = subprocess.run(
            [sys.executable, "-c", script], pass_fds=(file.fileno(),), capture_output=True, text=True, check=True
        )
    made = json.loads(done.stdout)

    refused = {name: errno.errorcode[error] for name, error in made.items() if error in attempts.REFUSED}
    if refused:
        pytest.skip(f"this system refuses some by itself: {refused}")
    assert len(made) > 200
    assert state(places) != {}


@pytest.mark.parametrize("call", ["x32", "int 0x80"])
def test_calls_by_the_ways_of_other_processors_end_it(roles, call):
    if os.uname().machine != "x86_64":
        pytest.skip("these are ways of x86-64")
    body = {
        "x32": "import ctypes; ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))",
        # mov eax, 20 (getpid of 32-bit x86); int 0x80; ret
        "int 0x80": """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))
ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
""",
    }[call]
    done = roles.run("worker", f"{body}\nprint('went on')" if call != "x32" else f"{body}; print('went on')")

    assert done.stdout == ""
    assert done.returncode == -31  # SIGSYS


def test_it_reads_its_trees_and_nothing_else(roles, holds, tmp_path):
    if not any(it.startswith("landlock") for it in holds()):
        pytest.skip("this kernel has no Landlock, which is what limits reading")
    store, home = tmp_path / "store", tmp_path / "home"
    for name, folder in {"MEMORY.md": store, "id_ed25519": home / ".ssh"}.items():
        folder.mkdir(parents=True)
        (folder / name).write_text("content")
    (store / "link").symlink_to(home / ".ssh" / "id_ed25519")
    paths = [store / "MEMORY.md", store / "link", home / ".ssh" / "id_ed25519", f"/proc/{os.getpid()}/environ"]
    paths += ["/etc/shadow", "/root", "/", tmp_path / "stand-ins", "/dev/mem", "/proc/1/environ"]
    body = f"""
import os
for path in {list(map(str, paths))!r}:
    try:
        os.close(os.open(path, os.O_RDONLY))
        print("read", path)
    except OSError as error:
        print(error.strerror, path)
"""
    told = dict(line.rsplit(" ", 1)[::-1] for line in roles.run("worker", body, read=[store]).stdout.splitlines())

    assert told.pop(str(store / "MEMORY.md")) == "read"
    assert told.pop(str(tmp_path / "stand-ins")) == "read"  # it is on the interpreter's path
    assert "read" not in told.values()


def test_what_it_needs_works_inside(roles, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    script = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t as from range(9)')"
    subprocess.run([sys.executable, "-c", script, str(store / "index.duckdb")], check=True)
    body = """
import threading, time, zoneinfo, pwd
import duckdb, numpy
config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
with duckdb.connect("INDEX", read_only=True, config=config) as index:
    print(index.execute("select sum(range) from t").fetchall()[0][0])
print(int((numpy.ones((500, 500)) @ numpy.ones((500, 500))).sum()))
heard = []
threads = [threading.Thread(target=heard.append, args=(number,)) for number in range(8)]
for it in threads: it.start()
for it in threads: it.join()
print(len(heard), zoneinfo.ZoneInfo("Europe/Berlin").key, pwd.getpwuid(0).pw_name)
"""
    body = body.replace("INDEX", str(store / "index.duckdb"))
    done = roles.run("worker", body, read=[store], mode="require")

    assert done.stdout.split() == ["36", "125000000", "8", "Europe/Berlin", "root"], done.stderr


def test_its_limits_are_set_and_stay(roles):
    body = """
import resource
for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_CPU, resource.RLIMIT_DATA):
    print(*resource.getrlimit(what))
"""
    limits = [line.split() for line in roles.run("worker", body).stdout.splitlines()]

    assert limits[:2] == [["0", "0"], ["0", "0"]]
    assert all(soft == hard and int(soft) > 0 for soft, hard in limits[2:])


def test_one_that_computes_for_ever_is_ended_by_its_limit(roles):
    body = "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0]); open(__file__)\nwhile True: pass"
    limited = ["prlimit", "--cpu=1", *roles.command("worker", "best-effort", [], [])]
    needs("prlimit")
    roles.stand_in("worker", body)
    done = subprocess.run(limited, env=roles.environment, capture_output=True, timeout=60, check=False)

    assert done.returncode in (-9, -24)  # SIGKILL at the hard limit, SIGXCPU at the soft one
