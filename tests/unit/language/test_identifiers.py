"""Names that a program could look up."""

from dreamd.language.identifiers import identifiers


def test_paths_symbols_commands_and_flags_are_told_apart():
    names = identifiers(
        "Run `make check --fast` after touching src/queue/worker.py, since `drain_queue()` and JobStore are in it."
    )
    assert names.commands == ("make check --fast",)
    assert names.paths == ("src/queue/worker.py",)
    assert names.symbols == ("drain_queue()", "JobStore")
    assert names.flags == ("--fast",)
    assert names.count == 5


def test_links_shares_and_choices_are_no_paths():
    names = identifiers("See https://example.org/docs/a.html: client/server, 3/4 of it, e.g. and/or.")
    assert names.paths == ()


def test_a_folder_a_dotfile_and_a_home_path_are_paths():
    assert identifiers("Clean build/ and ~/.cache/tool, keep .env and Makefile").paths == (
        "build/",
        "~/.cache/tool",
        ".env",
        "Makefile",
    )


def test_a_word_in_code_is_a_symbol_and_a_sentence_in_code_is_no_command():
    names = identifiers("Set `timeout`; the log says `connection to the server is lost`")
    assert names.symbols == ("timeout",)
    assert names.commands == ()


def test_nothing_is_named_twice():
    assert identifiers("a/b.go and a/b.go").paths == ("a/b.go",)
