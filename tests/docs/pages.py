"""The Markdown pages of the repository, and what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]\[]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def pages() -> list[Path]:
    """Return every page that is written for readers of the repository."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def name(path: Path) -> str:
    """Return the page's path in the repository."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """Return the page's text."""
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """Return what a link to a heading of the page may say after the `#`."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def commands(path: Path) -> list[str]:
    """Return the command lines `her2lab …` that the page quotes, in blocks and in the text."""
    text = text_of(path)
    lines = [line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
             for block in FENCE.findall(text) for line in block.splitlines()]
    lines += [line.strip() for line in re.findall(r"^ {4}(her2lab .*)$", text, re.MULTILINE)]
    lines += [" ".join(words.split()) for words in INLINE.findall(FENCE.sub("", text))]
    return [line.split("  #")[0].split(" # ")[0].strip() for line in lines if line.startswith("her2lab ")]
