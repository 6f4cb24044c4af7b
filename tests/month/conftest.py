"""What was seen in the days that were played, at the end of the tests."""

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    seen: Counter[str] = Counter()
    for report in terminalreporter.getreports(""):
        if report.when == "teardown":
            seen.update({name: int(count) for name, count in report.user_properties if name.startswith("seen: ")})
    for name, number in seen.items():
        terminalreporter.write_line(f"{name}: {number}")
