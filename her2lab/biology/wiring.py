"""Hand shared symbols down: from files in which they are named once to plain Antimony with full argument lists.

A module that declares a symbol as ``shared`` uses the assembly's symbol of that name. Antimony knows no such thing, so
the symbol becomes an argument of the module and of every module between it and the assembly, which declares it unless
its own file does.
"""

from __future__ import annotations

from her2lab.biology.statements import AntimonyStatement
from her2lab.biology.symbols import DECLARATION, HEADER, INSTANCE, Module, Symbol, names
from her2lab.errors import InputError


def shared_symbols(module: Module, found: dict[str, Module]) -> dict[str, Symbol]:
    """Return what `module`, or a module inside it, shares with the assembly, by name in alphabetical order."""
    own = {symbol.name: symbol for symbol in module.symbols.values() if symbol.shared}
    for instance in module.instances:
        for name, symbol in shared_symbols(_known(instance.module, found, module), found).items():
            own.setdefault(name, symbol)
    return dict(sorted(own.items()))


def inner_modules(module: Module, found: dict[str, Module]) -> list[str]:
    """Return the names of the modules used inside `module`, each after those that it uses itself."""
    listed: list[str] = []
    for instance in module.instances:
        inner = _known(instance.module, found, module)
        listed += [name for name in (*inner_modules(inner, found), inner.name) if name not in listed]
    return listed


def wired(module: Module, found: dict[str, Module]) -> list[str]:
    """Return the lines of a module in which every shared symbol is an argument."""
    return [_plain(statement, module, found) for statement in module.statements]


def wired_top(top: Module, found: dict[str, Module]) -> list[str]:
    """Return the lines of an assembly that declares what its modules share and passes it on, without its last line."""
    declared = [f"  const {symbol.name} = {symbol.default};  // [{symbol.unit}] {symbol.meaning}".rstrip()
                for symbol in inherited(top, found).values()]
    return [*wired(top, found)[:-1], "  // shared by the modules above", *declared]


def inherited(top: Module, found: dict[str, Module]) -> dict[str, Symbol]:
    """Return the shared symbols that the file of the assembly does not declare itself.

    Raises
    ------
    InputError
        If one of them has no neutral value.
    """
    symbols = {name: symbol for name, symbol in shared_symbols(top, found).items() if name not in top.symbols}
    for name, symbol in symbols.items():
        if symbol.default is None or not symbol.constant:
            raise InputError("a shared symbol is neither declared by the assembly nor has a neutral value",
                             file=top.path, field=name, expected=f"a declaration in {symbol.unit}")
    return symbols


def _plain(statement: AntimonyStatement, module: Module, found: dict[str, Module]) -> str:
    """Return a statement as a line of plain Antimony."""
    code = statement.code
    if head := HEADER.match(code):
        kind, main, name, arguments = head.groups()
        passed = [*names(arguments), *(shared_symbols(module, found) if not main else ())]
        return f"{kind} {main}{name}({', '.join(passed)})"
    if instance := INSTANCE.match(code):
        name, inner, arguments = instance.groups()
        code = f"{name}: {inner}({', '.join([*names(arguments), *shared_symbols(found[inner], found)])});"
    elif declared := DECLARATION.match(code):
        _, _, kind, name, default = declared.groups()
        value = "" if default is None or module.symbols[name].shared else f" = {default}"
        code = f"{kind} {name}{value};"
    return code if code == "end" else f"  {AntimonyStatement(code, statement.comment, statement.line)}"


def _known(name: str, found: dict[str, Module], user: Module) -> Module:
    if name not in found:
        raise InputError("unknown module", file=user.path, field="instance", value=name,
                         expected=" or ".join(sorted(found)))
    return found[name]
