"""What may be without effect. Lines: who | what | why; a '*' stands for any text. A line that fits nothing fails."""

# For good: who reads it has no use for it, as the reason says.
DOCUMENTED = """
model | model.parts[near].mapping[]* | the first that runs is taken, whatever the others are
model | workload.shapes.T | parts set it
model | workload.shapes.N | parts set it
* | --jobs | changes how long a verb takes, and nothing else
* | --quiet | changes what stands on stderr, where something does
simulate * | --exact | every visit; the same numbers where visits repeat themselves exactly
* | *.constants.* | a number that a cascade computes with; it changes values, not what these cost
* | *.initial.* | a number that a cascade computes with; it changes values, not what these cost
* | *.ignored.* | why a column is not compared, for people
claim | claims[cascade].mask | a cascade computes no pairs; the baseline says which it computes
claim | description | of the file, for people; list shows it
* | calibration.suite | which rows gave the numbers, for people
* | calibration.name | what calibrate calls it, for people
* | calibration.*.interval* | how well the rows tell the number, for people
* | calibration.*.rows | how many rows decide the number, for people
* | calibration.*.why | why a number was not fitted, for people
calibrate | timings.tables[*].problem.cache_B* | the calibrating rows of made-up timings take as long with it
calibrate | timings.tables[*].problem.values_in_keys | the calibrating rows of made-up timings take as long with it
evaluate kernel | call.caches | the little problem's bytes are hidden under its products
evaluate kernel | call.host | the little call takes longer than its host
validate joint | calibration.conditions* | evaluate --call reads those of shipped files; a suite says its own
* | intervals.suite | whose rows they are of, for people
* | intervals.share | what the intervals hold, of which records and pages speak
* | intervals.kernels* | kernels without anything that is fitted look for themselves there
* | intervals.kinds[*].shapes | how many shapes the rows have, for people
validate joint | intervals.kinds[*].rows | records say it
validate joint | kernel.model.block.* | one block of a multiprocessor fits either way
validate joint | timings.joint.loss | calibrate reads it
validate joint | timings.joint.power* | calibrate reads it, and validate which rows it is fitted to
calibrate joint | timings.tables[rows].values[energy_J]* | fits are to times and powers
calibrate joint | timings.tables[rows].values[power_W].rows | a row without a power has none to be fitted to either way
* | calibration.power* | what architectures state, with how well rows tell it: a test compares
validate joint | timings.joint.parameters* | calibrate reads it
calibrate joint | timings.groups* | validate reads it
* | dram.source | where the numbers are from, for people; list shows the description
* | call.source | where the facts are from, for people
* | kernel.calibrations.*.fit* | where the parameters come from, for people
analyze | workload.cascades[] | analyze takes shapes and words of a workload, for any cascade
mask causal* | --*tiling | tiles of one token in a line are the same either way
analyze | workload.shapes.G | warned of: workload.kv_heads has no effect here
analyze | workload.mask.* | warned of as a whole: workload.mask has no effect here
bound | workload.selection* | warned of as a whole: without --arch a bound counts pairs and tiles
bound* | workload.cascades[] | a bound is of the problem, whatever computes it
evaluate* | workload.cascades[] | other cascades of the workload, of which the mapping runs one
simulate* | workload.cascades[] | other cascades of the workload, of which the mapping runs one
evaluate kernel | workload.words_B.QK | scores stay within a fused kernel
simulate kernel | workload.words_B.QK | scores stay within a fused kernel
bound* | workload.words_B.QK | a bound counts what enters and leaves
* | workload.words_B | each tensor of it counts
* | arch.sustained_clock_Hz | of the machine, for people: no model takes it by itself (docs/describe-an-architecture.md)
evaluate nest | arch.levels[*].achievable_B_per_s | models of kernels take it; nests reach the bandwidth
evaluate nest | dram.burst_transfers | estimates take the peak of a DRAM; its simulation takes bursts, banks, rows and times
evaluate nest | dram.bank* | estimates take the peak of a DRAM; its simulation takes bursts, banks, rows and times
evaluate nest | dram.row_B | estimates take the peak of a DRAM; its simulation takes bursts, banks, rows and times
evaluate nest | dram.timing* | estimates take the peak of a DRAM; its simulation takes bursts, banks, rows and times
* nest | arch.levels[RF_1D].parent | a tensor comes from the level that keeps it next in the nest
* kernel | arch.levels[SMEM].latency_s | part of what calibrations fit as cycles of a tile
* kernel | arch.levels[*].access_B | models of kernels count whole tiles
* kernel | arch.levels[*].reduction | thread blocks add nothing up in a memory
* kernel | arch.*area_m2 | models of kernels have no area
* kernel | arch.levels[RF]* | the registers, found as the level below that of the thread blocks
bound --arch | arch.*_J | a bound is of time
bound --arch | arch.*area_m2 | a bound is of time
bound --arch | arch.*latency_s | a bound is of rates
bound --arch | arch.*launch_s | a bound has no start
bound --arch | arch.static_W | a bound is of time
bound --arch | arch.levels[*].a* | a bound is of peak rates and of bytes
bound --arch | arch.levels[*].reduction | thread blocks add nothing up in a memory
bound --arch | arch.levels[HBM].capacity_B | a bound holds whatever the outermost memory holds
bound --arch | arch.levels[SMEM].* | a bound is of Q tiles on workers, one at a time
bound --arch | arch.levels[RF]* | the registers limit no bound
bound --arch | arch.units[exp_units]* | a bound is of the unit of the matrix products
bound --arch | arch.units[vector_units]* | a bound is of the unit of the matrix products
bound --arch | arch.units[slow_tensor_cores]* | an alternative of another unit, and no faster
evaluate kernel | kernel.choose.stages | copies are hidden or not; simulate has them one by one
evaluate kernel | kernel.model.schedule.launch | only simulate starts blocks one by one
measure | measure.checks.spread | of results; a plan has none
measure | measure.name | names the folder of results, which a plan has not
measure | predict* | validate reads it
validate | measure.seed | measure reads it: results say themselves what was measured
validate | measure.cache | measure reads it
validate | measure.warm_up | measure reads it
validate | measure.repetitions | measure reads it
validate | measure.checks* | measure reads it
validate | measure.groups* | measure reads it
calibrate | timings.tables[rows].values[relative].* | fits are to times
calibrate | timings.tables[rows].lines* | validate reads it
calibrate | timings.sources[fitted].baseline* | validate reads it
calibrate | timings.sources[fitted].within* | validate reads it
calibrate | timings.rows* | the source that is fitted says of which device its rows are
calibrate | timings.sources[plain]* | nothing of it is fitted
calibrate | timings.groups* | validate reads it
calibrate | timings.relative* | validate reads it
calibrate | timings.not_predicted* | only rows of the groups of 'calibrate' are fitted
validate | timings.sources[fitted].from | calibrate reads it
validate | suite.name | for people; commands go by the name of the file
validate | measure.name | names the folder that measure writes to
report | report.name | for people; commands go by the name of the file
* | timings.tables[rows].name | said in refusals
validate | timings.sources[fitted].fit* | calibrate reads it
calibrate | timings.sources[fitted].rows.when | only rows of the groups of 'calibrate' are fitted
calibrate | timings.tables[rows].only | only rows of the groups of 'calibrate' are fitted
bound --advise | kernel.runs* | measure reads it
bound --advise | kernel.tiles[].dtypes* | of the instances of the runner, for measure; a bound has words, and no types
* | timings.workload | names ranks of the kernels' cascades; another workload has the same ranks, or is refused
* nest | workload.ranks.head_dim | nests have the tensors and loops that cascade and mapping say by rank
* nest | workload.ranks.value_dim | nests have the tensors and loops that cascade and mapping say by rank
analyze | workload.ranks.* | analyze counts tensors by the ranks of the cascade, and takes no roles
bound | workload.ranks.*_dim | without a machine a bound counts pairs and tiles, whatever their rows
bound | workload.word* | without a machine a bound counts pairs and tiles, whatever their rows
bound | workload.shared* | without a machine a bound counts pairs and tiles, whatever their rows
bound | workload.shapes.* | without a machine a bound counts pairs and tiles, whatever their rows
mask* | --heads | counts are of one head; JSON, and pages of heads that differ, say how many there are
bound --mask causal --layout 1024 | --heads | counts are of one head, and the table has ratios; JSON says how many
* | kernel.source | where the file's numbers are from, for people; list shows the description
* | kernel.choose.kv_tiling | tiles of the triangle begin at the same keys either way
"""

# For now. A line that fits nothing any more fails, so that the table empties itself.
KNOWN_SILENT = """
"""


def lines(table):
    return [tuple(part.strip() for part in line.split("|")) for line in table.strip().splitlines() if line]
