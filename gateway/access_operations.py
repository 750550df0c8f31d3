"""What an operator can ask about the policy, and about the schemas."""

import sys
from pathlib import Path

from adapters.modules import Modules, load_modules
from gateway.access.demand.annotated import annotated
from gateway.access.demand.declared import weights_of
from gateway.access.policy import PolicyError
from gateway.access.policy.explaining import explain as explained
from gateway.access.policy.policy_file import check
from gateway.access.viewer import Caller
from gateway.controls import policy_of, reading_of
from gateway.errors import OperationRefused
from gateway.settings import Settings
from schema.brought import Contract
from schema.build import build, sdl
from schema.visibility import Audience


async def check_policy(settings: Settings, file: Path) -> None:
    """Say that a policy's file has no fault; raises OperationRefused with all."""
    try:
        sys.stdout.write(f"{check(reading_of(file, _contract(settings)))}\n")
    except PolicyError as error:
        raise OperationRefused(str(error)) from error


async def explain(settings: Settings, caller: Caller, thing: str) -> None:
    """Say what a caller sees of a field or a record type; raises OperationRefused."""
    try:
        lines = explained(
            policy_of(settings, _contract(settings)).policy, caller, thing
        )
    except PolicyError as error:
        raise OperationRefused(str(error)) from error
    sys.stdout.write("\n".join(lines) + "\n")


async def print_schema(audience: Audience, *, costs: bool) -> None:
    """Write a schema; with `costs`, the weights by which operations are admitted."""
    text = sdl(audience)
    if costs:
        schema = build(audience)
        text = annotated(schema, weights_of(schema))
    sys.stdout.write(text)


def _contract(settings: Settings) -> Contract:
    """Give all record types that there are, those of modules among them."""
    try:
        return load_modules(settings.modules, Modules()).contract
    except OSError as error:
        words = f"{settings.modules}: {error.strerror} (CREDITNET_MODULES)"
        raise OperationRefused(words) from error
