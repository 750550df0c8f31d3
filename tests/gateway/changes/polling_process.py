"""Polls departments in a process of its own, to be killed."""

import asyncio
import os
import sys

from gateway.app import polling_of
from gateway.opening import open_gateway
from gateway.settings import read_settings
from tests.gateway.changes.changing import DEPARTMENTS


async def main() -> None:
    environment = dict(os.environ)
    gateway = await open_gateway(read_settings(environment), environment, DEPARTMENTS)
    sys.stdout.write("polling\n")
    sys.stdout.flush()
    await polling_of(gateway).run()


if __name__ == "__main__":
    asyncio.run(main())
