"""Exponential, logarithm and power for all lanes at once.

The system's library has them for one number at a time. Methods and coefficients are those of FDLIBM (Sun
Microsystems, 1993: e_exp.c, e_log.c), whose errors stay below one unit in the last place; the power is
``exp(h log x)``, good to about ``1e-16 (1 + |h log x|)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir

from her2lab.engine.writer import Value, Writer, declare

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG_SERIES = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
EXP_SERIES = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
OVERFLOW, UNDERFLOW = 709.782712893384, -745.2
ROUND = 1.5 * 2.0**52
"""Added to a number it leaves the nearest whole number in the low bits."""
BIAS, MANTISSA_BITS = 1023, 52
INLINED = 48
"""Most of these functions written into one body, where they overlap with what stands around them; others are called."""
SMALLEST_NORMAL = 2.2250738585072014e-308


def write_call(writer: Writer, name: str, *arguments: Value) -> Value:
    """A function of the mathematical library; exp, log and pow by the code of this file if there are several lanes."""
    if writer.lanes == 1 or name not in _BODIES:
        return writer.call(name, *arguments)
    if writer.inlined < INLINED:
        writer.inlined += 1
        return _BODIES[name](writer, *arguments)
    return writer.builder.call(_function(writer.function.module, name, writer.lanes), arguments)


def _function(module: ir.Module, name: str, lanes: int) -> Any:
    """The vector function exp, log or pow of the module, written at first use."""
    full = f"vector_{name}"
    if full in module.globals:
        return module.globals[full]
    vector = ir.VectorType(ir.DoubleType(), lanes)
    function = declare(module, full, [vector] * (2 if name == "pow" else 1), vector)
    writer = Writer(function, lanes)
    writer.builder.ret(_BODIES[name](writer, *function.args))
    return function


def _exp(writer: Writer, x: Value) -> Value:
    number, add, multiply = writer.number, writer.add, writer.multiply
    bounded = writer.larger(writer.smaller(x, number(OVERFLOW)), number(UNDERFLOW))
    power = _nearest(writer, multiply(bounded, number(1 / math.log(2))))
    high = writer.subtract(bounded, multiply(power, number(LN2_HIGH)))
    low = multiply(power, number(LN2_LOW))
    rest = writer.subtract(high, low)
    series = _series(writer, EXP_SERIES, multiply(rest, rest))
    c = writer.subtract(rest, multiply(multiply(rest, rest), series))
    quotient = writer.divide(multiply(rest, c), writer.subtract(number(2.0), c))
    value = writer.subtract(number(1.0), writer.subtract(writer.subtract(low, quotient), high))
    first = _nearest(writer, multiply(power, number(0.5)))
    value = multiply(multiply(value, _two_to(writer, first)), _two_to(writer, writer.subtract(power, first)))
    value = writer.builder.select(writer.compare(">", x, number(OVERFLOW)), number(math.inf), value)
    return writer.builder.select(writer.compare("!=", x, x), x, add(value, number(0.0)))


def _log(writer: Writer, x: Value) -> Value:
    number, add, multiply = writer.number, writer.add, writer.multiply
    small = writer.compare("<", x, number(SMALLEST_NORMAL))
    scaled = writer.builder.select(small, multiply(x, number(2.0**54)), x)
    exponent, mantissa = _split(writer, scaled)
    exponent = add(exponent, writer.builder.select(small, number(-54.0), number(0.0)))
    upper = writer.compare(">", mantissa, number(math.sqrt(2)))
    mantissa = writer.builder.select(upper, multiply(mantissa, number(0.5)), mantissa)
    exponent = add(exponent, writer.builder.select(upper, number(1.0), number(0.0)))
    f = writer.subtract(mantissa, number(1.0))
    s = writer.divide(f, add(f, number(2.0)))
    square = multiply(s, s)
    series = multiply(square, _series(writer, LOG_SERIES, square))
    half = multiply(number(0.5), multiply(f, f))
    bend = add(multiply(s, add(half, series)), multiply(exponent, number(LN2_LOW)))
    value = writer.subtract(multiply(exponent, number(LN2_HIGH)), writer.subtract(writer.subtract(half, bend), f))
    value = writer.builder.select(writer.compare("==", x, number(0.0)), number(-math.inf), value)
    value = writer.builder.select(writer.compare("==", x, number(math.inf)), x, value)
    return writer.builder.select(writer.compare(">=", x, number(0.0)), value, number(math.nan))


def _pow(writer: Writer, x: Value, h: Value) -> Value:
    builder, zero = writer.builder, writer.number(0.0)
    size = write_call(writer, "exp", writer.multiply(h, write_call(writer, "log", writer.call("fabs", x))))
    size = builder.select(writer.compare("==", h, zero), writer.number(1.0), size)
    half = writer.multiply(h, writer.number(0.5))
    odd = writer.compare("!=", writer.call("floor", half), half)
    whole = writer.compare("==", writer.call("floor", h), h)
    signed = builder.select(odd, builder.fneg(size), size)
    below = builder.select(whole, signed, writer.number(math.nan))
    return builder.select(writer.compare("<", x, zero), below, size)


_BODIES: dict[str, Callable[..., Value]] = {"exp": _exp, "log": _log, "pow": _pow}


def _series(writer: Writer, coefficients: tuple[float, ...], x: Value) -> Value:
    """The polynomial with these coefficients, lowest first."""
    total = writer.number(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = writer.add(writer.multiply(total, x), writer.number(coefficient))
    return total


def _nearest(writer: Writer, x: Value) -> Value:
    """The nearest whole number, for magnitudes below 2**51."""
    raised = writer.builder.fadd(x, writer.number(ROUND))
    return writer.builder.fsub(raised, writer.number(ROUND))


def _integers(writer: Writer, value: int) -> Value:
    return ir.Constant(writer.integers, [value] * writer.lanes)


def _two_to(writer: Writer, power: Value) -> Value:
    """Two to a whole power between -1022 and 1023."""
    builder = writer.builder
    biased = builder.bitcast(builder.fadd(power, writer.number(ROUND + BIAS)), writer.integers)
    return builder.bitcast(builder.shl(biased, _integers(writer, MANTISSA_BITS)), writer.vector)


def _split(writer: Writer, x: Value) -> tuple[Value, Value]:
    """Exponent and mantissa in [1, 2) of a positive normal number."""
    builder = writer.builder
    bits = builder.bitcast(x, writer.integers)
    top = builder.lshr(bits, _integers(writer, MANTISSA_BITS))
    as_number = builder.bitcast(builder.or_(top, _integers(writer, _bits(2.0**52))), writer.vector)
    exponent = builder.fsub(as_number, writer.number(2.0**52 + BIAS))
    low = builder.and_(bits, _integers(writer, (1 << MANTISSA_BITS) - 1))
    mantissa = builder.bitcast(builder.or_(low, _integers(writer, _bits(1.0))), writer.vector)
    return exponent, mantissa


def _bits(x: float) -> int:
    """The bits of a positive power of two from 1 up, as a whole number."""
    return int(math.log2(x) + BIAS) << MANTISSA_BITS
