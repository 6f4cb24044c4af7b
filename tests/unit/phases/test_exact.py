import pytest

from dreamd.language.manifests import Service, services
from dreamd.memory.changes import Reword, Verify
from dreamd.phases.exact import made_exact
from dreamd.phases.refresh import step

REDIS = Service("docker-compose.test.yml", ("cache", "redis"), 6379)
POSTGRES = Service("docker-compose.test.yml", ("db", "postgres"), 5433)
OTHER = Service("docker-compose.yml", ("redis",), 6380)


@pytest.mark.parametrize(
    ("claim", "exact"),
    [
        ("Integration tests need Redis.", "Integration tests need Redis on 6379: docker-compose.test.yml"),
        ("The e2e tests need a running redis", "The e2e tests need a running redis on 6379: docker-compose.test.yml"),
        ("Tests require PostgreSQL", "Tests require PostgreSQL on 5433: docker-compose.test.yml"),
        ("The tests need some database.", "The tests need Postgres on 5433: docker-compose.test.yml"),
    ],
)
def test_a_vague_claim_says_port_and_file_where_a_compose_file_for_tests_proves_them(claim, exact):
    assert made_exact(claim, (REDIS, POSTGRES, OTHER))[0] == exact


@pytest.mark.parametrize(
    "claim",
    [
        "The tests need some service.",  # which of the two
        "Integration tests need Kafka.",
        "The worker needs Redis.",  # that is not what the file for tests is for
        "Integration tests need Redis on 6390.",
        "Integration tests need Redis 7.",
        "Integration tests probably need care.",
        "Unit tests do not need Redis.",
        "Unit tests never use Redis.",
        "No tests need Redis.",
        "Do the tests need Redis?",
        "Some tests need Redis.",
        "I think the tests need Redis.",
    ],
)
def test_what_is_not_certain_is_left_as_it_is(claim):
    assert made_exact(claim, (REDIS, POSTGRES, OTHER)) is None


def test_a_file_that_is_not_for_tests_proves_nothing_of_tests():
    assert made_exact("Integration tests need Redis.", (OTHER,)) is None


def test_what_was_made_exact_is_marked_at_the_commit_and_stays(make):
    """Invariant 9."""
    memory = make.memory("The tests need some service.")
    repository = make.repository(services=(REDIS,), files=frozenset({REDIS.file}))
    reword, verify = step(make.dream(repository=repository), make.state(memory)).changes
    assert isinstance(reword, Reword)
    assert reword.text == "The tests need Redis on 6379: docker-compose.test.yml"
    assert "c0ffee" in reword.reason
    assert isinstance(verify, Verify)
    assert verify.verified.holds
    _, once = make.run(state=make.state(memory), repository=repository)
    proposal, _ = make.run(state=once, repository=repository)
    assert proposal.changes == ()


def test_a_compose_file_tells_services_that_publish_one_port():
    text = """
version: "3"
services:
  # what tests need
  cache:
    image: "library/redis:7-alpine"
    ports:
      - "127.0.0.1:6379:6379"
  queue:
    image: rabbitmq:3
    ports: ["5672:5672"]
  mail:
    image: mailhog
    ports:
      - 1025:1025
      - 8025:8025
volumes:
  data:
"""
    assert services("docker-compose.test.yml", text) == (REDIS,)
