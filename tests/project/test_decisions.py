"""Every dependency is a decision, and every decision has its page."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


@pytest.mark.parametrize("requirement", DEPENDENCIES)
def test_a_dependency_has_a_page_that_gives_its_reason(requirement):
    name = re.match(r"[\w-]+", requirement)[0]
    [page] = [path for path in PAGES if path.stem.endswith(f"-{name}")]
    assert "**Why.**" in page.read_text()


def test_pages_are_numbered_without_a_gap_and_headed_by_their_number():
    for number, page in enumerate(PAGES, start=1):
        assert page.name.startswith(f"{number:04d}-")
        assert page.read_text().startswith(f"# {number}. ")


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda page: page.name)
def test_a_link_in_the_documentation_leads_somewhere(page):
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", prose):
        assert (page.parent / target).exists(), target
