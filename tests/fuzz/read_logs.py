"""A fuzzer for everything that reads hostile bytes: any log, in any format, however broken.

    make fuzz                                     for ten minutes
    python tests/fuzz/read_logs.py -max_total_time=3600 CORPUS

No input may raise, loop or hold more memory than the reader's bounds. The first byte chooses the format; what is left
is the log. What it finds becomes a case in ``tests/unit/sessions/test_found_by_fuzzing.py``.
"""

import contextlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dreamd"]):
    from dreamd.errors import LogError
    from dreamd.language.purged import NOTHING
    from dreamd.language.redact import redact
    from dreamd.language.visible import visible
    from dreamd.sessions import read as reading
    from dreamd.sessions.formats import FORMATS, detect
    from dreamd.sessions.formats.tally import Tally
    from dreamd.sessions.lines import OpenLog

NAMES = (Path("s.jsonl"), Path("session-1.json"), Path(".aider.chat.history.md"), Path(".specstory/history/s.md"))


def once(data: bytes) -> None:
    """Given any bytes, read them as the format that their first byte says, to the end of what is kept of them."""
    if not data:
        return
    choice, log = data[0], data[1:]
    for name in NAMES:
        detect(log[:65536], name)
    known = FORMATS[choice % len(FORMATS)]
    with contextlib.suppress(LogError):
        first = list(known.read(OpenLog.of(log), Tally()))
        again = list(known.read(OpenLog.of(log), Tally()))
        assert first == again, "the same log gives other records"
        sessions = reading._first_reading(iter(first), "stem", "mara")
        for session in sessions.values():
            session.say()
            session.finish(NOTHING)
            for event in session.session.events:
                assert visible(event.text) == event.text, "what cannot be seen is kept"
                assert redact(event.text).text == event.text, "a secret is kept"


if __name__ == "__main__":
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()
