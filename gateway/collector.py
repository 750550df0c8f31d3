"""How the garbage collector is set while the gateway serves."""

import gc


def spare_what_stays() -> None:
    """Keep the collector from going through all that was loaded, time and again.

    An answer makes thousands of objects and no cycles; a document that is forgotten
    leaves some hundred in cycles, which only a whole collection frees: one for every
    2,000 new documents or so.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 5, 5)
