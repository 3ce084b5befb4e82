"""Masks of plans as predicates, against their definitions in words."""
import itertools
import sys
import unittest

from tree import TOOLS

sys.path.insert(0, str(TOOLS))
from peers.masks import AxisRule, parse_blocks, parse_mask  # noqa: E402


def rows(axis):
    """The keys of each query."""
    return [[key for key in range(axis.keys) if axis.sees(query, key)] for query in range(axis.queries)]


def by_definition(axis, query):
    """The keys of a query, found by listing instead of by arithmetic."""
    position = query + axis.keys - axis.queries
    group = list(range(position % axis.dilation, axis.keys, axis.dilation))
    index = group.index(position)
    sharing = [i for i in range(len(group)) if i // axis.stride == index // axis.stride]
    beyond = index // axis.stride * axis.stride
    if axis.causal:
        leader = min(beyond + axis.stride - 1, len(group) - 1)
        assert leader == sharing[-1]
        return [key for i, key in enumerate(group) if leader - axis.window < i <= index]
    leader = min(beyond + axis.stride // 2, len(group) - 1)
    windows = [range(first, first + axis.window) for first in range(len(group) - axis.window + 1)]
    window = min(windows, key=lambda each: abs(each[axis.window // 2] - leader))
    return [group[i] for i in window]


class Axes(unittest.TestCase):
    def test_windows_are_centred_and_stay_within_the_axis(self):
        self.assertEqual(rows(AxisRule(5, 5, 3, 1, 1, False)),
                         [[0, 1, 2], [0, 1, 2], [1, 2, 3], [2, 3, 4], [2, 3, 4]])

    def test_causal_windows_end_at_the_query(self):
        self.assertEqual(rows(AxisRule(4, 4, 2, 1, 1, True)), [[0], [0, 1], [1, 2], [2, 3]])

    def test_queries_of_a_stride_share_the_window_of_their_leader(self):
        self.assertEqual(rows(AxisRule(6, 6, 3, 3, 1, False)), [[0, 1, 2]] * 3 + [[3, 4, 5]] * 3)
        self.assertEqual(rows(AxisRule(4, 4, 2, 2, 1, True)), [[0], [0, 1], [2], [2, 3]])

    def test_dilation_leaves_keys_out(self):
        self.assertEqual(rows(AxisRule(6, 6, 3, 1, 2, False)), [[0, 2, 4], [1, 3, 5]] * 3)

    def test_queries_are_the_last_positions(self):
        self.assertEqual(rows(AxisRule(2, 5, 5, 1, 1, True)), [[0, 1, 2, 3], [0, 1, 2, 3, 4]])
        self.assertEqual(rows(AxisRule(1, 5, 2, 1, 1, True)), [[3, 4]])

    def test_a_dense_axis_takes_any_number_of_queries(self):
        self.assertEqual(rows(AxisRule(4, 2, 2, 1, 1, False)), [[0, 1]] * 4)

    def test_equals_its_definition(self):
        compared = 0
        for keys, queries in ((1, 1), (2, 2), (7, 7), (12, 12), (12, 5), (9, 1)):
            for window, causal in itertools.product(range(1, keys + 1), (False, True)):
                for stride, dilation in itertools.product(range(1, window + 1), range(1, keys // window + 1)):
                    axis = AxisRule(queries, keys, window, stride, dilation, causal)
                    self.assertEqual(rows(axis), [by_definition(axis, query) for query in range(queries)], axis)
                    compared += 1
        self.assertGreater(compared, 500)

    def test_knows_when_it_is_dense(self):
        self.assertTrue(AxisRule(5, 5, 5, 1, 1, False).dense())
        self.assertTrue(AxisRule(1, 5, 5, 1, 1, True).dense())
        self.assertFalse(AxisRule(2, 5, 5, 1, 1, True).dense())
        self.assertFalse(AxisRule(5, 5, 4, 1, 1, False).dense())


class Masks(unittest.TestCase):
    def refuse(self, message, text, keys=(8,), heads=4, queries=None):
        with self.assertRaises(ValueError) as caught:
            parse_mask(text, queries or keys, keys, heads)
        self.assertEqual(str(caught.exception), message)

    def test_one_rule_is_for_all_heads(self):
        mask = parse_mask("causal", (8,), (8,), 3)
        self.assertEqual(mask.rule_of_head, (0, 0, 0))
        self.assertTrue(mask.sees(2, 3, 3))
        self.assertFalse(mask.sees(2, 3, 4))

    def test_runs_of_heads_share_equal_rules(self):
        mask = parse_mask("1 * dense + 2 * causal + 1 * dense", (8,), (8,), 4)
        self.assertEqual(len(mask.rules), 2)
        self.assertEqual(mask.rule_of_head, (0, 1, 1, 0))
        self.assertTrue(mask.sees(3, 0, 7))
        self.assertFalse(mask.sees(1, 0, 7))

    def test_a_key_is_seen_where_every_axis_sees_it(self):
        mask = parse_mask("window=1x3x2,stride=1x2x1,dilation=1x1x2,causal=0x1x0", (2, 4, 6), (2, 4, 6), 1)
        axes = mask.rules[0].axes
        seen = 0
        for query, key in itertools.product(itertools.product(range(2), range(4), range(6)), repeat=2):
            expected = all(axis.sees(q, k) for axis, q, k in zip(axes, query, key))
            token = [(t * 4 + h) * 6 + w for t, h, w in (query, key)]
            self.assertEqual(mask.sees(0, *token), expected)
            seen += expected
        self.assertEqual(seen, 2 * 8 * 12)
        self.assertEqual(mask.rules[0].dilation(), (1, 1, 2))

    def test_refuses_what_the_program_of_the_kernels_refuses(self):
        self.refuse("'casual' is no dense, causal, window=, stride=, dilation= or causal=", "casual")
        self.refuse("'width=3' is no dense, causal, window=, stride=, dilation= or causal=", "window=3,width=3")
        self.refuse("'stride=2' has no window=", "stride=2")
        self.refuse("'window=3x3' does not give a number for each of 1 axes", "window=3x3")
        self.refuse("'window=0' does not give a number for each of 1 axes", "window=0")
        self.refuse("'causal=2' does not give a number for each of 1 axes", "window=3,causal=2")
        self.refuse("a stride is longer than its window", "window=3,stride=4")
        self.refuse("dilation * window = 9 is longer than the axis of 8", "window=3,dilation=3")
        self.refuse("'causal' is for layouts of one axis; write window= and causal= for each axis", "causal",
                    keys=(4, 4))
        self.refuse("'dense' has no number of heads, as in '4 * dense'", "dense + 3 * causal")
        self.refuse("'x * dense' has no number of heads, as in '4 * dense'", "x * dense")
        self.refuse("the rules are for 3 heads of 4", "1 * dense + 2 * causal")
        self.refuse("more than 4 distinct rules", " + ".join(f"1 * window={n}" for n in range(1, 6)), heads=5)
        message = "a causal or windowed axis needs no more queries than keys, and as many with dilation"
        self.refuse(message, "causal", queries=(9,))
        self.refuse(message, "window=3,dilation=2", queries=(4,))

    def test_cross_attention_may_be_dense(self):
        self.assertTrue(parse_mask("dense", (9,), (8,), 1).rules[0].dense())


class BlockLists(unittest.TestCase):
    def test_reads_rows_of_whole_digits_most_significant_bit_first(self):
        blocks = parse_blocks("4x2:81a", (10,), (8,))
        self.assertEqual(blocks.seen, ((True, False, False, False), (False, False, False, True),
                                       (True, False, True, False)))
        self.assertEqual((blocks.q_block, blocks.kv_block, blocks.shape), (4, 2, (3, 4)))
        self.assertEqual(parse_blocks("8x1:80F8", (16,), (5,)).seen[1], (True, True, True, True, True))

    def test_nothing_is_no_list(self):
        self.assertIsNone(parse_blocks("", (8,), (8,)))

    def test_refuses_other_texts(self):
        for message, text in (("expected QxK:HEX", "4x4"), ("expected QxK:HEX", "4:f"),
                              ("expected 2 rows of 1 hexadecimal digits, got 3 digits", "4x4:fff"),
                              ("'g0' is not hexadecimal", "4x4:g0")):
            with self.assertRaises(ValueError) as caught:
                parse_blocks(text, (8,), (8,))
            self.assertEqual(str(caught.exception), message)


if __name__ == "__main__":
    unittest.main()
