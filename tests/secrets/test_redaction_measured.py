"""How much redaction finds and how often it cries wolf, on texts made by code that does not know its rules.

``SECRETS_SEED=7`` draws fresh texts; ``SECRETS_REPORT=FILE`` appends to that file what was missed.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from dreamd.language.redact import redact

from .generator import in_json, in_prose, near_misses, positives

SEED = int(os.environ.get("SECRETS_SEED", "1"))

#: fewer characters of a secret than this can stand in a text by chance, or tell nobody anything
PIECE = 12

VARIANTS = {
    "plain": lambda samples: samples,
    "prose": lambda samples: in_prose(samples, SEED),
    "json": lambda samples: in_json(samples, SEED),
}


def missed(sample):
    """Return the secrets of a sample that redaction left in its text whole."""
    left = redact(sample.text).text
    return [secret for secret in sample.secrets if secret in left]


def torn(sample):
    """Return what redaction left of a text whose secrets it all cut into, if a piece of one is still there, else ""."""
    left = redact(sample.text).text
    around = sample.text
    for secret in sample.secrets:
        if secret in left:
            return ""
        around = around.replace(secret, "\n")
    rest = pieces(left) - pieces(around)
    return left if any(pieces(secret) & rest for secret in sample.secrets) else ""


def pieces(text):
    return {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}


def table(title, samples, wrong):
    """Return a table of what went wrong, kind by kind, and each case by name."""
    total = Counter(sample.kind for sample in samples)
    bad = Counter(sample.kind for sample, _ in wrong)
    lines = [f"{title}: {len(wrong)} of {len(samples)} wrong ({len(wrong) / len(samples):.2%}), seed {SEED}"]
    lines += [f"  {kind:32} {count:3} of {total[kind]:3}" for kind, count in bad.most_common()]
    lines += [f"- {sample.kind}: {what!r} in {sample.text[:400]!r}" for sample, what in wrong]
    report = os.environ.get("SECRETS_REPORT")
    if report:
        with Path(report).open("a", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n\n")
    return "\n".join(lines)


def test_the_set_is_large_and_varied_and_the_same_for_the_same_seed():
    have, lack = positives(SEED), near_misses(SEED)
    assert len(have) >= 600
    assert len({sample.kind for sample in have}) >= 100
    assert len({sample.text for sample in lack}) >= 600
    assert all(sample.secrets and all(secret in sample.text for secret in sample.secrets) for sample in have)
    assert not any(mark in sample.text for sample in have + lack for mark in ("«", "»", "<VALUE>", "<NAME>"))
    assert (have, lack) == (positives(SEED), near_misses(SEED))
    assert have != positives(SEED + 1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_secrets_are_found(variant):
    samples = VARIANTS[variant](positives(SEED))
    wrong = [(sample, left) for sample in samples if (left := missed(sample))]
    told = table(f"secrets left, {variant}", samples, wrong)
    assert len(wrong) <= 0.03 * len(samples), told


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_piece_of_a_secret_that_was_found_is_left(variant):
    samples = VARIANTS[variant](positives(SEED))
    wrong = [(sample, left) for sample in samples if (left := torn(sample))]
    assert not wrong, table(f"pieces left, {variant}", samples, wrong)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_only_looks_like_a_secret_is_left_alone(variant):
    samples = VARIANTS[variant](near_misses(SEED))
    wrong = [(sample, redacted.text) for sample in samples if (redacted := redact(sample.text)).text != sample.text]
    told = table(f"false alarms, {variant}", samples, wrong)
    assert len(wrong) <= 0.03 * len(samples), told


@pytest.mark.parametrize("variant", VARIANTS)
def test_redacting_twice_changes_nothing_more(variant):
    samples = VARIANTS[variant](positives(SEED) + near_misses(SEED))
    once = [(sample, redact(sample.text).text) for sample in samples]
    wrong = [(sample, redact(left).found) for sample, left in once if redact(left).text != left]
    assert not wrong, table(f"not the same the second time, {variant}", samples, wrong)
