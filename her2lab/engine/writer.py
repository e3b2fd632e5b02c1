"""A thin layer over llvmlite's builder: typed memory, vectors of lanes, loops and conditions.

All memory is an array of eight-byte cells. A *vector* holds one number per lane and occupies as many cells as
there are lanes. Sums of products may be fused into multiply-adds; every lane runs the same instruction, so
the result of a lane does not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

DOUBLE = ir.DoubleType()
INTEGER = ir.IntType(64)
SHORT = ir.IntType(32)
BIT = ir.IntType(1)
POINTER = ir.PointerType()
VOID = ir.VoidType()
CONTRACT = ("contract",)
CELL = 8
LOADS_BETWEEN_FENCES = 100
"""Vectors loaded between two fences.

LLVM compares each load of a stretch with every other, so that a long body takes time with the square of its length.
A fence within the thread ends the stretch and costs no instruction; closer together they keep it from moving loads
to where registers are free.
"""

Value = Any
"""An llvmlite value; the library carries no types."""


def declare(module: ir.Module, name: str, arguments: list[Any], result: Any = VOID, export: bool = False) -> Any:
    """A new function of the module; one that is not exported may not be called from outside."""
    function = ir.Function(module, ir.FunctionType(result, arguments), name)
    function.attributes.add("nounwind")
    for argument in function.args:
        if argument.type == POINTER:
            argument.add_attribute("noalias")
    if not export:
        function.linkage = "internal"
        function.attributes.add("noinline")
    return function


class Writer:
    """Writes the body of one function for a given number of lanes."""

    def __init__(self, function: Any, lanes: int) -> None:
        self.function = function
        self.lanes = lanes
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.vector = ir.VectorType(DOUBLE, lanes) if lanes > 1 else DOUBLE
        self.integers = ir.VectorType(INTEGER, lanes) if lanes > 1 else INTEGER
        self._loads = 0
        self.inlined = 0

    # -- constants and memory ----------------------------------------------------------------------

    def number(self, value: float) -> Value:
        """The number in every lane."""
        return ir.Constant(self.vector, [value] * self.lanes if self.lanes > 1 else value)

    def integer(self, value: int) -> Value:
        """A whole number."""
        return ir.Constant(INTEGER, value)

    def cell(self, base: Value, index: Value | int, scale: int = 1) -> Value:
        """Address of cell ``index * scale`` after the base."""
        at = self.integer(index * scale) if isinstance(index, int) else index
        if scale != 1 and not isinstance(index, int):
            at = self.builder.mul(at, self.integer(scale))
        return self.builder.gep(base, [at], inbounds=True, source_etype=DOUBLE)

    def load(self, base: Value, index: Value | int = 0, kind: Any = DOUBLE) -> Value:
        """The number in one cell."""
        return self.builder.load(self.cell(base, index), typ=kind, align=CELL)

    def store(self, value: Value, base: Value, index: Value | int = 0) -> None:
        """Put a number into one cell."""
        self.builder.store(value, self.cell(base, index), align=CELL)

    def load_vector(self, base: Value, index: Value | int = 0, kind: Any = None) -> Value:
        """The vector of that index after the base."""
        self._loads += 1
        if self._loads % LOADS_BETWEEN_FENCES == 0:
            self.builder.fence("acq_rel", "singlethread")
        address = self.cell(base, index, self.lanes)
        return self.builder.load(address, typ=kind or self.vector, align=CELL * self.lanes)

    def store_vector(self, value: Value, base: Value, index: Value | int = 0) -> None:
        """Put a vector at that index after the base."""
        self.builder.store(value, self.cell(base, index, self.lanes), align=CELL * self.lanes)

    # -- arithmetic --------------------------------------------------------------------------------

    def add(self, a: Value, b: Value) -> Value:
        """The sum, which may be fused with a product."""
        return self.builder.fadd(a, b, flags=CONTRACT)

    def subtract(self, a: Value, b: Value) -> Value:
        """The difference, which may be fused with a product."""
        return self.builder.fsub(a, b, flags=CONTRACT)

    def multiply(self, a: Value, b: Value) -> Value:
        """The product, which may be fused into a sum."""
        return self.builder.fmul(a, b, flags=CONTRACT)

    def divide(self, a: Value, b: Value) -> Value:
        """The quotient."""
        return self.builder.fdiv(a, b)

    def call(self, name: str, *arguments: Value) -> Value:
        """A function of the mathematical library, in every lane; vectors or scalars alike."""
        kind = arguments[0].type
        full = f"llvm.{name}." + (f"v{kind.count}f64" if isinstance(kind, ir.VectorType) else "f64")
        module = self.function.module
        found = module.globals.get(full)
        if found is None:
            found = ir.Function(module, ir.FunctionType(kind, [kind] * len(arguments)), full)
        return self.builder.call(found, arguments)

    def compare(self, relation: str, a: Value, b: Value) -> Value:
        """Ordered comparison: false where either side is NaN (``!=`` is true there)."""
        if relation == "!=":
            return self.builder.fcmp_unordered(relation, a, b)
        return self.builder.fcmp_ordered(relation, a, b)

    def larger(self, a: Value, b: Value) -> Value:
        """The larger; the second where the first is NaN."""
        return self.builder.select(self.compare(">", a, b), a, b)

    def smaller(self, a: Value, b: Value) -> Value:
        """The smaller; the second where the first is NaN."""
        return self.builder.select(self.compare("<", a, b), a, b)

    def truth(self, integers: Value) -> Value:
        """Whether a whole number, or each of a vector of them, is not zero."""
        return self.builder.icmp_signed("!=", integers, ir.Constant(integers.type, None))

    def spread(self, scalar: Value) -> Value:
        """The same number in every lane."""
        if self.lanes == 1:
            return scalar
        blank = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(blank, scalar, ir.Constant(ir.IntType(32), 0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), None)
        return self.builder.shuffle_vector(first, blank, everywhere)

    # -- control -----------------------------------------------------------------------------------

    @contextmanager
    def loop(self, stop: Value | int, start: Value | int = 0) -> Iterator[Value]:
        """Count from start up to but not including stop; the index is an integer value."""
        first = self.integer(start) if isinstance(start, int) else start
        last = self.integer(stop) if isinstance(stop, int) else stop
        before = self.builder.block
        head = self.function.append_basic_block("head")
        body = self.function.append_basic_block("body")
        after = self.function.append_basic_block("after")
        self.builder.branch(head)
        self.builder.position_at_end(head)
        index = self.builder.phi(INTEGER)
        index.add_incoming(first, before)
        self.builder.cbranch(self.builder.icmp_signed("<", index, last), body, after)
        self.builder.position_at_end(body)
        yield index
        index.add_incoming(self.builder.add(index, self.integer(1)), self.builder.block)
        self.builder.branch(head)
        self.builder.position_at_end(after)

    @contextmanager
    def repeat(self) -> Iterator[Any]:
        """Repeat the body until it branches to the yielded block."""
        body = self.function.append_basic_block("repeat")
        after = self.function.append_basic_block("done")
        self.builder.branch(body)
        self.builder.position_at_end(body)
        yield after
        self.builder.branch(body)
        self.builder.position_at_end(after)

    def leave(self, after: Any, condition: Value) -> None:
        """Branch out of a :meth:`repeat` where the condition holds."""
        onward = self.function.append_basic_block("onward")
        self.builder.cbranch(condition, after, onward)
        self.builder.position_at_end(onward)

    def finish(self) -> None:
        """End the function."""
        self.builder.ret_void()


class Table:
    """A constant array of whole numbers in the module; one name stands for one array in each function."""

    def __init__(self, writer: Writer, name: str, values: Iterable[int]) -> None:
        numbers = [int(value) for value in values] or [0]
        kind = ir.ArrayType(SHORT, len(numbers))
        self.writer = writer
        module, full = writer.function.module, f"{writer.function.name}_{name}"
        if full in module.globals:
            self.data = module.globals[full]
            return
        self.data = ir.GlobalVariable(module, kind, full)
        self.data.initializer = ir.Constant(kind, numbers)
        self.data.global_constant = True
        self.data.linkage = "internal"

    def __getitem__(self, index: Value) -> Value:
        """The number at an index, widened."""
        builder = self.writer.builder
        address = builder.gep(self.data, [index], inbounds=True, source_etype=SHORT)
        return builder.sext(builder.load(address, typ=SHORT), INTEGER)
