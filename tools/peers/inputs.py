"""The inputs of the kernels: kernels/reference/inputs.hpp says what they are and why. Needs PyTorch."""
import torch

Q, K, V = 0, 1, 2
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
INCREMENT = 0x9e3779b97f4a7c15
MASK = 2**64 - 1
MOST_AT_ONCE = 1 << 24  # elements; some copies of as many 64-bit numbers are alive at a time


def signed(bits):
    """The 64-bit integer of these bits."""
    return bits - 2**64 if bits >= 2**63 else bits


def shift_right(x, count):
    return x >> count & (1 << (64 - count)) - 1


def mix(x):
    """Of 64-bit integers in a tensor, whose products wrap around."""
    x = (x ^ shift_right(x, 30)) * signed(0xbf58476d1ce4e5b9)
    x = (x ^ shift_right(x, 27)) * signed(0x94d049bb133111eb)
    return x ^ shift_right(x, 31)


def random_bits(seed, tensor, elements):
    stream = mix(mix(torch.tensor([signed(seed & MASK)], device=elements.device)) + tensor + 1)
    return mix(stream + (elements + 1) * signed(INCREMENT))


def normal(bits):
    total = sum(bits >> 16 * part & 0xffff for part in range(4))
    return (2 * total - 4 * 0xffff).to(torch.float32) * 1.32145e-5


def tensor(seed, which, shape, dtype, device):
    """Tensor `which` (Q, K or V) as kernels read it."""
    result = torch.empty(shape, dtype=dtype, device=device)
    flat = result.view(-1)
    for first in range(0, flat.numel(), MOST_AT_ONCE):
        last = min(first + MOST_AT_ONCE, flat.numel())
        flat[first:last] = normal(random_bits(seed, which, torch.arange(first, last, device=device))).to(dtype)
    return result
