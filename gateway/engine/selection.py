"""One selection of fields of one object type, run for all its objects at once."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from time import perf_counter
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLFieldResolver,
    GraphQLObjectType,
    default_field_resolver,
)

from gateway.engine.awaiting import Completed, later, settled, together
from gateway.engine.binding import Binding, binding_of
from gateway.engine.completion import Completer, Leaf, Values
from gateway.engine.leaves import LeafTypes
from gateway.engine.postponed import Deferral, Deferred
from gateway.engine.projection import Objects, Projection
from gateway.engine.run import AWAITABLE, FAULT, Run, kinds
from gateway.engine.trail import Trail

Bound = Mapping[str, Any]
"""A field's arguments, as its resolver takes them."""
ArgumentsOf = Callable[[Run], Bound]


class WrongCount(Exception):
    """A batch resolver gave not one result for each parent: a programming error."""


class Column:
    """A field that is resolved, then completed, for all parents."""

    def __init__(  # noqa: PLR0913, PLR0917 - all there is to a field
        self,
        key: str,
        order: int,
        parent: GraphQLObjectType,
        definition: GraphQLField,
        nodes: list[FieldNode],
        arguments: ArgumentsOf,
        completer: Completer,
    ) -> None:
        """Put a field of the type `parent` under `key`."""
        self.key = key
        self.order = order
        self.place = completer.place
        self.required = completer.place.required
        self.name = f"{parent.name}.{nodes[0].name.value}"
        self._parent = parent
        self._definition = definition
        self._nodes = nodes
        self._arguments = arguments
        self._complete = completer.complete
        binding = binding_of(definition) or Binding()
        self._batch = binding.batch
        self._read = attrgetter(binding.attribute) if binding.attribute else None
        self._resolve: GraphQLFieldResolver = (
            binding.single or definition.resolve or default_field_resolver
        )

    def run(self, run: Run, parents: Values, trail: Trail) -> Completed:
        """Give one completed value for each parent."""
        below = trail.field(self.key, self.order, required=self.required)
        if self._read is not None:
            return self._complete(run, self._attributes(parents), below)
        started = perf_counter()
        try:
            arguments = self._arguments(run)
            if self._batch is None:
                return self._singly(run, parents, arguments, below, started)
            results = self._batch(parents, run.template, **arguments)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises
            return self._complete(run, [error] * len(parents), below)
        if isinstance(results, Awaitable):
            return self._batch_later(run, results, len(parents), below, started)
        run.step(below, self.name, len(parents), started)
        return self._complete(run, self._counted(results, len(parents)), below)

    def _attributes(self, parents: Values) -> Values:
        try:
            return list(map(self._read, parents))  # type: ignore[arg-type]
        except Exception:  # noqa: BLE001 - a property may raise anything
            return [self._attribute(parent) for parent in parents]

    def _attribute(self, parent: object) -> object:
        try:
            return self._read(parent)  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - a property may raise anything
            return error

    async def _batch_later(
        self,
        run: Run,
        awaited: Awaitable[Any],
        size: int,
        below: Trail,
        started: float,
    ) -> list[Any]:
        try:
            values = self._counted(await awaited, size)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises
            values = [error] * size
        run.step(below, self.name, size, started)
        return await later(self._complete(run, values, below))

    def _counted(self, results: Any, size: int) -> Values:  # noqa: ANN401
        if isinstance(results, list | tuple) and len(results) == size:
            return list(results)
        given = len(results) if isinstance(results, list | tuple) else repr(results)
        words = f"{self.name}: {given} results for {size} parents"
        return [WrongCount(words)] * size

    def _singly(
        self,
        run: Run,
        parents: Values,
        arguments: Mapping[str, Any],
        below: Trail,
        started: float,
    ) -> Completed:
        info = self._info(run, below)
        values = []
        for parent in parents:
            try:
                values.append(self._resolve(parent, info, **arguments))
            except Exception as error:  # noqa: BLE001 - whatever a resolver raises
                values.append(error)
        if AWAITABLE in kinds(values):
            return self._singly_later(run, values, below, started)
        run.step(below, self.name, len(parents), started)
        return self._complete(run, values, below)

    async def _singly_later(
        self, run: Run, values: Values, below: Trail, started: float
    ) -> list[Any]:
        found = await settled(values)
        run.step(below, self.name, len(found), started)
        return await later(self._complete(run, found, below))

    def _info(self, run: Run, below: Trail) -> Any:  # noqa: ANN401
        return run.template._replace(
            field_name=self._nodes[0].name.value,
            field_nodes=self._nodes,
            return_type=self._definition.type,
            parent_type=self._parent,
            path=below.path(0),
        )


class Plain:
    """A leaf that is an attribute of the parent; or a constant, the type's name."""

    def __init__(self, key: str, order: int, attribute: str, leaf: Leaf) -> None:
        """Read `attribute`."""
        self.key = key
        self.order = order
        self.attribute = attribute
        self.declared = leaf.declared
        self.required = leaf.place.required
        self._leaf = leaf

    def run(self, run: Run, parents: Values, trail: Trail) -> list[Any]:
        """Give one completed value for each parent; those refused are errors."""
        values = []
        for parent in parents:
            try:
                values.append(getattr(parent, self.attribute))
            except Exception as error:  # noqa: BLE001 - a property may raise anything
                values.append(error)
        below = trail.field(self.key, self.order, required=self.required)
        done: list[Any] = self._leaf.complete(run, values, below)  # type: ignore[assignment]
        return done


class TypeName:
    """The name of the object's type."""

    required = False

    def __init__(self, key: str, name: str) -> None:
        """Say `name` under `key`."""
        self.key = key
        self.name = name


Field = Column | Plain | TypeName


class Selection:
    """The fields of one selection, in the order of the response."""

    def __init__(
        self,
        fields: Sequence[Field],
        leaf_types: LeafTypes,
        deferral: Deferral | None = None,
    ) -> None:
        """Compile what makes the objects; `deferral` tells what comes later."""
        self._fields = fields
        self._deferral = deferral
        self.columns = [one for one in fields if isinstance(one, Column)]
        self._leaf_types = leaf_types
        self._project: Objects | None = None

    def run(self, run: Run, parents: Values, trail: Trail) -> Completed:
        """Give one object for each parent, or FAULT; fields run at the same time."""
        if not parents:
            return []
        if self._deferral is not None:
            run.postponed.append(Deferred(self._deferral, parents, trail))
        columns = [column.run(run, parents, trail) for column in self.columns]
        for column in columns:
            if not isinstance(column, list):
                return self._later(run, parents, columns, trail)
        return self._objects(run, parents, columns, trail)  # type: ignore[arg-type]

    async def run_serially(self, run: Run, parents: Values, trail: Trail) -> list[Any]:
        """Give the same, one field after the other, as mutations are run."""
        if self._deferral is not None:
            run.postponed.append(Deferred(self._deferral, parents, trail))
        columns = []
        for column in self.columns:
            columns.append(await later(column.run(run, parents, trail)))
        return self._objects(run, parents, columns, trail)

    async def _later(
        self, run: Run, parents: Values, columns: list[Completed], trail: Trail
    ) -> list[Any]:
        return self._objects(run, parents, await together(columns), trail)

    def _objects(
        self, run: Run, parents: Values, columns: Sequence[list[Any]], trail: Trail
    ) -> list[Any]:
        if self._project is None:
            self._project = self._compiled()
        try:
            objects = self._project(parents, *columns)
        except Exception:  # noqa: BLE001 - found again, each in its place
            return self._carefully(run, parents, columns, trail)
        if run.faulted:
            required = [
                values
                for values, column in zip(columns, self.columns, strict=True)
                if column.required
            ]
            _spread(objects, required)
        return objects

    def _carefully(
        self, run: Run, parents: Values, columns: Sequence[list[Any]], trail: Trail
    ) -> list[Any]:
        """Make the same objects where some leaf is refused."""
        given = iter(columns)
        found: list[tuple[Field, Iterator[Any]]] = []
        required = []
        for one in self._fields:
            if isinstance(one, TypeName):
                values = [one.name] * len(parents)
            elif isinstance(one, Plain):
                values = one.run(run, parents, trail)
            else:
                values = next(given)
            found.append((one, iter(values)))
            if one.required:
                required.append(values)
        objects = [{one.key: next(values) for one, values in found} for _ in parents]
        _spread(objects, required)
        return objects

    def _compiled(self) -> Objects:
        projection = Projection(self._leaf_types)
        for one in self._fields:
            if isinstance(one, TypeName):
                projection.constant(one.key, one.name)
            elif isinstance(one, Plain):
                projection.leaf(
                    one.key, one.attribute, one.declared, required=one.required
                )
            else:
                projection.column(one.key)
        return projection.compiled()


def _spread(objects: list[Any], required: Sequence[list[Any]]) -> None:
    """Put FAULT in place of objects that lack a field which may not be null."""
    for values in required:
        for place, value in enumerate(values):
            if value is FAULT:
                objects[place] = FAULT
