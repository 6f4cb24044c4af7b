"""Which events hold an agent's own words, and what of them is marked."""

from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.worded import Worded


def call(text, name="c"):
    return Event("r", Role.AGENT, Act.CALL, text, tool="bash", call=name)


def failed(name="c"):
    return Event("r", Role.TOOL, Act.RESULT, "unknown flag", tool="bash", call=name, ok=False)


def compared(*events):
    return [text for _event, text in Worded(events)]


def test_speech_and_the_message_of_a_commit_are_compared_as_they_stand():
    said = Event("r", Role.AGENT, Act.SAID, "Depots come first.")
    commit = call("git commit -m 'Sort depots'")
    asked = Event("r", Role.USER, Act.SAID, "sort them")
    assert compared(asked, said, commit) == [said.text, commit.text]


def test_a_command_is_compared_where_one_failed_shortly_before_or_fails_itself():
    events = (call("make a"), call("make b", "f"), failed("f"), call("make c"), *(call("ls") for _ in range(20)))
    texts = compared(*events)
    assert texts[:3] == ["Run `make b`.", "Run `make c`.", "Run `ls`."]
    assert len(texts) < 15


def test_of_a_command_all_is_marked_and_of_speech_the_sentences_that_repeat():
    said, run = Event("r", Role.AGENT, Act.SAID, "One. Two."), call("make all the things")
    worded = Worded((said, run, failed()))
    assert worded.marks([((0, 4),), ((2, 9),)]) == {id(said): ((0, 4),), id(run): ((0, len(run.text)),)}
    assert worded.marks([(), ()]) == {}
