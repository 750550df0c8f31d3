"""How the garbage collector is set while the gateway serves."""

import gc


def spare_what_stays() -> None:
    """Keep the collector from going through all that was loaded, time and again.

    An answer makes thousands of objects and no cycles, a plan none either. Checking a
    new document leaves about a thousand objects in cycles, which die young. All wait
    while the collector works, so it works often and little at a time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
