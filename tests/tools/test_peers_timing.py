"""The warm-up of the peers, with a clock of its own. Skipped where there is no PyTorch."""
import importlib.util
import unittest
from unittest import mock

import peers_plan  # noqa: F401: finds tools/peers

HAS_TORCH = importlib.util.find_spec("torch") is not None
if HAS_TORCH:
    from peers import timing


@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class WarmUp(unittest.TestCase):
    def launches(self, each_s, least=3):
        now = 0.0
        numbers = []

        def launch(number):
            nonlocal now
            now += each_s
            numbers.append(number)

        with mock.patch.object(timing.time, "monotonic", lambda: now):
            self.assertEqual(timing.warm_up(launch, least, lambda: None), len(numbers))
        self.assertEqual(numbers, list(range(len(numbers))))
        return len(numbers)

    def test_lasts_as_long_as_a_clock_may_need(self):
        for each_s in (1e-5, 1e-3, 5e-3):
            taken_s = (self.launches(each_s) - 3) * each_s
            self.assertGreaterEqual(taken_s, timing.LEAST_WARM_UP_S - 1e-9)
            self.assertLess(taken_s, 2 * timing.LEAST_WARM_UP_S)

    def test_of_a_long_call_is_as_many_as_the_plan_says_and_one(self):
        self.assertEqual(self.launches(1.0), 4)


if __name__ == "__main__":
    unittest.main()
