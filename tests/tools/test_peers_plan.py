import csv
import tempfile
import unittest
from pathlib import Path

from peers_plan import cells_with, point_with

from peers.plan import COLUMNS, InputError, read_plan


class Plans(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-peers-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "plan.csv"

    def read(self, *rows, header=COLUMNS):
        with self.path.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return read_plan(self.path)

    def refuse(self, message, **cells):
        with self.assertRaises(InputError) as caught:
            self.read(cells_with(), cells_with(**cells))
        self.assertEqual(str(caught.exception), f"{self.path}:3: {message}")

    def test_takes_the_rows_of_its_kernels_in_order(self):
        points = self.read(cells_with(point="a", kernel="torch-cudnn"), cells_with(kernel="pipelined", mask="?"),
                           cells_with(point="b", kernel="torch-flash"),
                           cells_with(operation="micro", kernel="stream"))
        self.assertEqual([(point.point, point.kernel) for point in points],
                         [("a", "torch-cudnn"), ("b", "torch-flash")])

    def test_reads_every_cell(self):
        cells = cells_with(queries="8x16", keys="8x16", mask="2 * window=3x3,stride=1x2 + 2 * dense", q_tile="4x8",
                           kv_tile="2x8", permuted="1", cache="flush", warm_up="0", blocks="32x16:f000000f")
        point, = self.read(cells)
        self.assertEqual(point.cells, tuple(cells))
        self.assertEqual((point.batch, point.heads, point.kv_heads, point.head_dim), (2, 4, 2, 32))
        self.assertEqual((point.queries, point.q_tile, point.kv_tile), ((8, 16), (4, 8), (2, 8)))
        self.assertEqual((point.permuted, point.cache, point.warm_up, point.repetitions), (True, "flush", 0, 3))
        self.assertEqual((point.mask.rule_of_head, point.blocks.shape, point.seed), ((0, 0, 1, 1), (4, 8), 7))

    def test_names_the_line_and_the_column_of_what_is_wrong(self):
        self.refuse("batch: '0' is no whole number of at least 1", batch="0")
        self.refuse("warm_up: '1.5' is no whole number of at least 0", warm_up="1.5")
        self.refuse("seed: '-1' is no whole number of at least 0", seed="-1")
        self.refuse("dtype: 'fp32' is none of bf16, fp16", dtype="fp32")
        self.refuse("cache: '' is none of warm, flush, rotate", cache="")
        self.refuse("permuted: 'yes' is none of 0, 1", permuted="yes")
        self.refuse("kv_heads: 3 does not divide 4 heads", kv_heads="3")
        self.refuse("keys: '8x8' has not as many axes as the queries", keys="8x8")
        self.refuse("q_tile: '8x8' has not as many axes as the layout 64", q_tile="8x8")
        self.refuse("mask: 'casual' is no dense, causal, window=, stride=, dilation= or causal=", mask="casual")
        self.refuse("blocks: expected QxK:HEX", blocks="f")
        self.refuse("blocks: blocks of 32 tokens are not the kv_tile of 16", blocks="32x32:c0", kv_tile="16",
                    q_tile="32")

    def test_refuses_what_is_no_plan(self):
        with self.assertRaisesRegex(InputError, ":1: is no plan: the columns are not point,group,"):
            self.read(header=COLUMNS[1:])
        with self.assertRaisesRegex(InputError, ":2: has 20 cells, not 21"):
            self.read(cells_with()[1:])
        with self.assertRaisesRegex(InputError, "cannot be read: .*No such file"):
            read_plan(self.path.parent / "missing.csv")
        self.path.write_bytes(b"\xff\xfe")
        with self.assertRaisesRegex(InputError, "cannot be read"):
            read_plan(self.path)

    def test_takes_long_lists_of_blocks(self):
        point, = self.read(cells_with(queries="16384", keys="16384", blocks="16x16:" + "a5" * (1024 * 128)))
        self.assertEqual(point.blocks.seen[1023][1020:], (False, True, False, True))

    def test_a_tile_may_be_left_out(self):
        self.assertEqual(point_with().q_tile, ())


if __name__ == "__main__":
    unittest.main()
