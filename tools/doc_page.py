"""Reads the fenced blocks of a Markdown page, and the commands in them.

Marks that a page may carry:
- `<!-- file: NAME -->` before a fence: the fence shows the content of the file NAME;
- ```` ```sh fails ````: the program refuses every command of the block;
- ```` ```sh gpu ````: the commands need a device, and are not run.
"""
import re
from dataclasses import dataclass, field

FENCE = re.compile(r"^(?P<indent>\s*)```(?P<info>.*)$")
FILE_MARK = re.compile(r"^\s*<!--\s*file:\s*(\S+)\s*-->\s*$")
HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


@dataclass
class Block:
    line: int  # of the opening fence, from 1
    language: str
    marks: list = field(default_factory=list)
    file: str = ""  # the name of the file whose content the block is
    lines: list = field(default_factory=list)

    def content(self):
        return "".join(line + "\n" for line in self.lines)


def read_blocks(text):
    """The fenced blocks of a page, in order. ValueError if the last fence is not closed."""
    blocks = []
    block = None
    file = ""
    for number, line in enumerate(text.split("\n"), start=1):
        fence = FENCE.match(line)
        if fence and block is None:
            language, *marks = fence["info"].split() or [""]
            block, indent = Block(number, language, marks, file), fence["indent"]
        elif fence and not fence["info"].strip():
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line.removeprefix(indent))
        mark = FILE_MARK.match(line)
        if mark or line.strip():
            file = mark[1] if mark else ""
    if block is not None:
        raise ValueError(f"line {block.line}: the fence is not closed")
    return blocks


def read_commands(block):
    """(line, command) of a block of `sh`, or of the lines after `$ ` in a `console` block.

    A command runs on over lines that end in a backslash, and over the text of a here-document.
    """
    console = block.language == "console"
    lines = iter(enumerate(block.lines, start=block.line + 1))
    for number, line in lines:
        if console and not line.startswith("$ "):
            continue
        command = line.removeprefix("$ ") if console else line
        if not command.strip() or command.lstrip().startswith("#"):
            continue
        while command.endswith("\\"):
            command += "\n" + next(lines)[1]
        heredoc = HEREDOC.search(command)
        while heredoc and command.split("\n")[-1].strip() != heredoc[2]:
            command += "\n" + next(lines, (0, heredoc[2]))[1]
        yield number, command
