"""Files that no text in a repository can be, and what the program says of them."""
import os
import random
from pathlib import Path

GIGABYTE = 1 << 30


def text(content):
    return lambda file: file.write_bytes(content if isinstance(content, bytes) else content.encode())


def sparse(file):
    with open(file, "wb") as stream:
        stream.truncate(GIGABYTE)


def unreadable(file):
    file.write_text("cascade: {}\n")
    file.chmod(0)


def noise(file):
    file.write_bytes(b"\xf5" + random.Random(1).randbytes(4096))


NO_FILE = "no '{file}' in configs/{kind}, nor is it a file; known: "
TOO_DEEP = "is nested more than 64 levels deep"
# How each comes to be, and the message: what follows the file's name; or, of NO_FILE, what precedes the known names;
# or, where the kind of file decides, nothing.
BAD_FILES = {
    "missing": (lambda file: None, NO_FILE),
    "dangling_link": (lambda file: file.symlink_to("nothing"), NO_FILE),
    "link_to_itself": (lambda file: file.symlink_to(file.name), NO_FILE),
    "folder": (lambda file: file.mkdir(), ": is a directory"),
    "pipe": (os.mkfifo, ": is not a regular file"),
    "device": (lambda file: file.symlink_to("/dev/zero"), ": is not a regular file"),
    "unreadable": (unreadable, ": cannot be read: Permission denied"),
    "sparse": (sparse, ": is 1073741824 B, more than the 16777216 B that a YAML file may have"),
    "empty": (text(""), ": is empty"),
    "blank": (text(" \n\n"), ": is empty"),
    "only_a_comment": (text("# nothing\n"), ": is empty"),
    "only_a_value": (text("cascade\n"), ":1:1: expected a map, got 'cascade'"),
    "noise": (noise, ":1:1: is not text (byte 0xf5)"),
    "nul": (text("cascade:\n  name: a\0b\n"), ":2:10: is not text (byte 0x00)"),
    "utf_16": (text("cascade:\n".encode("utf-16")), ":1:1: is not text (byte 0xff)"),
    "latin_1": (text("cascade: é\n".encode("latin-1")), ":1:10: is not text (byte 0xe9)"),
    "escape_sequence": (text("cascade: \x1b[31m\n"), ":1:10: is not text (byte 0x1b)"),
    "deep_brackets": (text("[" * 100_000), f":1:1001: {TOO_DEEP}"),
    "deep_braces": (text("{a: " * 900 + "}" * 900), f":1:257: {TOO_DEEP}"),
    "deep_dashes": (text("- " * 20_000 + "x\n"), f":1:129: {TOO_DEEP}"),
    "deep_blocks": (text("".join(" " * i + "a:\n" for i in range(2000))), f":65:65: {TOO_DEEP}"),
    "long_key": (text("k" * 1000 + ": 1\n"), ":1:1: a key is longer than 256 characters"),
    "long_line": (text("cascade: " + "x" * 1_000_000 + "\n"), ""),
    "laughs": (text("a: &a [x, x]\nb: [*a, *a]\n"), ":1:4: anchors and aliases ('&', '*') are not supported"),
    "truncated": (text("cascade: {name: x, inputs: {A: [M"), ""),
}


def make(name, folder):
    """The file; None where this user may read everything."""
    file = Path(folder) / f"{name}.yaml"
    BAD_FILES[name][0](file)
    if name == "unreadable" and os.access(file, os.R_OK):
        return None
    return file
