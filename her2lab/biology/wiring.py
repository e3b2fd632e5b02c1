"""Hand shared symbols down: from files in which they are named once to plain Antimony with full argument lists.

A module that says ``// [nM] shared: …`` of a symbol uses the assembly's symbol of that name. Antimony knows no such
thing, so the symbol becomes an argument of the module and of every module between it and the assembly, which declares
it unless its own file does.
"""

from __future__ import annotations

from her2lab.biology.symbols import DECLARATION, HEADER, INSTANCE, Module, Symbol
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
    names: list[str] = []
    for instance in module.instances:
        inner = _known(instance.module, found, module)
        names += [name for name in (*inner_modules(inner, found), inner.name) if name not in names]
    return names


def wired(module: Module, found: dict[str, Module]) -> str:
    """Return the text of a module in which every shared symbol is an argument."""
    shared = list(shared_symbols(module, found))
    lines = []
    for line in module.text.splitlines():
        if head := HEADER.match(line):
            line = line.replace(f"({head.group(2)})", f"({_joined(head.group(2), shared)})")
        elif INSTANCE.match(line):
            line = _passing_on(line, found)
        elif (declared := DECLARATION.match(line)) and module.symbols[declared.group(2)].shared:
            line = f"  {declared.group(1)} {declared.group(2)};"
        lines.append(line)
    return "\n".join(lines)


def wired_top(top: Module, found: dict[str, Module]) -> str:
    """Return the text of an assembly that declares what its modules share and passes it on, without its last line."""
    lines = [_passing_on(line, found) for line in top.text.rstrip().splitlines()[:-1]]
    declared = [
        f"  const {symbol.name} = {symbol.default};" for symbol in inherited(top, found).values()
    ]
    return "\n".join([*lines, "  // shared by the modules above", *declared])


def _passing_on(line: str, found: dict[str, Module]) -> str:
    """Return a line, an instance with what its module shares appended to its arguments."""
    if not (instance := INSTANCE.match(line)):
        return line
    passed = list(shared_symbols(found[instance.group(2)], found))
    return line.replace(f"({instance.group(3)})", f"({_joined(instance.group(3), passed)})")


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


def _joined(arguments: str, more: list[str]) -> str:
    return ", ".join([part.strip() for part in arguments.split(",") if part.strip()] + more)


def _known(name: str, found: dict[str, Module], user: Module) -> Module:
    if name not in found:
        raise InputError("unknown module", file=user.path, field="instance", value=name,
                         expected=" or ".join(sorted(found)))
    return found[name]
