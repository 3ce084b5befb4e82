"""What may be without effect. Lines: who | what | why; a '*' stands for any text. A line that fits nothing fails."""

# For good: what is said there is of no concern to who reads it. A key must still have an effect for some reader.
DOCUMENTED = """
* | --jobs | changes how long a verb takes, and nothing else
* | --quiet | changes what stands on stderr, where something does
simulate * | --exact | the simulation of every visit; equal to the short one where visits repeat themselves exactly
* | *.constants.* | numbers that a cascade computes with; they change values, not what these cost
* | *.initial.* | numbers that a cascade computes with; they change values, not what these cost
* | calibration.rows* | where the parameters come from, for people
"""

# For now. A line that fits nothing any more fails, so that the table empties itself.
KNOWN_SILENT = """
"""


def lines(table):
    return [tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines() if line]
