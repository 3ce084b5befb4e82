"""Which commands read which files, in which contexts options stand, and what has no effect, with the reason.

Commands run in a copy of tests/cli/inputs. FILE is the file that is changed, {out} a folder for what a run writes.
"""
J = "--format json"
KERNEL = f"gpu.yaml kernel.yaml --calibration calibration.yaml {J}"
SMALL_KERNEL = f"attention.yaml gpu.yaml FILE --calibration calibration.yaml {J}"
FEW = "--set B=1 --set H=6 --set G=1 --set P=64"
MULTI = f"image.yaml gpu.yaml FILE --calibration calibration.yaml {J}"
# name of the reader | command | file | changes of the file that the command starts from, separated by ';'
READERS = f"""
evaluate nest   | evaluate FILE array.yaml nest.yaml {J} | attention.yaml
evaluate nest   | evaluate FILE array.yaml nest.yaml {J} | attention.yaml | workload.mask.pattern=6 * causal + 6 * dense
evaluate kernel | evaluate FILE {KERNEL} | attention.yaml
evaluate kernel | evaluate FILE {KERNEL} | image.yaml
evaluate kernel | evaluate FILE {KERNEL} | selection.yaml
evaluate kernel | evaluate FILE {KERNEL} | selection.yaml | workload.selection.queries=-; workload.selection.last_queries=64
simulate kernel | simulate FILE {KERNEL} | selection.yaml
simulate kernel | simulate FILE {KERNEL} | selection.yaml | workload.selection.queries=-; workload.selection.last_queries=64
bound --arch    | bound FILE --arch gpu.yaml {J} | selection.yaml
bound --arch    | bound FILE --arch gpu.yaml {J} | selection.yaml | workload.selection.queries=-; workload.selection.last_queries=64
bound           | bound FILE {J} | selection.yaml
evaluate passes | evaluate FILE gpu.yaml passes.yaml {J} | attention.yaml
simulate kernel | simulate FILE {KERNEL} | attention.yaml
simulate kernel | simulate FILE {KERNEL} | image.yaml
evaluate kernel | evaluate FILE {KERNEL} | requests.yaml
evaluate kernel | evaluate FILE {KERNEL} | requests-file.yaml
simulate kernel | simulate FILE {KERNEL} | requests.yaml
bound --arch    | bound FILE --arch gpu.yaml {J} | requests.yaml
bound --arch    | bound FILE --arch gpu.yaml {J} | requests-file.yaml
bound           | bound FILE {J} | attention.yaml
bound           | bound FILE --set P=2 {J} | attention.yaml
bound           | bound FILE --q-tile 4x8 --kv-tile 4x8 {J} | image.yaml
bound --arch    | bound FILE --arch gpu.yaml {J} | attention.yaml
bound --arch    | bound FILE --q-tile 4x8 --kv-tile 4x8 --arch gpu.yaml {J} | image.yaml
model           | model FILE gpu.yaml {J} | model.yaml
model           | model FILE gpu.yaml {J} | model-from.yaml
model           | model model.yaml gpu.yaml {J} | matrix.yaml
evaluate matrix | evaluate FILE gpu.yaml matrix-kernel.yaml {J} | matrix.yaml
evaluate matrix | evaluate matrix.yaml gpu.yaml FILE {J} | matrix-kernel.yaml
simulate matrix | simulate matrix.yaml gpu.yaml FILE {J} | matrix-kernel.yaml
analyze         | analyze attention-3pass --workload FILE {J} | attention.yaml
evaluate nest   | evaluate attention.yaml FILE nest.yaml {J} | array.yaml
evaluate nest   | evaluate attention.yaml FILE nest.yaml {J} | array.yaml | arch.levels.1.capacity_B=64 KiB; arch.levels.0.bandwidth_B_per_s=4 GB/s; arch.levels.0.achievable_B_per_s=3 GB/s
evaluate nest   | evaluate attention.yaml FILE nest.yaml {J} | array.yaml | arch.levels.1.bandwidth_B_per_s=4 GB/s; arch.levels.1.achievable_B_per_s=3 GB/s
evaluate nest   | evaluate attention.yaml FILE nest.yaml {J} | array.yaml | arch.units.0.operations.multiply_add.cycles_by_word_B.4=0.8; arch.units.0.operations.multiply_add.energy_J_by_word_B.4=2e-12
evaluate kernel | evaluate attention.yaml FILE kernel.yaml {J} | gpu.yaml | arch.units.0.operations.multiply_add.cycles_by_word_B.4=0.8; arch.units.0.operations.multiply_add.energy_J_by_word_B.4=2e-12
evaluate nest   | evaluate attention.yaml FILE nest.yaml {J} | stacked.yaml
evaluate nest   | evaluate attention.yaml stacked.yaml nest.yaml {J} | dram.yaml
evaluate kernel | evaluate attention.yaml FILE kernel.yaml --calibration calibration.yaml {J} | gpu.yaml
evaluate kernel | evaluate attention.yaml FILE kernel.yaml {J} | gpu.yaml
evaluate kernel | evaluate attention.yaml FILE overlapped.yaml {J} | gpu.yaml
simulate kernel | simulate attention.yaml FILE kernel.yaml --calibration calibration.yaml {J} | gpu.yaml
simulate kernel | simulate attention.yaml FILE kernel.yaml {J} | gpu.yaml
bound --arch    | bound attention.yaml --arch FILE {J} | gpu.yaml
simulate nest   | simulate FILE served.yaml served-nest.yaml {J} | attention.yaml | workload.shapes.S=160
simulate nest   | simulate attention.yaml FILE served-nest.yaml --set S=160 {J} | served.yaml
simulate nest   | simulate attention.yaml served.yaml FILE --set S=160 {J} | served-nest.yaml
evaluate nest   | evaluate attention.yaml array.yaml FILE {J} | nest.yaml
evaluate nest   | evaluate attention.yaml array.yaml FILE {J} | turns.yaml
evaluate nest   | evaluate attention.yaml array.yaml FILE --mask window.yaml {J} | nest.yaml | mapping.tiles.P=8x16; mapping.tiles.M=8x8
evaluate nest   | evaluate attention.yaml array.yaml FILE --mask window.yaml {J} | nest.yaml | mapping.groups.0.tiles.P=16; mapping.groups.0.tiles.M=16
evaluate kernel | evaluate {SMALL_KERNEL} | kernel.yaml
evaluate kernel | evaluate {SMALL_KERNEL} | kernel.yaml | kernel.model.overlap.softmax=under-products; kernel.model.overlap.copies=serial
evaluate kernel | evaluate {SMALL_KERNEL} | kernel.yaml | kernel.model.splits=1; kernel.model.schedule.launch=grid
evaluate kernel | evaluate {SMALL_KERNEL} {FEW} | kernel.yaml | kernel.model.splits.enough=0.8; kernel.model.splits.within=0.5; kernel.model.splits.most=3
evaluate kernel | evaluate {SMALL_KERNEL} --set H=6 --set G=1 --requests 3*1x900,3*1x4000 | kernel.yaml | kernel.model.splits.count=3; kernel.model.splits.lengths=longest
evaluate kernel | evaluate {SMALL_KERNEL} --set H=6 --set G=1 --requests 3*1x900,3*1x4000 | kernel.yaml | kernel.model.splits.keys=512
evaluate kernel | evaluate {SMALL_KERNEL} --set H=6 --set G=1 --requests 3*1x900,3*1x4000 | kernel.yaml | kernel.model.splits.least_keys=1000
evaluate kernel | evaluate {SMALL_KERNEL} --set P=16 | kernel.yaml
evaluate kernel | evaluate {SMALL_KERNEL} --set S=8192 --set P=1024 | kernel.yaml | kernel.model.schedule.outer=heads; kernel.model.schedule.swizzle=group * 3
evaluate kernel | evaluate gradients.yaml gpu.yaml FILE {J} | owning.yaml
evaluate kernel | evaluate gradients.yaml gpu.yaml FILE --set H=3 --set G=3 {J} | owning.yaml | kernel.model.schedule.outer=heads; kernel.model.schedule.keys=ascending; kernel.model.schedule.swizzle=2
simulate kernel | simulate gradients.yaml gpu.yaml FILE {J} | owning.yaml
evaluate kernel | evaluate FILE gpu.yaml owning.yaml {J} | gradients.yaml
evaluate kernel | evaluate {MULTI} | kernel.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml FILE --calibration overlapped/small-machine/here {J} | overlapped.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml FILE {J} | passes.yaml
evaluate kernel | evaluate attention.yaml worded.yaml FILE {J} | counted.yaml
simulate kernel | simulate {SMALL_KERNEL} | kernel.yaml
simulate kernel | simulate {SMALL_KERNEL} | kernel.yaml | kernel.model.overlap.softmax=under-products; kernel.model.overlap.copies=serial
simulate kernel | simulate {SMALL_KERNEL} {FEW} | kernel.yaml | kernel.model.splits.enough=0.8; kernel.model.splits.within=0.5; kernel.model.splits.most=3
simulate kernel | simulate {SMALL_KERNEL} --set P=16 | kernel.yaml
simulate kernel | simulate {SMALL_KERNEL} --set S=8192 --set P=1024 | kernel.yaml | kernel.model.schedule.outer=heads; kernel.model.schedule.swizzle=group * 3
simulate kernel | simulate {MULTI} | kernel.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml kernel.yaml --calibration FILE {J} | calibration.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml overlapped.yaml --calibration FILE {J} | calibration.yaml
simulate kernel | simulate attention.yaml gpu.yaml kernel.yaml --calibration FILE {J} | calibration.yaml
simulate kernel | simulate attention.yaml gpu.yaml overlapped.yaml --calibration FILE {J} | calibration.yaml
claim           | claim FILE {J} | claims.yaml
mask            | mask FILE --q-tile 2x2 --kv-tile 2x2 {J} | window.yaml
bound           | bound --mask FILE --q-tile 2x8 --kv-tile 2x8 {J} | window.yaml
analyze         | analyze FILE --set M=64 --set M0=4 --set P=4 {J} | lines.yaml
sweep           | sweep FILE -q {J} -o {{out}} | study.yaml
sweep           | sweep FILE -q {J} -o {{out}} | study-map.yaml
sweep           | sweep FILE -q {J} -o {{out}} | study-range.yaml
sweep           | sweep FILE -q {J} -o {{out}} | study-sample.yaml
validate        | validate FILE {J} | suite.yaml
validate        | validate FILE --calibrations calibrations {J} | timings.yaml
calibrate       | calibrate FILE {J} -o {{out}} | timings.yaml
validate joint  | validate FILE {J} | timings-joint.yaml
calibrate joint | calibrate FILE {J} -o {{out}} | timings-joint.yaml
validate joint  | validate timings-joint.yaml {J} --rows | call.yaml
validate joint  | validate timings-joint.yaml {J} --rows | joint.yaml
validate joint  | validate timings-joint.yaml {J} --rows | intervals/joint-timings.yaml
evaluate kernel | evaluate attention.yaml {KERNEL} | intervals/s.yaml
evaluate kernel | evaluate attention.yaml {KERNEL} --call FILE | call.yaml
evaluate kernel | evaluate attention.yaml {KERNEL} --set B=1 --set H=1 --set G=1 --set S=16 | intervals/s.yaml
validate joint  | validate timings-joint.yaml {J} --rows | wide.yaml
measure         | measure FILE --plan {{out}}/plan.csv | measure.yaml
validate        | validate FILE {J} | measure.yaml
bound --advise  | bound --mask window.yaml --q-tile 2x8 --kv-tile 2x8 --advise --tiles FILE {J} | kernels.yaml
measure         | measure measure.yaml --plan {{out}}/plan.csv | kernels.yaml
map             | map pair.yaml array.yaml FILE {J} | space-fused.yaml
map             | map pair.yaml array.yaml FILE {J} | space-apart.yaml
map             | map pair.yaml array.yaml FILE {J} | space-split.yaml
map             | map pair.yaml array.yaml FILE {J} --objective buffer | space-split.yaml
map kernel      | map attention.yaml gpu.yaml FILE --kernel kernel.yaml --kernel open.yaml -j 1 {J} | space-kernels.yaml
evaluate kernel | map attention.yaml gpu.yaml --kernel FILE -j 1 | open.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml FILE {J} | open.yaml
evaluate kernel | evaluate attention.yaml gpu.yaml FILE {J} | chosen.yaml
simulate kernel | simulate attention.yaml gpu.yaml FILE {J} | chosen.yaml
evaluate kernel | evaluate image.yaml gpu.yaml FILE {J} | padded.yaml
simulate kernel | simulate image.yaml gpu.yaml FILE {J} | padded.yaml
report          | report store --spec FILE -o {{out}} | report-table.yaml
report          | report store --spec FILE -o {{out}} | report-lines.yaml
report          | report store --spec FILE -o {{out}} | report-stacks.yaml
report          | report store --spec FILE -o {{out}} | report-stacks.yaml | report.page.0.figure.at=-; report.page.0.figure.panels=tokens
report          | report store --spec FILE -o {{out}} | report-stacks.yaml | report.page.0.figure.at=-; report.page.0.figure.mean_over=[tokens]
report          | report store --spec FILE -o {{out}} | report-scatter.yaml
report          | report store --spec FILE -o {{out}} | report-map.yaml
report          | report store --spec FILE -o {{out}} | report-picture.yaml
report          | report store --spec FILE -o {{out}} | report-pareto.yaml
report          | report store --spec FILE -o {{out}} | report-roofline.yaml
report          | report store --spec FILE -o {{out}} | report-stacks.yaml | report.page.0.figure.at=-; report.page.0.figure.designs=-; report.page.0.figure.y.relative_to=-; report.page.0.figure.y.as=-; report.page.0.figure.y.of=-; report.page.0.figure.series=on-array; report.page.0.figure.x=tokens
"""

CONTEXTS = {
    "list": ["list", "list archs", "list fields"],
    "analyze": ["analyze lines.yaml --set M=64 M0=8 P=4", "analyze attention-3pass --workload attention.yaml",
                "analyze attention-3pass", "analyze attention-3pass --dot"],
    "mask": ["mask causal --layout 64", f"mask causal --layout 64 {J}",
             "mask gna,window=9x9 --layout 16x32 --q-tile 2x2 --kv-tile 2x2 -o {out}",
             "mask 2*causal+2*sink,sinks=4,window=16 --layout 64", "mask causal --requests 40x64,16x16",
             f"mask causal --requests 40x64,16x16 {J}",
             "mask window.yaml --q-tile 2x2 --kv-tile 2x2", "mask --patterns"],
    "evaluate": [f"evaluate attention.yaml {KERNEL}", "evaluate image.yaml gpu.yaml kernel.yaml -o {out}",
                 "evaluate attention.yaml array.yaml nest.yaml", f"evaluate requests.yaml {KERNEL}",
                 "evaluate product.yaml multicasting.yaml product-nest.yaml -o {out}"],
    "simulate": [f"simulate attention.yaml {KERNEL}", "simulate image.yaml gpu.yaml kernel.yaml --trace {out}/t.json",
                 "simulate attention.yaml served.yaml served-nest.yaml --set S=160",
                 "simulate product.yaml array.yaml product-nest.yaml --check"],
    "bound": ["bound attention.yaml", "bound attention.yaml --arch gpu.yaml", "bound --mask causal --layout 1024",
              f"bound --mask stripes,stripes=9,block=32 --layout 1024 --kv-tiling gathered --arch gpu.yaml {J}",
              f"bound --mask causal --layout 1024 {J}", "bound --mask causal --requests 1x9000,2x4000 --arch gpu.yaml",
              "bound requests.yaml --arch gpu.yaml",
              "bound --mask gna,window=16x16 --layout 30x32 --q-tile 4x16 --kv-tile 4x16 --arch gpu.yaml --advise"],
    "claim": ["claim claims.yaml", f"claim claims.yaml --name rate {J}"],
    "map": ["map product.yaml array.yaml", "map product.yaml array.yaml --objective time,buffer",
            "map pair.yaml array.yaml space-fused.yaml", "map attention.yaml gpu.yaml --kernel kernel.yaml",
            "map image.yaml gpu.yaml --kernel kernel.yaml"],
    "import": ["import config.json", "import config.json --name mine -o {out}"],
    "model": ["model model.yaml gpu.yaml", f"model model-from.yaml gpu.yaml {J}"],
    "rewrite": ["rewrite attention-naive --rule stabilise:M", "rewrite attention-3pass --passes 2", "rewrite attention-3pass --passes 2 --explain",
                "rewrite attention-3pass --rule use-exp2 -o {out}"],
    "compare": ["compare records-one.json records-other.json@2"],
    "sweep": ["sweep study.yaml -o {out}", "sweep study-map.yaml -o {out}", "sweep study-range.yaml --dry-run"],
    "query": ["query kept.sqlite select(time_s)from(results)"],
    "export": ["export kept.sqlite --to {out}/results.csv"],
    "merge": ["merge {out}/all.sqlite kept.sqlite"],
    "summarize": ["summarize kept.sqlite", "summarize kept.sqlite --best time_s --series grid",
                  f"summarize kept.sqlite --mean arithmetic:time_s {J}"],
    "report": ["report store --spec report-lines.yaml -o {out}"],
    "measure": ["measure measure.yaml --plan {out}/plan.csv"],
    "validate": ["validate suite.yaml", "validate timings.yaml", "validate measure.yaml",
                 "validate timings-joint.yaml"],
    "calibrate": ["calibrate timings.yaml -o {out}"],
}
# Of options whose help lists no choices: values, of which one shows.
VALUES = {
    "--output": ["{out}"], "--jobs": ["1"], "--set": ["S=2048", "P=1024", "H=6"],
    "--mask": ["sliding,left=99", "gna,window=5x5"], "--arch-set": ["SMs=4", "N=32"], "--q-tile": ["32", "4x4"],
    "--kv-tile": ["32", "4x4"], "--calibration": ["calibration.yaml", "flash-attention-3/h100-sxm5"],
    "--trace": ["{out}/other.json"], "--until": ["1e-6"], "--waterfall": ["{out}/other.svg"], "--trace-multiprocessors": ["1"], "--layout": ["128", "32x64"],
    "--requests": ["2x64,8x8", "requests.csv"], "--selection": ["keys=16", "keys=64,choose=top-k,every=4"],
    "--queries": ["32", "8x32"], "--heads": ["8", "2"], "--head": ["1", "3"], "--query-tile": ["1", "1x1"],
    "--kv-heads": ["2", "1"], "--gather": ["16"], "--head-dim": ["64"], "--value-dim": ["32"],
    "--batch": ["3"], "--arch": ["gpu.yaml", "array.yaml"], "--measured": ["1.5"], "--baseline": ["causal", "1ms"],
    "--tiles": ["kernels.yaml"], "--tile-sizes": ["32x32"], "--within": ["0.2"], "--least-window": ["8x8"],
    "--workload": ["attention.yaml", "image.yaml"], "--plan": ["{out}/other.csv"], "--only": ["windows"],
    "--reference": ["published-other", "timings-other", "measured-other"],
    "--data": ["timings-other/rows.csv", "measured-other/made-up.csv"], "--calibrations": ["calibrations"],
    "--leave-out": ["device"], "--rule": ["fuse", "use-exp2"], "--passes": ["1", "3"], "--rank": ["M", "P"], "--name": ["other", "ring"], "--call": ["call.yaml", "vllm-prefill"],
    "--study": ["other-study"], "--to": ["{out}/other.jsonl"], "--series": ["on-gpu"], "--pareto": ["time_s,max:cycles"],
    "--best": ["max:time_s"], "--mean": ["geometric:time_s"], "--by": ["point.tokens"], "--sensitivity": ["time_s"],
    "--shard": ["2/3"], "--spec": ["report-stacks.yaml"], "--time-limit": ["1e-6"], "--memory-limit": ["1B"], "--cascade": ["product-two.yaml"], "--kernel": ["open.yaml"], "--explain": ["product-nest.yaml"], "--objective": ["time", "buffer", "traffic"],
}
