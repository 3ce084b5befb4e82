"""Stores: what is written is read back, and what is no store is refused."""
import tempfile
import unittest
from pathlib import Path

import tilewright as tw

KERNEL = ("attention", "gpu/h100-sxm5", "flash-attention-3")


class Stores(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "results.sqlite"
        self.records = [tw.evaluate(*KERNEL, set={"S": tokens}) for tokens in (4096, 1024, 2048)]

    def test_records_come_back_in_order(self):
        tw.write_store(self.path, "lengths", self.records)
        back = tw.read_records(self.path)
        self.assertEqual([record["series"] for record in back], ["python"] * 3)
        for kept, record in zip(back, self.records):
            self.assertEqual({name: kept[name] for name in record}, record.to_dict())
        self.assertEqual(list(tw.read_store(self.path.parent)["shape.S"]), [4096, 1024, 2048])

    def test_a_study_is_replaced_and_others_stay(self):
        tw.write_store(self.path, "one", self.records)
        tw.write_store(self.path, "two", self.records[:1])
        tw.write_store(self.path, "one", self.records[1:])
        self.assertEqual([(study.name, study.points) for study in tw.studies(self.path)], [("one", 2), ("two", 1)])
        with self.assertRaisesRegex(tw.InputError, "one"):
            tw.read_records(self.path)
        with self.assertRaisesRegex(tw.InputError, "thre"):
            tw.read_records(self.path, "thre")

    def test_what_is_no_store_is_refused(self):
        with self.assertRaises(tw.InputError):
            tw.read_records(self.path)
        self.path.write_text("nothing of the kind")
        with self.assertRaisesRegex(tw.InputError, "results.sqlite"):
            tw.read_records(self.path)
        with self.assertRaises(tw.InputError):
            tw.write_store(self.path, "lengths", self.records)


if __name__ == "__main__":
    unittest.main()
