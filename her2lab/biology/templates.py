"""Write out what a file says once for several slots, clones or nodes.

A block is written out for each name of its list, which stands in braces in the block; blocks may stand in blocks::

    for each slot in a, b:
      var antibody_{slot}_concentration;       // [mg/L]
    end for

Several names of one list go together where a line speaks of a slot and of the other one::

    for each slot/other in a/b, b/a:
      her2_loss_{slot} := turnover_{slot} + displacement*bound_{other};
    end for

and within an equation a sum has a term for each name::

    growth := sum(clone in 1, 2, 3: growth_{clone});
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from her2lab.biology.statements import AntimonyStatement
from her2lab.errors import InputError

_LIST = r"(\w+(?:/\w+)*)\s+in\s+([^:()]+?)\s*:"
_HEAD = re.compile(rf"^for each {_LIST}$")
_SUM = re.compile(rf"\bsum\(\s*{_LIST}\s*")
_OPENING, _CLOSING = "for each", "end for"


def written_out(path: Path, lines: Sequence[AntimonyStatement]) -> list[AntimonyStatement]:
    """Return the statements of a file with every block and every sum written out.

    Raises
    ------
    InputError
        If a block or a sum is not of this form or is not closed, or a name in braces is not that of a list around it.
    """
    result = [_with_sums(path, statement) for statement in _without_blocks(path, lines)]
    for statement in result:
        if statement.code and re.search(r"[{}]", f"{statement.code} {statement.comment}"):
            raise InputError("a name in braces is not that of a list around it", file=path, line=statement.line,
                             value=statement.code, expected="for each NAME in a, b: … {NAME} … end for")
    return result


def _without_blocks(path: Path, lines: Sequence[AntimonyStatement]) -> list[AntimonyStatement]:
    result: list[AntimonyStatement] = []
    start = 0
    while start < len(lines):
        first = lines[start]
        if first.code == _CLOSING:
            raise InputError("no block is open here", file=path, line=first.line, value=first.code)
        if not first.code.startswith(_OPENING):
            result.append(first)
            start += 1
            continue
        if (head := _HEAD.match(first.code)) is None:
            raise InputError("not the head of a block", file=path, line=first.line, value=first.code,
                             expected="for each NAME in a, b:")
        end = _end(path, lines, start)
        inside = _without_blocks(path, lines[start + 1:end])
        result += [_filled(each, filling)
                   for filling in _members(path, first, head.group(1), head.group(2)) for each in inside]
        start = end + 1
    return result


def _end(path: Path, lines: Sequence[AntimonyStatement], start: int) -> int:
    """Return where the block that opens at `start` is closed."""
    depth = 0
    for position in range(start, len(lines)):
        code = lines[position].code
        depth += code.startswith(_OPENING) - (code == _CLOSING)
        if depth == 0:
            return position
    raise InputError("a block is not closed", file=path, line=lines[start].line, value=lines[start].code,
                     expected=_CLOSING)


def _members(path: Path, statement: AntimonyStatement, names: str, text: str) -> list[dict[str, str]]:
    """Return, for each member of a list, what stands in the place of each name."""
    members = [part.strip() for part in text.split(",")]
    wanted = names.split("/")
    fillings = [dict(zip(wanted, member.split("/"), strict=False)) for member in members]
    if len(set(members)) != len(members) or any(
            len(member.split("/")) != len(wanted) or not re.fullmatch(r"\w+(?:/\w+)*", member) for member in members):
        raise InputError("not a list of different names", file=path, line=statement.line, value=text)
    return fillings


def _filled(statement: AntimonyStatement, filling: Mapping[str, str]) -> AntimonyStatement:
    code, comment = statement.code, statement.comment
    for name, member in filling.items():
        code, comment = code.replace(f"{{{name}}}", member), comment.replace(f"{{{name}}}", member)
    return AntimonyStatement(code, comment, statement.line)


def _with_sums(path: Path, statement: AntimonyStatement) -> AntimonyStatement:
    """Return a statement in which each sum is its terms joined by +, in parentheses unless it stands alone."""
    code = statement.code
    while match := _SUM.search(code):
        end = _closing(code, match.end())
        if end is None:
            raise InputError("a sum is not closed", file=path, line=statement.line, value=code, expected=")")
        term = AntimonyStatement(code[match.end():end], "", statement.line)
        terms = [_filled(term, each).code for each in _members(path, statement, match.group(1), match.group(2))]
        before, after = code[:match.start()].rstrip(), code[end + 1:].lstrip()
        total = " + ".join(terms)
        alone = before.endswith("=") and after[:1] in (";", "+", "-")
        code = code[:match.start()] + (total if alone else f"({total})") + code[end + 1:]
    if re.search(r"\bsum\(", code):
        raise InputError("not a sum", file=path, line=statement.line, value=code,
                         expected="sum(NAME in 1, 2, 3: term_{NAME})")
    return AntimonyStatement(code, statement.comment, statement.line)


def _closing(code: str, start: int) -> int | None:
    """Return where the parenthesis that is open at `start` is closed."""
    depth = 1
    for position in range(start, len(code)):
        depth += (code[position] == "(") - (code[position] == ")")
        if depth == 0:
            return position
    return None
