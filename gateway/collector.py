"""How the garbage collector is set while the gateway serves."""

import gc


def spare_what_stays() -> None:
    """Keep the collector from going through all that was loaded, time and again.

    An answer makes thousands of objects and no cycles, a plan none either. Checking a
    new document leaves about a thousand objects in cycles, which die young. All wait
    while the collector works, so it works on little at a time; more often than this, a
    large answer that is being made sets it off time and again for nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
