import sys
import unittest

from tree import TOOLS

sys.path.insert(0, str(TOOLS))
from peers.layout import Permutation, coordinates, parse_shape, row_major, tile_of  # noqa: E402


class Layouts(unittest.TestCase):
    def test_reads_one_to_three_extents(self):
        self.assertEqual(parse_shape("512"), (512,))
        self.assertEqual(parse_shape("30x48x80"), (30, 48, 80))
        for text in ("", "0", "8x", "8x0", "1x2x3x4", "8 x 8", "-8", "8X8", "٣"):
            with self.assertRaisesRegex(ValueError, "is not one to three whole numbers"):
                parse_shape(text)

    def test_counts_tokens_in_row_major_order(self):
        self.assertEqual(coordinates(0, (3, 4, 5)), (0, 0, 0))
        self.assertEqual(coordinates(33, (3, 4, 5)), (1, 2, 3))
        self.assertTrue(all(row_major(coordinates(i, (3, 4, 5)), (3, 4, 5)) == i for i in range(60)))

    def test_numbers_tiles_in_row_major_order(self):
        self.assertEqual([tile_of(token, (3, 3), (2, 2)) for token in range(9)], [0, 0, 1, 0, 0, 1, 2, 2, 3])


# tests/kernels/reference/permutation.cpp has the same places.
class Permuted(unittest.TestCase):
    def places(self, *permutation):
        order = Permutation(*permutation)
        count = 1
        for extent in order.extent:
            count *= extent
        return [order.place(token) for token in range(count)]

    def test_leaves_whole_tiles_of_one_axis(self):
        self.assertEqual(self.places((10,), (4,), (1,)), list(range(10)))
        self.assertEqual(Permutation((10,), (4,), (1,)).places(), 12)

    def test_makes_tiles_contiguous(self):
        self.assertEqual(self.places((4, 4), (2, 2), (1, 1)),
                         [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15])

    def test_pads_tiles(self):
        self.assertEqual(self.places((3, 3), (2, 2), (1, 1)), [0, 1, 4, 2, 3, 6, 8, 9, 12])

    def test_puts_dilation_groups_one_after_the_other(self):
        self.assertEqual(self.places((7,), (2,), (3,)), [0, 4, 8, 1, 5, 9, 2])

    def test_knows_the_token_of_every_place(self):
        order = Permutation((5, 6, 7), (2, 3, 2), (2, 1, 3))
        tokens = order.tokens()
        self.assertEqual(len(tokens), order.places())
        self.assertEqual(sorted(token for token in tokens if token >= 0), list(range(210)))
        self.assertTrue(all(token < 0 or order.place(token) == place for place, token in enumerate(tokens)))


if __name__ == "__main__":
    unittest.main()
