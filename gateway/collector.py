"""How the garbage collector is set while the gateway serves."""

import gc


def spare_what_stays() -> None:
    """Keep the collector from going through all that was loaded, time and again.

    An answer makes thousands of objects and few cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
