#!/usr/bin/env python3
"""Draws the pictures of docs/masks.md: draw_masks.py ROOT PROGRAM [FOLDER]   (by default docs/images/masks of ROOT)

Runs the commands of the page that write below masks/, in a scratch folder as run_doc_commands.py does. The picture
FOLDER/NAME.svg is what `-o masks/NAME` wrote: query-tile.svg where there is one, else mask.svg.
"""
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
from doc_page import read_blocks, read_commands  # noqa: E402
from run_doc_commands import LANGUAGES, make_scratch, run_command, write_file  # noqa: E402

PAGE = "docs/masks.md"
OUTPUT = re.compile(r"-o masks/(\S+)")


def draw(command, name, scratch, folder):
    status, output = run_command(command, scratch)
    if status != 0:
        sys.exit(f"{command}\n{output}")
    pictures = [scratch / "masks" / name / file for file in ("query-tile.svg", "mask.svg")]
    shutil.copyfile(next(picture for picture in pictures if picture.exists()), folder / f"{name}.svg")


def draw_page(root, program, folder):
    """Returns the names of what it drew."""
    names = []
    with tempfile.TemporaryDirectory(prefix="tilewright-masks-") as temporary:
        scratch = Path(temporary).resolve()
        make_scratch(root, program, scratch)
        for block in read_blocks((root / PAGE).read_text(encoding="utf-8")):
            if block.file:
                write_file(block, scratch)
            commands = read_commands(block) if block.language in LANGUAGES else ()
            for _, command in commands:
                output = OUTPUT.search(command)
                if output:
                    draw(command, output[1], scratch, folder)
                    names.append(output[1])
    return names


def main():
    root, program = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else root / "docs" / "images" / "masks"
    folder.mkdir(parents=True, exist_ok=True)
    for name in draw_page(root, program, folder):
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main()
