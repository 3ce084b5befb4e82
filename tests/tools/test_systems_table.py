import json
import unittest

from tree import TreeTest

ROW = """
      - name: Windows
        needs: a window
        expressible: wholly
        files: [docs/masks.md]
        command: bound --mask window
        shows:
          - {field: "rungs[name=tile].speedup", is: "64 / 8", what: "pairs of the window"}
"""


class SystemsTable(TreeTest):
    def setUp(self):
        super().setUp()
        self.answer({"rungs": [{"name": "FLOP", "speedup": 9}, {"name": "tile", "speedup": 8.0}]})
        self.page = self.root / "systems.md"

    def answer(self, data, status=0):
        self.write("answer.json", json.dumps(data))
        self.write("program", "#!/usr/bin/env bash", f"cat {self.root}/answer.json", f"exit {status}").chmod(0o755)

    def table(self, row=ROW, *options):
        rows = self.write("systems.yaml", f"groups:\n  - name: Masks\n    systems:{row}")
        return self.run_tool("systems_table.py", self.root / "program", "--rows", rows, "--page", self.page, *options)

    def written(self, row=ROW):
        self.assert_passes(self.table(row, "--write"))

    def refused(self, text, old, new):
        done = self.table(ROW.replace(old, new))
        self.assertEqual(done.returncode, 2)
        self.assertIn(text, done.stdout)

    def test_writes_a_page_with_the_score_and_the_command(self):
        self.written()
        page = self.page.read_text()
        self.assertIn("**1 of 1 published systems are wholly expressible**", page)
        self.assertIn("tilewright bound --mask window", page)
        self.assert_passes(self.table())

    def test_a_page_that_differs_fails(self):
        self.written()
        self.page.write_text(self.page.read_text().replace("a window", "two windows"))
        done = self.table()
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not what the rows say", done.stdout)

    def test_a_command_that_shows_another_value_fails(self):
        self.written()
        self.answer({"rungs": [{"name": "tile", "speedup": 7.9}]})
        done = self.table()
        self.assertEqual(done.returncode, 1)
        self.assertIn("rungs[name=tile].speedup is 7.9, not 64 / 8", done.stdout)

    def test_a_command_that_lost_its_field_fails(self):
        self.written()
        self.answer({"rungs": []})
        self.assertIn("no field rungs[name=tile].speedup", self.table().stdout)

    def test_a_command_that_fails_is_no_answer_and_writes_no_page(self):
        self.answer({}, status=2)
        done = self.table(ROW, "--write")
        self.assertEqual(done.returncode, 1)
        self.assertIn("exit status 2", done.stdout)
        self.assertFalse(self.page.exists())

    def test_a_text_must_be_there(self):
        row = ROW.replace('field: "rungs[name=tile].speedup", is: "64 / 8"', 'text: "speedup.: 8"')
        self.written(row)
        self.answer({"speedup": 9})
        self.assertIn("no text /speedup.: 8/", self.table(row).stdout)

    def test_bounds_hold_a_field_between_two_values(self):
        row = ROW.replace('is: "64 / 8"', "least: 7, most: 8")
        self.written(row)
        self.answer({"rungs": [{"name": "tile", "speedup": 8.1}]})
        self.assertIn("more than 8", self.table(row).stdout)

    def test_refuses_rows_that_could_only_pass(self):
        self.refused("a field without is, least or most", ', is: "64 / 8"', "")
        shows = ROW[ROW.index("        shows:"):]
        self.refused("a command and what it shows come together", shows, "")
        self.refused("wholly expressible without a command or a file", "        files: [docs/masks.md]\n", "")
        self.refused("no file docs/none.md", "docs/masks.md", "docs/none.md")
        self.refused("expressible: 'nearly'", "wholly", "nearly")
        self.refused("what is missing stands exactly where", "needs: a window", "needs: a window\n        missing: all")
        self.refused("unknown mechanism 'magic'", "needs: a window", "needs: a window\n        mechanisms: [magic]")


if __name__ == "__main__":
    unittest.main()
