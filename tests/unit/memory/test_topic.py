"""Topics that come from elsewhere."""

import pytest

from dreamd.memory.topic import GENERAL, MOST_TOPICS, is_topic, settle, slug


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Tests", "tests"),
        ("How we deploy (and why)", "how-we-deploy-and-why"),
        ("Überblick", "uberblick"),
        ("../../etc", "etc"),
        ("日本語", GENERAL),
        ("", GENERAL),
        ("x" * 100, "x" * 40),
    ],
)
def test_a_heading_becomes_a_name_that_a_file_can_have(title, topic):
    assert slug(title) == topic
    assert is_topic(slug(title))


def test_a_store_keeps_its_topics_and_gets_as_many_new_ones_as_it_can_link_to():
    wanted = [f"new-{number}" for number in range(2 * MOST_TOPICS)] + ["old", "new-9"]
    became = settle(wanted, {"old"})
    assert became["old"] == "old"
    assert became["new-9"] == "new-9"
    assert len(set(became.values()) | {"old", GENERAL}) == MOST_TOPICS
