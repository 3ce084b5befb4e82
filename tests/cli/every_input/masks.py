"""Every argument of every mask pattern: another value changes which pairs there are, or is refused."""
import json
import struct

from every_input import changes
from every_input.outcome import in_parallel

# Patterns of files have no example without one: their arguments, and the layout. Two blocks of 9 to 16 tokens have 17.
OF_FILES = {"file": ("file=blocks.npy,block=9x9", "17"),
            "bsr": ("indptr=indptr.npy,indices=indices.npy,block=9x9", "17")}
# Of arguments that the example leaves out, and of those that no rule finds another value of.
VALUES = {"file": ["other.npy"], "indptr": ["other-indptr.npy"], "indices": ["other-indices.npy"],
          "dilation": ["2x2"], "causal": ["1", "0", "1x0"], "block": ["10x10"], "window": ["8x8", "5"]}


def npy(code, shape, items):
    """A NumPy array file, version 1.0."""
    extents = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    header = f"{{'descr': '{code}', 'fortran_order': False, 'shape': ({extents}), }}".ljust(117) + "\n"
    width = {"|b1": "b", "<i4": "i"}[code]
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(items)}{width}", *items)


def write_files(folder):
    for name, code, shape, items in (
            ("blocks", "|b1", (2, 2), [1, 0, 0, 1]), ("other", "|b1", (2, 2), [1, 1, 0, 0]),
            ("indptr", "<i4", (3,), [0, 1, 2]), ("other-indptr", "<i4", (3,), [0, 2, 2]),
            ("indices", "<i4", (2,), [0, 1]), ("other-indices", "<i4", (2,), [1, 0])):
        (folder / f"{name}.npy").write_bytes(npy(code, shape, items))


def others(name, text):
    """Other values of an argument; of lists those with the same sum too."""
    if "/" in text:
        first, second, *rest = map(int, text.split("/"))
        lists = [[first + 1, second - 1, *rest], [first, second + 1, *rest], [first, second, *rest[:-1]]]
        return ["/".join(map(str, each)) for each in lists]
    given = changes.others(name, text) if text else []
    return [other for other in given + VALUES.get(name, []) if other not in (text, "zzqqzzqq")]


def spelled(pattern, arguments):
    return ",".join([pattern, *(f"{name}={value}" for name, value in arguments.items())])


class Example:
    """A pattern as its example has it, on tiles of one token, so that the picture has all pairs."""

    def __init__(self, runner, pattern):
        self.runner, self.name, self.parameters = runner, pattern["name"], pattern["parameters"]
        text, self.layout = OF_FILES.get(self.name, (pattern["example"].partition(",")[2], pattern.get("example_layout")))
        self.arguments = dict(part.split("=") for part in text.split(",")) if text else {}

    def run(self, arguments):
        """The outcome, and what it shows but for the text of the mask."""
        text = spelled(self.name, arguments)
        tile = "x".join("1" for _ in self.layout.split("x"))
        args = ["mask", text, "--layout", self.layout, "--q-tile", tile, "--kv-tile", tile, "--ascii"]
        result = self.runner.run(args)
        return result, result.out.replace(text, "MASK"), " ".join(args)

    def judge(self, parameter):
        """changed, refused, silent or 'no value', and the last command that was silent."""
        name = parameter["name"]
        base = self.run(self.arguments)
        if base[0].refused:
            return f"refused itself: {base[0].err}", base[2]
        verdict, command = "no value", base[2]
        for value in others(name, self.arguments.get(name, parameter.get("standard", ""))):
            result, shown, this = self.run({**self.arguments, name: value})
            if result.refused:
                verdict = "refused" if verdict == "no value" else verdict
            elif shown != base[1]:
                return "changed", this
            else:
                verdict, command = "silent", this
        return verdict, command


def check_masks(runner, found, only):
    patterns = json.loads(runner.run(["mask", "--patterns", "--format", "json"]).out)
    jobs = [(example, parameter) for example in (Example(runner, pattern) for pattern in patterns)
            for parameter in example.parameters if only in f"mask {example.name}"]
    for (example, parameter), (verdict, command) in zip(jobs, in_parallel([lambda j=j: j[0].judge(j[1]) for j in jobs])):
        what = f"{example.name},{parameter['name']}"
        if verdict == "silent":
            found.add_silent("mask pattern", what, command)
        elif verdict == "refused":
            found.refused.append(f"mask pattern: {what}")
        elif verdict != "changed":
            found.problems.append(f"mask pattern {what}: {verdict} ({command})")
    return f"{len(patterns)} mask patterns with {len(jobs)} arguments"
