"""What tests of the program's behaviour share: a folder of files to run it in, and how it refuses."""
import csv
import io
import sys
import unittest

from program import ERROR, Folder, Program, files_below


class Case(unittest.TestCase):
    program = None

    def setUp(self):
        folder = Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.__exit__)

    def run_program(self, *args, status=0, **options):
        result = self.program.run(args, self.folder, **options)
        self.assertEqual(result.status, status, result.err)
        return result

    def rows(self, file):
        return list(csv.DictReader(io.StringIO((self.folder / file).read_text()), strict=True))

    def assert_refused(self, args, message):
        """Refused in one line, with nothing written."""
        before = files_below(self.folder)
        result = self.run_program(*args, status=2)
        self.assertEqual((result.out, result.err), ("", f"{ERROR}{message}\n"))
        self.assertEqual(files_below(self.folder), before)


def run_tests():
    """Of the calling script; arguments: PROGRAM [unittest's arguments]"""
    Case.program = Program(sys.argv.pop(1))
    unittest.main()
