"""What tools/sass_facts.py reads of the output of ptxas and nvdisasm."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import sass_facts  # noqa: E402

SASS = """
.text._Z5entryX:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
        /*0010*/               @P0 STL [R1], R2 ;
        /*0020*/                   HGMMA.64x128x16.F32.BF16 R24, gdesc[UR4], RZ, !UPT ;
        /*0030*/                   R2UR UR4, R3 ;
        /*0040*/              @!P1 MUFU.EX2 R4, R5 ;
        /*0050*/                   QGMMA.64x128x32.F32.E4M3.E4M3 R24, R28, gdesc[UR8], R24 ;
        /*0060*/                   LDL R2, [R1] ;
.text._Z5other:
        /*0000*/                   EXIT ;
"""
LOG = """ptxas info    : Compiling entry function '_Z5entryX' for 'sm_90a'
ptxas info    : Function properties for _Z5entryX
    72 bytes stack frame, 124 bytes spill stores, 100 bytes spill loads
ptxas info    : Used 168 registers, used 16 barriers, 72 bytes cumulative stack size
"""


class Facts(unittest.TestCase):
    def test_counts_by_kernel(self):
        kernels = sass_facts.kernels_of(SASS)
        self.assertEqual(list(kernels), ["_Z5entryX", "_Z5other"])
        self.assertEqual(sass_facts.facts_of(kernels["_Z5entryX"]), [7, 2, 1, 1, 1, 2])
        self.assertEqual(sass_facts.facts_of(kernels["_Z5other"]), [1, 0, 0, 0, 0, 0])

    def test_resources_are_those_of_the_assembler(self):
        self.assertEqual(sass_facts.resources_of(LOG), {"_Z5entryX": (168, 124)})

    def test_names_are_short(self):
        signature = "void k::device::entry<k::Specialized<k::device::bf16, 128, 128, 64> >(k::Params)"
        self.assertEqual(sass_facts.short_name(signature), "Specialized<bf16, 128, 128, 64>")
        self.assertEqual(sass_facts.short_name("k::plain"), "plain")


if __name__ == "__main__":
    unittest.main()
