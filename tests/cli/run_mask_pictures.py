"""docs/masks.md has every pattern, and its pictures are what its commands draw.

Usage: run_mask_pictures.py PROGRAM [unittest's arguments]; tools/draw_masks.py draws them anew.
"""
import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

from program import HOME, Program

sys.path.insert(0, str(HOME / "tools"))
import draw_masks  # noqa: E402

PROGRAM = None
PICTURES = HOME / "docs" / "images" / "masks"


class MaskPictures(unittest.TestCase):
    def setUp(self):
        self.page = (HOME / draw_masks.PAGE).read_text()

    def sections(self):
        """Name to text of the sections of patterns."""
        parts = re.split(r"^#{2,3} (.*)\n", self.page, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2]))

    def patterns(self):
        result = PROGRAM.run(["mask", "--patterns", "--format", "json"], HOME)
        self.assertEqual((result.status, result.err), (0, ""))
        return json.loads(result.out)

    def test_every_pattern_has_a_section_with_a_command_and_a_picture(self):
        sections = self.sections()
        for pattern in self.patterns():
            with self.subTest(pattern["name"]):
                text = sections.get(pattern["name"], "")
                self.assertIn(f"tilewright mask {pattern['name']}", text)
                if "example_layout" in pattern:
                    self.assertIn(f"-o masks/{pattern['name']}\n", text)
                    self.assertIn(f"](images/masks/{pattern['name']}.svg)", text)

    def test_pictures_are_what_the_commands_of_the_page_draw(self):
        with tempfile.TemporaryDirectory() as folder:
            names = draw_masks.draw_page(HOME, PROGRAM.path, Path(folder))
            for name in names:
                with self.subTest(name):
                    self.assertEqual((PICTURES / f"{name}.svg").read_text(), (Path(folder) / f"{name}.svg").read_text())
        self.assertEqual(sorted(names), sorted(file.stem for file in PICTURES.iterdir()))
        self.assertEqual(sorted(names), sorted(re.findall(r"\]\(images/masks/(.*)\.svg\)", self.page)))

    def test_pictures_are_small(self):
        for file in PICTURES.iterdir():
            with self.subTest(file.name):
                self.assertLess(file.stat().st_size, 20000)


if __name__ == "__main__":
    PROGRAM = Program(sys.argv.pop(1))
    unittest.main()
