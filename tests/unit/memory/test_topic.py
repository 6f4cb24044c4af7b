"""Topics that come from elsewhere."""

from dreamd.memory.topic import GENERAL, MOST_TOPICS, is_topic, settle


def test_a_topic_is_what_a_file_can_be_named_after():
    names = ["tests", "a-1", "", "A", "../x", "x" * 65, "a b", "a.md"]
    assert [name for name in names if is_topic(name)] == ["tests", "a-1"]


def test_a_store_keeps_its_topics_and_gets_as_many_new_ones_as_it_can_link_to():
    wanted = [f"new-{number}" for number in range(2 * MOST_TOPICS)] + ["old", "new-9"]
    became = settle(wanted, {"old"})
    assert became["old"] == "old"
    assert became["new-9"] == "new-9"
    assert len(set(became.values()) | {"old", GENERAL}) == MOST_TOPICS
