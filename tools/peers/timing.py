"""Times calls on the GPU with events. Needs PyTorch with a CUDA device."""
import torch

# Longer than the host takes to enqueue one call. The GPU spins for as long as all calls take first, so that it then
# has them back to back, and what is timed is its work, not the host's.
HOLD_CYCLES = 400_000
MOST_SETS = 16


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
    """Overwrites the L2 cache."""

    def __init__(self, device):
        size_B = 2 * torch.cuda.get_device_properties(device).L2_cache_size
        self.scratch = torch.empty(size_B, dtype=torch.uint8, device=device)

    def __call__(self):
        self.scratch.zero_()


def time_call(problem, call, first):
    """Seconds, one per repetition."""
    point = problem.point
    sets = input_sets(problem, first)
    flush = Flush(problem.device) if point.cache == "flush" else None
    count = point.warm_up + point.repetitions
    events = [[torch.cuda.Event(enable_timing=True) for _ in range(2)] for _ in range(count)]
    torch.cuda.synchronize()
    torch.cuda._sleep(HOLD_CYCLES * count)
    for number, (start, end) in enumerate(events):
        if flush:
            flush()
        start.record()
        call(*sets[number % len(sets)])
        end.record()
    torch.cuda.synchronize()
    return tuple(start.elapsed_time(end) / 1000 for start, end in events[point.warm_up:])
