// The header of a NumPy array file (.npy): a Python dict literal. Source: the NumPy reference, numpy.lib.format.
#pragma once

#include <string>
#include <string_view>

#include "einsum/mask/layout.hpp"

namespace tilewright {

struct NpyHeader {
  std::string type;  ///< "|b1"; of a record, the list that describes it
  bool fortran_order = false;
  Extents shape;
};

/// Reads {'descr': '|b1', 'fortran_order': False, 'shape': (16, 16), } with the three keys in any order and spaces
/// at the end; throws InputError with the position otherwise, which begins with `what`.
NpyHeader parse_npy_header(std::string_view text, const std::string& what);

/// As Python writes it: "(16, 16)", "(16,)".
std::string shape_text(const Extents& shape);

}  // namespace tilewright
