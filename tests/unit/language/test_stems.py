"""Stems."""

from dreamd.language.stems import stem, stems, words


def test_forms_of_a_word_share_a_stem():
    assert len({stem("retry"), stem("retries"), stem("retried")}) == 1
    assert stem("user's") == stem("users")


def test_words_are_parted_at_everything_but_letters_digits_and_apostrophes():
    assert words("Don\u2019t call load_config() at /etc/App2") == [
        "don't",
        "call",
        "load",
        "config",
        "at",
        "etc",
        "app2",
    ]
    assert stems("Running tests") == ["run", "test"]
