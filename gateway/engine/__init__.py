"""The engine: operations planned once, and executed breadth first.

A level of the response is all objects at the same place of the query. Each field of a
level is resolved once, with all its parents; what does not depend on each other runs at
the same time. The schema, its validation and the coercion of input are graphql-core's.
"""

from gateway.engine.binding import Binding, bind, bind_class
from gateway.engine.execution import Engine
from gateway.engine.leaves import LeafTypes
from gateway.engine.prepared import Prepared, Request, prepare
from gateway.engine.refusing import Refusal, Refusals
from gateway.engine.run import Step

__all__ = [
    "Binding",
    "Engine",
    "LeafTypes",
    "Prepared",
    "Refusal",
    "Refusals",
    "Request",
    "Step",
    "bind",
    "bind_class",
    "prepare",
]
