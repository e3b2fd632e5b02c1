"""Links lead somewhere, quoted commands exist, generated pages say how they are made."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from her2lab.lab.cli.app import app
from tests.docs.pages import FENCE, LINK, ROOT, anchors, commands, name, pages, text_of

PROGRAM: Any = typer.main.get_command(app)
WRONG_USAGE = typer.BadParameter.__bases__[0]        # of which an unknown option is another kind
EXAMPLE = re.compile(r"/(my|mine|own)\b")           # names of files that a reader writes
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
# of the public API, not there yet
PLACEHOLDER = re.compile(r"[A-Z_]+")                # DIR, ID: such a line names a command, its values are none
GENERATED = sorted([*ROOT.glob("docs/generated/**/*.md"), *ROOT.glob("docs/reference/generated/*.md")])


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for target in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_page_named_in_words_exists(page: Path) -> None:
    named = re.findall(r"(?<![\w/.(\[])((?:docs|facts|biology|her2lab|tests)/[\w/]+\.[a-z]+)\b",
                       FENCE.sub("", text_of(page)))
    assert [each for each in named if not (ROOT / each).exists() and not EXAMPLE.search(each)] == []


@pytest.mark.parametrize("page", [page for page in pages() if commands(page)], ids=name)
def test_every_quoted_command_parses(page: Path) -> None:
    for line in commands(page):
        assert problem(line) is None, f"{line}: {problem(line)}"


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert problem("her2lab trial run cleopatra --patients 20") is None
    assert problem("her2lab trial rum cleopatra") is not None
    assert problem("her2lab trial run cleopatra --patient 20") is not None


def problem(line: str) -> str | None:
    """Return why a command line is none of this program; brackets and three dots are words of the documentation."""
    line = re.split(r" [>|] |\s&&\s", line.replace("[", "").replace("]", ""))[0]
    words = [word for word in shlex.split(line)[1:] if word != "…"]
    command, path = PROGRAM, ["her2lab"]
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        path.append(words.pop(0))
        if path[-1] not in command.commands:
            return "no such command"
        command = command.commands[path[-1]]
    try:
        if not words or any(PLACEHOLDER.fullmatch(word) for word in words):
            command.make_parser(command.make_context(path[-1], [], resilient_parsing=True)).parse_args(words)
        else:
            command.make_context(path[-1], words)
    except WRONG_USAGE as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("page", GENERATED, ids=name)
def test_a_generated_page_says_so_and_names_its_command(page: Path) -> None:
    head = text_of(page)[:1500]
    assert re.search(r"<!-- Generated", head), "a comment that says what must not be edited"
    assert re.search(r"[Gg]enerated by\s+`(her2lab|python -m her2lab)", head), "the command that makes the page"


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in LINK.findall(text_of(index))}
    settings = ROOT / "docs" / "generated" / "settings"
    missing = [name(page) for page in ROOT.glob("docs/**/*.md")
               if page not in linked and page != index and page.parent != settings]
    assert missing == []


def test_code_and_facts_name_pages_that_exist() -> None:
    missing = []
    for folder, ends in (("her2lab", "py j2 css"), ("facts", "yaml md"), ("biology", "ant"), ("tests", "py")):
        for end in ends.split():
            for path in (ROOT / folder).rglob(f"*.{end}"):
                named = re.findall(r"docs/[\w/]+\.(?:md|png|svg)", path.read_text(encoding="utf-8"))
                missing += [f"{name(path)}: {each}" for each in named if not (ROOT / each).exists()]
    assert missing == []


@pytest.mark.parametrize("page", [page for page in pages() if "the review" in text_of(page).lower()], ids=name)
def test_a_page_that_speaks_of_the_review_says_which(page: Path) -> None:
    assert "Alkhafaje" in text_of(page) or "index.md#the-review" in text_of(page)


@pytest.mark.parametrize("page", [page for page in pages() if PYTHON.search(text_of(page))], ids=name)
def test_python_in_a_page_uses_public_names(page: Path) -> None:
    import her2lab

    public = set(her2lab.__all__)
    used = set(re.findall(r"\bher2lab\.(\w+)\(", "".join(PYTHON.findall(text_of(page)))))
    assert used - public == set()
