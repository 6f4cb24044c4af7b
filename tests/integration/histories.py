"""A made project with a history of hundreds of commits, and the truth about every name in it.

Files are renamed, moved, split, deleted and restored, functions are renamed and deleted, commands and dependencies come
and go, branches are merged or left. The same seed makes the same repository.
"""

import json
import random
import re
import subprocess
from dataclasses import dataclass, field

AREAS = ("billing", "ledger", "mailer", "search", "sync", "report", "quota", "audit")
VERBS = ("load", "parse", "build", "flush", "merge", "check", "render", "resolve", "apply", "collect", "emit", "prune")
NOUNS = ("rates", "invoice", "entry", "queue", "snapshot", "batch", "window", "cursor", "digest", "template", "limit")
PLACES = ("core", "api", "jobs", "tools", "web/server", "lib/shared")


@dataclass
class Project:
    """Files, and what became of each name: "there", "gone", or the name that it has now."""

    seed: int
    files: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)  # symbol -> path in which it stands or stood last

    def __post_init__(self):
        self.random = random.Random(self.seed)  # noqa: S311 - the same each time
        self.stream = []
        self.mark = 0
        self.head = 0
        self.written = {}

    # what is told to git

    def commit(self, subject, branch="main", merge=0):
        """Commit all files as they stand."""
        self.mark += 1
        told = [f"commit refs/heads/{branch}", f"mark :{self.mark}"]
        stamp = f"Ana <ana@example.org> {1_760_000_000 + self.mark * 3600} +0000"
        told += [f"author {stamp}", f"committer {stamp}", f"data {len(subject.encode())}", subject]
        parent, before = self.parent(branch)
        told += [f"from :{parent}"] if parent else []
        told += [f"merge :{merge}"] if merge else []
        for path in sorted(before.keys() - self.files.keys()):
            told.append(f"D {path}")
        for path, text in sorted(self.files.items()):
            if before.get(path) != text:
                told += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
        self.stream.append("\n".join(told))
        self.written[branch] = (self.mark, dict(self.files))

    def parent(self, branch):
        """Return the commit a branch stands at and the files there; a new branch begins at main."""
        return self.written.get(branch) or self.written.get("main") or (0, {})

    def make(self, root):
        """Make the repository in a folder."""
        root.mkdir()
        git(root, "init", "-q", "-b", "main")
        text = "\n".join([*self.stream, ""])
        subprocess.run(
            ["git", "fast-import", "--quiet", "--force"],  # noqa: S607 - on PATH
            cwd=root,
            input=text.encode(),
            check=True,
            capture_output=True,
        )
        git(root, "reset", "-q", "--hard", "main")
        for branch, fate in self.branches.items():
            if fate in {"merged", "deleted"}:
                git(root, "update-ref", "-d", f"refs/heads/{branch}")

    # what happens in it

    def grow(self, commits):
        """Live through so many commits, at least."""
        self.begin()
        deeds = [self.edit] * 12 + [
            self.rename_file,
            self.move_file,
            self.delete_file,
            self.split_file,
            self.restore_file,
        ]
        deeds += [self.rename_symbol] * 2 + [self.delete_symbol] * 2
        deeds += [self.change_commands, self.change_needs, self.work_on_branch, self.add_file, self.delete_folder]
        while self.mark < commits:
            self.random.choice(deeds)()

    def begin(self):
        """Make the first files."""
        self.make_targets = {
            name: f"./{name}.sh all" for name in ("test", "lint", "seed-db", "release", "docs-site", "bundle")
        }
        self.scripts = {name: f"node {name}.mjs" for name in ("build", "storybook", "e2e:smoke", "codegen", "preview")}
        self.tools = {f"{word}ctl": f"app.{word}:main" for word in ("ledger", "audit", "quota")}
        self.python = ["httpx>=0.27", "attrs", "structlog", "tenacity", "orjson==3.10"]
        self.node = {"left-pad": "1", "zod": "3", "dayjs": "1", "ioredis": "5"}
        for area in AREAS:
            for place in self.random.sample(PLACES, 3):
                self.add_module(f"{place}/{area}.py" if self.random.random() < 0.5 else f"{place}/{area}/main.py")
        self.files["docker-compose.test.yml"] = COMPOSE
        self.files["CHANGELOG.md"] = "# Changes\n"
        self.files["config/app.toml"] = "[app]\nretries = 3\n"
        self.manifests()
        self.commit("begin")

    def manifests(self):
        """Write the manifests as they are now."""
        lines = "\n".join(f"{name}: ## {name}\n\t@{body}\n" for name, body in self.make_targets.items())
        self.files["Makefile"] = f"SHELL := sh\n\n.PHONY: {' '.join(self.make_targets)}\n\n{lines}"
        node = {"name": "web", "scripts": self.scripts, "dependencies": self.node}
        self.files["package.json"] = json.dumps(node, indent=2)
        scripts = "\n".join(f'{name} = "{to}"' for name, to in self.tools.items())
        needs = ", ".join(f'"{it}"' for it in self.python)
        self.files["pyproject.toml"] = (
            f'[project]\nname = "app"\ndependencies = [{needs}]\n\n[project.scripts]\n{scripts}\n'
        )

    def add_module(self, path):
        """Add a file with functions, a class and a constant that no other has."""
        if path in self.paths:
            return
        self.paths[path] = "there"
        body = [f'"""The part {path}."""\n']
        body += [self.new_symbol(path) for _ in range(self.random.randint(3, 5))]
        self.files[path] = "\n\n".join(body) + "\n"

    def new_symbol(self, path):
        """Return the source of a new symbol."""
        verb, noun = self.random.choice(VERBS), self.random.choice(NOUNS)
        area = self.random.choice(AREAS)
        sort = self.random.choice(("def", "def", "class", "constant"))
        name = {
            "def": f"{verb}_{area}_{noun}",
            "class": f"{area.title()}{noun.title()}{verb.title()}er",
            "constant": f"{area.upper()}_{noun.upper()}_{self.random.choice(('LIMIT', 'URL', 'TTL'))}",
        }[sort]
        if name in self.symbols:
            return f"# see {path}"
        self.symbols[name] = "there"
        self.homes[name] = path
        number = self.random.randint(10, 9999)
        if sort == "def":
            return f"def {name}(value, at={number}):\n    step = value + {number}\n    return [step, at, {number * 3}]"
        if sort == "class":
            return f"class {name}:\n    size = {number}\n\n    def run(self):\n        return self.size * {number}"
        return f"{name} = {number}"

    def sources(self):
        """Return the paths of modules that are there."""
        return [path for path in self.files if path.endswith(".py")]

    def edit(self):
        """Change a number in a file, or call a function from another one."""
        path = self.random.choice(self.sources())
        alive = sorted(name for name, fate in self.symbols.items() if fate == "there" and name.islower())
        line = f"\n\ndef use_{self.mark}():\n    return {self.random.choice(alive)}({self.mark})\n" if alive else ""
        self.files[path] += line if self.random.random() < 0.3 else f"# {self.mark}\n"
        self.commit("edit")

    def fate(self, table, old, new):
        """Note that a name is another now, and so for all that were called it before."""
        for name, fate in table.items():
            if old in {fate, name}:
                table[name] = new if new != name else "there"
        if new != "gone":
            table[new] = "there"

    def to(self, old, new, subject):
        """Give a file another path."""
        if new in self.paths or old == new:
            return
        self.files[new] = self.files.pop(old)
        self.fate(self.paths, old, new)
        for name, path in self.homes.items():
            if path == old:
                self.homes[name] = new
        self.commit(subject)

    def rename_file(self):
        """Rename a file in its folder."""
        old = self.random.choice(self.sources())
        folder, _, name = old.rpartition("/")
        self.to(old, f"{folder}/{self.random.choice(VERBS)}_{name}", "rename a file")

    def move_file(self):
        """Move a file to another folder."""
        old = self.random.choice(self.sources())
        self.to(old, f"{self.random.choice(PLACES)}/moved/{old.rsplit('/', 1)[-1]}", "move a file")

    def lose(self, path):
        """Delete a file with what stands in it."""
        del self.files[path]
        self.fate(self.paths, path, "gone")
        self.settle_symbols()

    def settle_symbols(self):
        """Note which symbols stand nowhere any more."""
        text = "\n".join(text for path, text in self.files.items() if not path.endswith(".md"))
        words = set(text.replace("(", " ").replace(")", " ").replace(":", " ").replace(",", " ").split())
        for name, fate in list(self.symbols.items()):
            if fate == "there" and name not in words:
                self.fate(self.symbols, name, "gone")

    def delete_file(self):
        """Delete a file; the changelog speaks of it."""
        path = self.random.choice(self.sources())
        self.files["CHANGELOG.md"] += f"- {path} was removed.\n"
        self.lose(path)
        self.commit("delete a file")

    def delete_folder(self):
        """Delete all that is in a folder, where that is little."""
        folder = self.random.choice(PLACES) + "/moved/"
        inside = [path for path in self.sources() if path.startswith(folder)]
        if 0 < len(inside) < 4:
            for path in inside:
                self.lose(path)
            self.commit("delete a folder")

    def restore_file(self):
        """Delete a file and bring it back later."""
        path = self.random.choice(self.sources())
        text = self.files.pop(path)
        self.commit("delete by mistake")
        self.edit()
        self.files[path] = text
        self.commit("bring it back")

    def split_file(self):
        """Divide what stands in a file among two others."""
        path = self.random.choice(self.sources())
        parts = self.files[path].split("\n\n")
        sizes = [len("\n\n".join(parts[:middle])) / len(self.files[path]) for middle in range(len(parts))]
        middle = min(range(len(parts)), key=lambda it: abs(sizes[it] - 0.5))
        # In halves: where most of a file stands in one other file, that is the file.
        if abs(sizes[middle] - 0.5) > 0.05 or self.paths.get(path[:-3] + "_one.py"):
            return
        for name, some in (("_one.py", parts[:middle]), ("_two.py", parts[middle:])):
            self.files[path[:-3] + name] = "\n\n".join(some) + "\n"
            self.paths[path[:-3] + name] = "there"
        del self.files[path]
        self.fate(self.paths, path, "split")
        self.commit("split a file")

    def living(self):
        """Return a symbol that is there, or nothing."""
        return self.random.choice(sorted(name for name, fate in self.symbols.items() if fate == "there"))

    def rename_symbol(self):
        """Give a symbol another name wherever it stands."""
        old = self.living()
        defined = (f"def {old}(", f"class {old}:", f"{old} = ")
        if not any(it in text for text in self.files.values() for it in defined):
            return  # it is only called any more
        stem = f"Quick{old}" if "_" not in old else f"{old}_V2" if old.isupper() else f"{old}_fast"
        if stem in self.symbols:
            return
        for path, text in self.files.items():
            if path.endswith(".py"):
                self.files[path] = replace_word(text, old, stem)
        self.homes[stem] = self.homes[old]
        self.fate(self.symbols, old, stem)
        self.commit("rename a name")

    def delete_symbol(self):
        """Take a symbol out wherever it stands."""
        name = self.living()
        for path, text in self.files.items():
            if path.endswith(".py"):
                parts = text.split("\n\n")
                kept = [part for part in parts if replace_word(part, name, "") == part]
                self.files[path] = "\n\n".join(kept) + "\n"
        self.files["CHANGELOG.md"] += f"- `{name}` is no more.\n"
        self.settle_symbols()
        self.commit("delete a name")

    def change_commands(self):
        """Add, delete or rename a command."""
        table, spell = self.random.choice(
            [(self.make_targets, "make {}"), (self.scripts, "npm run {}"), (self.tools, "{}")]
        )
        name = self.random.choice(sorted(table))
        deed = self.random.choice(("add", "delete", "rename"))
        new = f"{self.random.choice(VERBS)}-{self.random.choice(NOUNS)}{self.mark}"
        if deed == "add" or len(table) < 3:
            table[new] = f"sh {new}.sh"
        elif deed == "delete":
            del table[name]
            self.fate(self.commands, spell.format(name), "gone")
        else:
            table[new] = table.pop(name)
            self.fate(self.commands, spell.format(name), spell.format(new))
        self.manifests()
        for names, form in ((self.make_targets, "make {}"), (self.scripts, "npm run {}"), (self.tools, "{}")):
            self.commands |= {form.format(it): "there" for it in names}
        self.commit("change commands")

    def change_needs(self):
        """Add or delete a dependency."""
        self.needs |= {it.split(">")[0].split("=")[0]: "there" for it in self.python} | dict.fromkeys(
            self.node, "there"
        )
        if self.random.random() < 0.5 and len(self.python) > 2:
            gone = self.python.pop(self.random.randrange(len(self.python))).split(">")[0].split("=")[0]
            self.needs[gone] = "gone"
        elif len(self.node) > 2:
            gone = self.random.choice(sorted(self.node))
            del self.node[gone]
            self.needs[gone] = "gone"
        self.manifests()
        self.commit("change what is needed")

    def work_on_branch(self):
        """Work on a branch, and merge it, leave it, or throw it away."""
        folder = self.random.choice(("feature", "fix", "spike"))
        name = f"{folder}/{self.random.choice(VERBS)}-{self.random.choice(NOUNS)}{self.mark}"
        before = dict(self.files)
        for step in range(self.random.randint(1, 3)):
            self.files[f"docs/{name.replace('/', '-')}.md"] = f"Step {step} of {name}.\n" * 3
            self.commit(f"work on {name}", name)
        fate = self.random.choice(("merged", "merged, kept", "open", "deleted"))
        self.branches[name] = fate
        if fate.startswith("merged"):
            self.commit(f"Merge branch '{name}'", merge=self.written[name][0])
        else:
            self.files = before

    def add_file(self):
        """Add a module."""
        self.add_module(f"{self.random.choice(PLACES)}/{self.random.choice(NOUNS)}{self.mark}.py")
        self.commit("add a file")


COMPOSE = """\
services:
  redis:
    image: redis:7-alpine
    ports:
      - "6379:6379"
  db:
    image: postgres:16
    ports:
      - "5433:5432"
"""


def replace_word(text, old, new):
    """Replace a name where it stands as a whole."""
    return re.sub(rf"\b{old}\b", new, text)


def git(root, *arguments):
    """Run git there."""
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)  # noqa: S607 - on PATH
