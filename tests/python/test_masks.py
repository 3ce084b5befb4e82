"""Masks from arrays, predicates and matrices: the same as text and files."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
import scipy.sparse

import tilewright as tw

KERNEL = ("attention", "gpu/h100-sxm5", "block-sparse-flash-attention-2")


class OnlyDlpack:
    """What torch has, and nothing else of NumPy."""

    def __init__(self, array):
        self._array = array

    def __dlpack__(self, **keywords):
        return self._array.__dlpack__(**keywords)

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


def blocks_of(heads, rows, columns):
    blocks = np.random.default_rng(7).random((heads, rows, columns)) < 0.3
    return blocks | np.eye(rows, columns, dtype=bool)


class Arrays(unittest.TestCase):
    def test_an_array_is_as_good_as_its_file(self):
        blocks = blocks_of(4, 16, 16)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "blocks.npy"
            np.save(file, blocks)
            text = f"file,file='{file}',block=128x128"
            for settings in ({"S": 2048, "H": 4}, {"S": 2048, "H": 8}, {"S": 2040, "H": 4}):
                with self.subTest(settings):
                    mask = tw.mask(blocks, block=128)
                    ours = tw.evaluate(*KERNEL, set=settings, mask=mask)
                    theirs = tw.evaluate(*KERNEL, set=settings, mask=text)
                    self.assertEqual(ours["time_s"], theirs["time_s"])
                    self.assertLess(ours["time_s"], tw.evaluate(*KERNEL, set=settings)["time_s"])
            ours = tw.bound(mask=tw.mask(blocks, block=128), layout=2048, heads=8, arch="gpu/h100-sxm5")
            theirs = tw.bound(mask=text, layout=2048, heads=8, arch="gpu/h100-sxm5")
            self.assertEqual(ours["rungs"], theirs["rungs"])

    def test_what_arrays_are(self):
        blocks = blocks_of(1, 8, 12)[0]
        wanted = int(blocks.sum())
        for array in (blocks, blocks.astype(np.uint8), np.asfortranarray(blocks), np.repeat(blocks, 2, axis=1)[:, ::2],
                      OnlyDlpack(blocks.astype(np.uint8)), blocks.astype(np.uint8).data):
            with self.subTest(type(array)):
                (census,) = tw.census(tw.mask(array, block=8), layout=96, queries=64, q_tile=8, kv_tile=8)
                self.assertEqual(census["tiles_visited"], wanted)
                self.assertEqual(census["pairs"], 64 * wanted)
        readonly = blocks.copy()
        readonly.flags.writeable = False
        self.assertEqual(tw.mask(readonly).heads, 1)
        self.assertEqual(tw.mask(blocks_of(3, 4, 4)).heads, 3)

    def test_different_arrays_have_different_names(self):
        first, second = np.eye(8, dtype=bool), np.tri(8, dtype=bool)
        self.assertNotEqual(tw.mask(first).text, tw.mask(second).text)
        self.assertEqual(tw.mask(first).text, tw.mask(first.copy()).text)

    def test_refusals(self):
        good = np.eye(8, dtype=bool)
        for wrong, message in ((good.astype(float), "array != 0"), (good[0], "one of 1 dimensions"),
                               (np.zeros((0, 8), dtype=bool), "or more")):
            with self.subTest(message), self.assertRaisesRegex(tw.InputError, message):
                tw.mask(wrong)
        with self.assertRaisesRegex(tw.InputError, "block=8x8 would fit"):
            tw.census(tw.mask(good, block=16), layout=64)
        with self.assertRaisesRegex(tw.InputError, "are of arrays"):
            tw.mask("causal", block=4)
        with self.assertRaisesRegex(tw.InputError, "or more"):
            tw.mask(good, block=0)
        with self.assertRaisesRegex(tw.InputError, "no such pattern|did you mean 'causal'"):
            tw.mask("causall")


class Predicates(unittest.TestCase):
    def test_pairs_are_those_of_the_text(self):
        cases = ((lambda b, h, q, kv: q >= kv, "causal"),
                 (lambda b, h, q, kv: (q >= kv) & (q - kv <= 63), "sliding,left=63"),
                 (lambda b, h, q, kv: q // 100 == kv // 100, "documents,lengths=100/100/100"))
        for predicate, text in cases:
            with self.subTest(text):
                ours = tw.census(tw.from_predicate(predicate, keys=300, block=1), q_tile=32, kv_tile=48)
                theirs = tw.census(text, layout=300, q_tile=32, kv_tile=48)
                self.assertEqual(counts(ours), counts(theirs))

    def test_blocks_are_there_where_any_pair_is(self):
        def predicate(b, h, q, kv):
            return (kv - q == 40 * h) | (q == 299)

        mask = tw.from_predicate(predicate, keys=300, queries=300, heads=3, block=(32, 48))
        pairs = tw.from_predicate(predicate, keys=300, heads=3, block=1)
        self.assertEqual(mask.heads, 3)
        for ours, exact in zip(tw.census(mask, heads=3, q_tile=32, kv_tile=48),
                               tw.census(pairs, heads=3, q_tile=32, kv_tile=48)):
            self.assertEqual(ours["tiles_visited"], exact["tiles_visited"])
            self.assertEqual(ours["tiles_partial"], 0)

    def test_a_predicate_of_single_numbers_is_refused(self):
        with self.assertRaisesRegex(tw.InputError, "does not take arrays"):
            tw.from_predicate(lambda b, h, q, kv: q >= kv and q < 5, keys=64)


class Matrices(unittest.TestCase):
    def test_stored_blocks_are_there(self):
        blocks = blocks_of(1, 6, 10)[0]
        matrix = scipy.sparse.bsr_matrix(np.kron(blocks, np.ones((16, 8))), blocksize=(16, 8))
        (census,) = tw.census(matrix, q_tile=16, kv_tile=8)
        self.assertEqual((census["queries"], census["keys"]), (96, 80))
        self.assertEqual(census["tiles_full"], blocks.sum())
        with self.assertRaisesRegex(tw.InputError, "of its own"):
            tw.mask(matrix, block=16)


class Bounds(unittest.TestCase):
    def test_ladder(self):
        bound = tw.bound(mask="gna,window=18x24x24", layout=(30, 48, 80), q_tile=(2, 8, 8), kv_tile="2x8x8")
        self.assertAlmostEqual(bound.speedup, 5.44, places=2)
        self.assertIn("FLOP", repr(bound))
        self.assertIn("<table>", bound._repr_html_())
        again = tw.bound("attention", set={"S": 4096}, mask="causal", arch="gpu/h100-sxm5", measured="1.5x")
        self.assertIn("verdict", again)

    def test_refusals(self):
        for keywords, message in (
                (dict(workload="attention", heads=3), "heads: the workload gives it"),
                (dict(mask="causal", set={"S": 1}, layout=64), "set: sets shapes"),
                (dict(), "expected a workload"),
                (dict(mask="causal", layout=64, arch_set={"N": 1}), "expected arch as well"),
                (dict(mask="causal", layout=64, dtype="bf15"), "did you mean 'bf16'"),
                (dict(mask="causal", layout=64, gather=2), "without kv_tiling gathered"),
                (dict(mask="causal", requests="1x64", batch=2), "leave it out"),
                (dict(mask="causal", layout=64, measured="300us"), "is a time")):
            with self.subTest(message), self.assertRaisesRegex(tw.InputError, message):
                tw.bound(**keywords)
        with self.assertWarnsRegex(UserWarning, "has no effect"):
            machine = tw.arch(tw.arch("fusemax/proposal").text.replace("parameters: {", "parameters: {idle: 1, "))
            tw.bound(mask="causal", layout=64, arch=machine, arch_set={"idle": 2})


def counts(rows):
    return [{name: value for name, value in row.items() if name != "mask"} for row in rows]


if __name__ == "__main__":
    unittest.main()
