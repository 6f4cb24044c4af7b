"""Kinds and claims."""

import pytest

from dreamd.curators.rules.distilling.kinds import claim_of, kind_of
from dreamd.memory.records import Claim, Kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Run `make seed` before the first start.", Kind.PROCEDURAL),
        ("The suite needs `docker compose up -d` in another terminal.", Kind.PROCEDURAL),
        ("Connection pooling was tried and reverted because the proxy closes idle sockets.", Kind.EPISODIC),
        ("The importer skips rows without a tenant.", Kind.SEMANTIC),
        ("The `git clean -fd` command does not touch what is ignored.", Kind.SEMANTIC),
        ("Remove the map view completely, it is not helping.", Kind.EPISODIC),
    ],
)
def test_how_it_is_done_what_was_tried_and_what_holds_are_told_apart(text, kind):
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The default timeout of the upload client is `30s`.", Claim("the upload client", "default timeout", "30s")),
        ("The port for the admin server is 8081.", Claim("the admin server", "port", "8081")),
        ("`cache.mode` defaults to `lazy`.", Claim("cache.mode", "default", "lazy")),
        ("The upload client waits for the server.", None),
    ],
)
def test_a_claim_is_read_only_where_the_whole_statement_has_that_form(text, claim):
    assert claim_of(text) == claim
