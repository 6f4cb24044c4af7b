"""What holds for all tests: none is timed, and what they tried and saw is counted at the end of the output."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

# On a busy machine an example takes as long as it takes. All else stays as it is here, or where CI is set.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

#: how the names of properties begin that are numbers to be added up
_COUNTED = ("tried: ", "seen: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found: Counter[str] = Counter()
    for report in terminalreporter.getreports(""):
        if report.when == "teardown":
            found.update({name: int(count) for name, count in report.user_properties if name.startswith(_COUNTED)})
    for name, number in found.items():
        terminalreporter.write_line(f"{name}: {number}")
