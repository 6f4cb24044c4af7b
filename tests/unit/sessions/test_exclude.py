"""What is left out, and what is not."""

import pytest

from dreamd.sessions.exclude import NOTHING_EXCLUDED, Exclude


@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("/home/mara/private", "/home/mara/private/a/b.jsonl", True),
        ("/home/mara/private/", "/home/mara/private/b.jsonl", True),
        ("/home/mara/private", "/home/mara/privately/b.jsonl", False),
        ("/home/*/private/*.jsonl", "/home/mara/private/b.jsonl", True),
        ("/home/*/private/*.jsonl", "/home/mara/work/private/b.jsonl", True),
        ("/home/**/b.jsonl", "/home/mara/private/b.jsonl", True),
        ("*/private/*", "/home/mara/private/b.jsonl", True),
        ("b.jsonl", "/home/mara/private/b.jsonl", True),
        ("private", "/home/mara/private/b.jsonl", True),
        ("priv*", "/home/mara/private/b.jsonl", True),
        ("rivate", "/home/mara/private/b.jsonl", False),
        ("Private", "/home/mara/private/b.jsonl", False),
        ("-home-mara-secret*", "/m/.claude/projects/-home-mara-secret-app/b.jsonl", True),
        ("/", "/home/mara/private/b.jsonl", True),
    ],
)
def test_a_path_covers_what_lies_below_it_and_a_bare_name_is_found_anywhere(pattern, path, excluded):
    assert Exclude(paths=(pattern,)).log(path) is excluded


@pytest.mark.parametrize(
    ("pattern", "folder", "excluded"),
    [
        ("/srv/secret", "/srv/secret", True),
        ("/srv/secret", "/srv/secret/", True),
        ("/srv/secret/", "/srv/secret", True),
        ("/srv/secret", "/srv/secret/src/deep", True),
        ("/srv/secret", "/srv/secretary", False),
        ("/srv/secret", "/mnt/srv/secret", False),
        ("/srv/SECRET", "/srv/secret", False),
        ("/home/*/clients", "/home/mara/clients/acme", True),
        ("clients", "/home/mara/clients/acme", True),
        ("acme-*", "/home/mara/acme-web/src", True),
        ("clients", "/home/mara/client", False),
        ("/srv/my  notes", "/srv/my notes", True),
        (r"C:\Users\mara\secret", r"C:\Users\mara\secret\app", True),
        ("secret", r"C:\Users\mara\secret\app", True),
    ],
)
def test_a_project_covers_what_lies_below_it(pattern, folder, excluded):
    assert Exclude(projects=(pattern,)).session("s", (), {folder}) is excluded


def test_one_folder_of_several_is_enough():
    assert Exclude(projects=("/srv/secret",)).session("s", (), {"/srv/shop", "/srv/secret"})


def test_people_and_sessions_are_whole_names():
    exclude = Exclude(people=("mara", "ext-*"), sessions=("0b1*",))
    assert exclude.session("s", {"mara"}, ())
    assert exclude.session("s", {"ines", "ext-7"}, ())
    assert exclude.session("0b1c", {"ines"}, ())
    assert not exclude.session("a0b1c", {"maraike", "Mara", "next-7"}, {"/home/mara"})


def test_where_nothing_is_excluded_nothing_is():
    assert not NOTHING_EXCLUDED.log("/any.jsonl")
    assert not NOTHING_EXCLUDED.session("", ("",), ("",))


def test_many_patterns_are_one_question():
    exclude = Exclude(paths=tuple(f"/home/user{number}/private" for number in range(200)))
    assert exclude.log("/home/user199/private/x.jsonl")
    assert not exclude.log("/home/user200/private/x.jsonl")
