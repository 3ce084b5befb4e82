"""Every option of every verb, as --help lists them, in every context: something changes, or the option is refused."""
import re
from dataclasses import dataclass

VERB = re.compile(r"^  ([a-z]+) {2,}", re.M)
OPTION = re.compile(r"^  (?:(-\w),)?(--[\w-]+)( .*)?$", re.M)


@dataclass(frozen=True)
class Option:
    name: str
    choices: tuple  # of its help; () for text
    flag: bool


def read_options(program, folder, *verb):
    """The options that --help lists."""
    text = program.run([*verb, "--help"], folder).out
    options = []
    for name, rest in ((match[2], (match[3] or "")) for match in OPTION.finditer(text)):
        if name in ("--help", "--version"):
            continue
        kind = re.match(r" (\{[^}]*\}|INT in \[\d+ - \d+\]|[A-Z]{3,}[^ ]*( in \[[^]]*\])?)", rest)
        listed = re.match(r" \{([^}]*)\}", rest)
        choices = tuple(listed[1].split(",")) if listed else ()
        options.append(Option(name, choices, kind is None))
    return options


def read_verbs(program, folder):
    return VERB.findall(program.run(["--help"], folder).out.split("Subcommands:")[1])


def changed_args(args, option, value):
    """The command with another value of an option, or with it."""
    result = list(args)
    if option in result:
        at = result.index(option)
        del result[at:at + (1 if value is None else 2)]
    return [*result, option] if value is None else [*result, option, *value.split(" ")]


def judge(runner, context, base, option, values):
    """changed, refused, warned or silent, and the last command."""
    verdict, command = "silent", ""
    for value in ([None] if option.flag else values):
        args = changed_args(context, option.name, value)
        command = " ".join(args)
        result = runner.run(args)
        if result.refused and not base.refused:
            verdict = "refused"
        elif option.name in result.err and "has no effect here" in result.err:
            return "warned", command
        elif result.shown() != base.shown():
            return "changed", command
    return verdict, command
