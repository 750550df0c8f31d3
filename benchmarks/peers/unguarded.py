"""`python -m benchmarks.peers.unguarded [audit] [admission]`: the gateway without.

What it answers more in a second than the gateway as it is, those cost: the audit, and
policy with limits.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from functools import partial

from graphql import GraphQLSchema

from gateway import app, operations
from gateway.access.audit.entries import Matter
from gateway.access.audit.log import Keeping
from gateway.access.viewer import Caller
from gateway.admission import Admission, Free
from gateway.command_line import run
from gateway.controls import Controls, controls_of
from gateway.opening import Gateway
from gateway.recording import Recorded, Told
from schema.visibility import Audience


class _Unrecorded(Recorded):
    """Lets all looks pass."""

    async def answered(self, caller: Caller, told: Told, seconds: float) -> None:  # type: ignore[override]
        """Record nothing."""

    async def again(self, caller: Caller, matter: Matter | None) -> None:
        """Record nothing."""


class _Open(Controls):
    """Lets all operations in."""

    def admission(self, audience: Audience, schema: GraphQLSchema) -> Admission:  # type: ignore[override]
        """Count nothing."""
        return Free()


def _opened(gateway: Gateway, without: Sequence[str]) -> Controls:
    real = controls_of(gateway)
    parts = {one.name: getattr(real, one.name) for one in fields(real)}
    if "audit" in without:
        settings = gateway.settings
        places = settings.audit_place(), settings.receipts_place()
        parts["recorded"] = _Unrecorded(*places, settings.now, Keeping())
    return _Open(**parts) if "admission" in without else Controls(**parts)


def main(without: Sequence[str]) -> None:
    """Serve as `creditnet serve` does."""
    vars(app)["controls_of"] = partial(_opened, without=without)
    run(lambda settings: operations.serve(settings, dict(os.environ)))


if __name__ == "__main__":
    main(sys.argv[1:])
