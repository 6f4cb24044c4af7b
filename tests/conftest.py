"""What the tests tried and saw, counted over all of them, at the end of the output."""

from collections import Counter

import pytest

#: how the names of properties begin that are numbers to be added up
_COUNTED = ("tried: ", "seen: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found: Counter[str] = Counter()
    for report in terminalreporter.getreports(""):
        if report.when == "teardown":
            found.update({name: int(count) for name, count in report.user_properties if name.startswith(_COUNTED)})
    for name, number in found.items():
        terminalreporter.write_line(f"{name}: {number}")
