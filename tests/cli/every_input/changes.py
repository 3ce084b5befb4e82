"""Other values for a value of a file: first those that are most likely to be accepted."""
import re

NUMBER = re.compile(r"([-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?)( *(?:[A-Za-z/_]+)?)", re.I)
COMPUTED = re.compile(r"[A-Za-z0-9_)] *[-+*/<>=?] *|^[A-Z]$")
EXTENTS = re.compile(r"\d+(x\d+)+")
OPPOSITE = {"true": "false", "false": "true", "inf": "-inf", "-inf": "inf"}
# By the last key of a path: values that no rule here would find.
HINTS = {
    "pattern": ["dense", "sliding,left=9", "gna,window=5x5"], "mask": ["dense", "sliding,left=99"],
    "launch": ["grid", "persistent"], "queries": ["ascending", "descending"], "outer": ["heads", "queries"],
    "copies": ["serial", "hidden"], "softmax": ["serial", "under-products"], "splits": ["8", "stream"], "lengths": ["longest", "own"],
    "key_tiles": ["dynamic", "fixed", "gathered"], "element_mask": ["partial", "none"], "schedule": ["sequential", "pipelined"],
    "phase": ["decode", "prefill"], "scale": ["log2", "log10", "linear"], "as": ["ratio", "speedup"],
    "kind": ["lines", "bars", "scatter"], "color": ["green", "orange"], "cache": ["warm", "keep", "flush"],
    "requests": ["3x40,1x700"], "tiles": ["all"], "file": ["other-requests.csv"], "dtype": ["fp16", "bf16"], "operation": ["decode", "attention"],
}


def others(path, text):
    """Texts in place of a scalar, without those that only a refusal can name."""
    if text in OPPOSITE:
        return [OPPOSITE[text]]
    number = NUMBER.fullmatch(text)
    if number:
        value, unit = float(number[1]), number[2]
        return [f"{other:.12g}{unit}" for other in (2 * value, value / 2, value + 1, value - 1, value / 10)]
    if EXTENTS.fullmatch(text):
        first, rest = text.split("x", 1)
        extents = [f"{2 * int(first)}x{rest}", f"{int(first) // 2}x{rest}", f"{first}x{rest.replace(rest[-1], '4')}"]
        return [other for other in extents if other != text]
    key = re.sub(r"\[.*", "", path.split(".")[-1])
    hinted = [hint for hint in HINTS.get(key, []) if hint != text]
    if re.search(r"[<>]|==|&&", text):
        hinted.append(f"!({text})")
    return hinted + ([f"({text}) * 2", f"({text}) / 2"] if COMPUTED.search(text) else []) + ["zzqqzzqq"]


def named_in(refusal):
    """The valid names that a refusal lists."""
    near = re.search(r"; did you mean '([^']*)'\?", refusal)
    if near:
        return [near[1]]
    known = re.search(r"; known: (.*)", refusal.strip())
    return re.sub(r", \.\.\. \(\d+ in all\)", "", known[1]).split(", ") if known else []


def leaves(node, path=""):
    """(path, how to get there, text) of every scalar of a tree."""
    for key, name, value in children(node, path):
        if isinstance(value, (dict, list)):
            yield from ((p, (key, *where), text) for p, where, text in leaves(value, name))
        else:
            yield name, (key,), value


def parts(node, path=""):
    """(path, how to get there) of everything that can be left out."""
    for key, name, value in children(node, path):
        yield name, (key,)
        if isinstance(value, (dict, list)):
            yield from ((p, (key, *where)) for p, where in parts(value, name))


def maps(node, path=""):
    """(path, how to get there) of every map."""
    if isinstance(node, dict):
        yield path, ()
    if isinstance(node, (dict, list)):
        for key, name, value in children(node, path):
            yield from ((p, (key, *where)) for p, where in maps(value, name))


def children(node, path):
    """Items of lists go by their names, where they have some; else together."""
    if isinstance(node, dict):
        return [(key, f"{path}.{key}".lstrip("."), value) for key, value in node.items()]
    return [(i, f"{path}[{value.get('name', '') if isinstance(value, dict) else ''}]", value)
            for i, value in enumerate(node)]


def with_value(node, where, value):
    """A copy of a tree with another value there; None leaves it out."""
    copy = node.copy()
    key = where[0]
    if len(where) > 1:
        copy[key] = with_value(node[key], where[1:], value)
    elif value is None:
        del copy[key]
    else:
        copy[key] = value
    return copy


def with_key(node, where, key, value):
    if not where:
        return {**node, key: value}
    copy = node.copy()
    copy[where[0]] = with_key(node[where[0]], where[1:], key, value)
    return copy


def map_at(node, where):
    for step in where:
        node = node[step]
    return node
