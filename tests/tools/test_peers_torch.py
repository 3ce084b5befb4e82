"""The parts that need PyTorch, on the CPU and without its compiler. Skipped where there is no PyTorch."""
import contextlib
import importlib.util
import math
import unittest
import warnings

from peers_plan import point_with

from peers.layout import tile_of

HAS_TORCH = importlib.util.find_spec("torch") is not None
if HAS_TORCH:
    import torch
    from peers import attention, check, inputs
    from peers.problem import Problem, Unsupported

PERMUTED = {"permuted": "1", "q_tile": "4x4", "kv_tile": "2x8"}
IMAGE = {"queries": "6x10", "keys": "6x10"}
POINTS = [
    {"mask": "dense", "dtype": "fp16"},
    {"mask": "causal", "queries": "20"},
    {"mask": "causal", "queries": "1"},
    {"mask": "window=20,causal=1"},
    {"mask": "window=20,stride=5"},
    {"mask": "window=20,dilation=3,causal=1", "permuted": "1", "q_tile": "16", "kv_tile": "16"},
    {"mask": "1 * dense + 2 * causal + 1 * window=8"},
    {"mask": "causal", "queries": "200", "keys": "300", "q_tile": "64", "kv_tile": "32"},
    {"mask": "window=3x4,stride=2x1", **IMAGE},
    {"mask": "window=3x4", "queries": "2x10", "keys": "6x10"},
    {"mask": "dense", **IMAGE, **PERMUTED},
    {"mask": "window=3x4", **IMAGE, "permuted": "1"},
    {"mask": "window=3x4,dilation=2x1,causal=0x1", **IMAGE, **PERMUTED},
    {"mask": "2 * window=3x4x3 + 2 * window=3x4x3,causal=1x0x0", "queries": "4x4x6", "keys": "4x4x6",
     "permuted": "1", "q_tile": "2x2x4", "kv_tile": "2x4x2"},
    {"mask": "causal", "blocks": "16x16:842f", "q_tile": "16", "kv_tile": "16"},
    {"mask": "window=5x5", "queries": "8x8", "keys": "8x8", "blocks": "16x16:9421", "q_tile": "4x4",
     "kv_tile": "4x4", "permuted": "1"},
]


def problem_with(**cells):
    return Problem(point_with(**cells), torch.device("cpu"))


def pairs(problem):
    """The mask by its predicate: [head, place of query, place of key]."""
    point = problem.point
    mask = torch.zeros(point.heads, len(problem.q_order), len(problem.kv_order), dtype=torch.bool)
    for head in range(point.heads):
        for query in range(math.prod(point.queries)):
            for key in range(math.prod(point.keys)):
                seen = point.mask.sees(head, query, key)
                if point.blocks:
                    row = tile_of(query, point.queries, point.q_tile)
                    seen &= point.blocks.seen[row][tile_of(key, point.keys, point.kv_tile)]
                mask[head, problem.q_order.place_of[query], problem.kv_order.place_of[key]] = seen
    return mask


@contextlib.contextmanager
def at_most(count):
    kept, attention.MOST_PAIRS = attention.MOST_PAIRS, count
    try:
        yield
    finally:
        attention.MOST_PAIRS = kept


@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class Masks(unittest.TestCase):
    def test_tables_say_what_the_predicate_says(self):
        for cells in POINTS:
            with self.subTest(**cells):
                problem = problem_with(**cells)
                expected = pairs(problem)
                mod = attention.mask_mod(problem) or (lambda b, h, q, kv: torch.tensor(True))
                heads, queries, keys = (torch.arange(size) for size in expected.shape)
                got = mod(torch.tensor(0), heads[:, None, None], queries[None, :, None], keys[None, None, :])
                real = problem.q_order.token_at >= 0  # what padding sees does not matter
                self.assertTrue(torch.equal(got.expand(expected.shape)[:, real], expected[:, real]))

    def test_the_rows_that_are_checked_say_so_too(self):
        for cells in POINTS:
            with self.subTest(**cells):
                problem = problem_with(**cells)
                expected = pairs(problem)
                for _, head, query in check.sample_rows(problem.point)[::7]:
                    row = expected[head, problem.q_order.place_of[query]]
                    self.assertTrue(torch.equal(problem.visible(head, query), row[problem.kv_order.place_of]))

    def test_block_masks_made_in_parts_are_the_whole(self):
        for cells in POINTS[1:5] + POINTS[6:8]:
            problem = problem_with(**cells)
            arguments = problem, attention.mask_mod(problem), (16, 32)
            whole = attention.make_block_mask(*arguments)
            with at_most(1):
                parts = attention.make_block_mask(*arguments)
            self.assertEqual(parts.shape, whole.shape)
            for name in ("kv_num_blocks", "full_kv_num_blocks", "q_num_blocks", "full_q_num_blocks"):
                self.assertTrue(torch.equal(getattr(parts, name), getattr(whole, name)), name)
            self.assertTrue(torch.equal(parts.to_dense(), whole.to_dense()))

    def test_chooses_tiles_where_the_plan_does_not(self):
        problem = problem_with(mask="dense", queries="4x16x16", keys="4x16x16", permuted="1")
        self.assertEqual(problem.q_order.place_of[[0, 7, 16, 8, 256, 512]].tolist(), [0, 7, 8, 128, 64, 512])
        self.assertEqual(attention.block_sizes(problem), (128, 128))
        for queries, sizes in (("640", (64, 32)), ("1", (128, 32))):
            problem = problem_with(q_tile="64", kv_tile="32", queries=queries, keys="640")
            self.assertEqual(attention.block_sizes(problem), sizes)

    def test_refuses_tiles_that_do_not_fit(self):
        for cells in ({"blocks": "16x16:ffff"},
                      {"mask": "2 * dense + 2 * window=8,dilation=2", "permuted": "1", "q_tile": "8",
                       "kv_tile": "8"},
                      {**IMAGE, "mask": "dense", "blocks": "16x16:ffff", "q_tile": "4x4", "kv_tile": "4x4"}):
            with self.assertRaises(Unsupported):
                problem_with(**cells)


@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class Results(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")  # flex_attention warns that it is slow without the compiler

    def checked(self, problem, call, change=None):
        tensors = problem.tensors()
        output = call(*tensors)
        if change:
            change(output)
        return check.check(problem, tensors, output)

    def test_flex_attention_is_right(self):
        for cells in POINTS:
            with self.subTest(**cells):
                problem = problem_with(**cells)
                error, limit, message = self.checked(problem, attention.flex(problem, compiled=False)[0])
                self.assertEqual(message, "")
                self.assertLess(error, limit)
                self.assertLess(limit, 3 * error)
                self.assertGreater(error, 1e-4)

    def test_padding_is_zero(self):
        problem = problem_with(**IMAGE, **{**PERMUTED, "mask": "dense"})
        q, k, _ = problem.tensors()
        self.assertEqual((q.shape[2], k.shape[2]), (96, 96))
        for tensor, order in ((q, problem.q_order), (k, problem.kv_order)):
            self.assertEqual(tensor[:, :, order.token_at < 0].abs().sum(), 0)
            self.assertGreater(tensor[:, :, order.token_at >= 0].abs().min(), 0)

    def test_scaled_dot_product_attention_is_right(self):
        for mask in ("dense", "causal"):
            problem = problem_with(kernel="torch-flash", heads="2", mask=mask)
            self.assertEqual(self.checked(problem, attention.sdpa(problem))[2], "")

    def test_a_wrong_element_is_seen(self):
        problem = problem_with(mask="causal", dtype="fp16")
        call = attention.flex(problem, compiled=False)[0]
        for number in (0.05, 0.003, math.nan):  # the second is small among all rows, but not within its own
            def change(output, number=number):
                output[1, 3, 63, 5] += number
            self.assertIn("batch 1, head 3, query 63", self.checked(problem, call, change)[2])

    def test_errors_of_zero_and_of_nan(self):
        one, zero, nan = (torch.full((2,), number, dtype=torch.float64) for number in (1.0, 0.0, math.nan))
        self.assertEqual(check.errors([(zero, zero)])[:2], (0, 0))
        self.assertEqual(check.errors([(one, zero)])[:2], (math.inf, math.inf))
        self.assertTrue(all(map(math.isnan, check.errors([(nan, zero), (one, one)])[:2])))
        self.assertEqual(check.errors([(one, one), (zero, one)])[1:], (1, 1))

    def test_refuses_what_a_kernel_cannot_run(self):
        for cells in ({"queries": "32"}, {"mask": "window=8"}, {"mask": "2 * dense + 2 * causal"},
                      {"permuted": "1", "q_tile": "16", "kv_tile": "16"},
                      {"blocks": "16x16:ffff", "q_tile": "16", "kv_tile": "16"}):
            with self.assertRaises(Unsupported):
                attention.sdpa(problem_with(kernel="torch-cudnn", **cells))
        problem = problem_with(kernel="torch-cudnn")
        with self.assertRaises(Unsupported):  # there is none for the CPU
            attention.run_once(attention.sdpa(problem), problem.tensors())

    def test_tiles_of_the_kernel_divide_blocks(self):
        self.assertEqual(attention.kernel_options(128, 256), {})
        self.assertEqual(attention.kernel_options(64, 96), {"BLOCK_M": 64, "BLOCK_N": 32})
        with self.assertRaises(Unsupported):
            attention.kernel_options(128, 40)


@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class Samples(unittest.TestCase):
    def test_hold_the_corners_of_tiles_and_every_head(self):
        rows = check.sample_rows(point_with(batch="4", heads="8", queries="1000", keys="1000", q_tile="128",
                                            kv_tile="128"))
        for query in (0, 127, 384, 511, 896, 999):
            self.assertIn((0, 0, query), rows)
            self.assertIn((3, 7, query), rows)
        self.assertEqual(len({row[:2] for row in rows}), 32)
        self.assertEqual(len(check.sample_rows(point_with(queries="3"))), 24)


# tests/kernels/reference/inputs.cpp has the same numbers.
@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class Inputs(unittest.TestCase):
    def test_are_those_of_the_kernels(self):
        bits = inputs.random_bits(12345, inputs.V, torch.tensor([1 << 30]))
        self.assertEqual(bits.item() & inputs.MASK, 0xcc44b4026b4ec787)
        bf16 = inputs.tensor(1, inputs.Q, (2, 3), torch.bfloat16, "cpu")
        self.assertEqual(bf16.view(torch.int16)[0, 0].item(), 16203)
        fp16 = inputs.tensor(1, inputs.K, (6,), torch.float16, "cpu")
        self.assertEqual(fp16.view(torch.int16)[5].item() & 0xffff, 44248)

    def test_do_not_depend_on_how_many_are_made_at_once(self):
        whole = inputs.tensor(5, inputs.K, (100,), torch.bfloat16, "cpu")
        kept, inputs.MOST_AT_ONCE = inputs.MOST_AT_ONCE, 7
        self.addCleanup(setattr, inputs, "MOST_AT_ONCE", kept)
        self.assertTrue(torch.equal(inputs.tensor(5, inputs.K, (100,), torch.bfloat16, "cpu"), whole))


if __name__ == "__main__":
    unittest.main()
