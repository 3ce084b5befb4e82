"""Times calls on the GPU with events, as kernels/runner/gpu.cu does. Needs PyTorch with a CUDA device."""
import time

import torch

# Longer than the host takes to enqueue one call. The GPU spins for as long as all calls take first, so that it then
# has them back to back, and what is timed is its work, not the host's.
HOLD_CYCLES = 400_000
MOST_SETS = 16
LEAST_WARM_UP_S = 20e-3  # in which the clock of an idle GPU rises


def input_sets(problem, first):
    """Tensors for the repetitions to take in turn; with "rotate" together twice the L2 cache."""
    point = problem.point
    if point.cache != "rotate":
        return [first]
    size_B = sum(tensor.numel() * tensor.element_size() for tensor in first)
    l2_B = torch.cuda.get_device_properties(problem.device).L2_cache_size
    count = min(max(2 * l2_B // size_B + 1, 2), MOST_SETS)
    return [first] + [problem.tensors(number) for number in range(1, count)]


class Flush:
    """Overwrites the L2 cache, and then reads other memory: what was written would else still be in the cache, and go
    to memory while the next kernel is timed."""

    def __init__(self, device, size_B):
        self.written = torch.empty(size_B // 8, dtype=torch.int64, device=device)
        self.read = torch.zeros(size_B // 8, dtype=torch.int64, device=device)

    def __call__(self):
        self.written.zero_()
        self.read.sum()


def warm_up(launch, least, wait):
    """Calls launch(number) at least so often, and then for LEAST_WARM_UP_S. Returns how often."""
    count = 0

    def launch_some(some):
        nonlocal count
        for _ in range(some):
            launch(count)
            count += 1
        wait()

    launch_some(least)
    start, some = time.monotonic(), 1
    while time.monotonic() - start < LEAST_WARM_UP_S:
        batch = time.monotonic()
        launch_some(some)
        if time.monotonic() - batch < LEAST_WARM_UP_S / 10:
            some *= 2  # for long, no device waits for the host
    return count


def time_call(problem, call, first):
    """Seconds, one per repetition."""
    point = problem.point
    sets = input_sets(problem, first)
    l2_B = torch.cuda.get_device_properties(problem.device).L2_cache_size
    flush = Flush(problem.device, 2 * l2_B) if point.cache == "flush" else None
    warm = warm_up(lambda number: call(*sets[number % len(sets)]), point.warm_up, torch.cuda.synchronize)
    events = [[torch.cuda.Event(enable_timing=True) for _ in range(2)] for _ in range(point.repetitions)]
    torch.cuda._sleep(HOLD_CYCLES * point.repetitions)
    for number, (start, end) in enumerate(events, start=warm):
        if flush:
            flush()
        start.record()
        call(*sets[number % len(sets)])
        end.record()
    torch.cuda.synchronize()
    return tuple(start.elapsed_time(end) / 1000 for start, end in events)
