// What a suite of timings says of its tables (timing_suite.hpp), and of which rows it speaks.
#pragma once

#include "common/yaml.hpp"
#include "validation/gpu/timing_suite.hpp"

namespace tilewright {

/// {column: texts, ...}; all columns of a row must have one of theirs.
TextPatterns read_patterns(const Yaml& yaml);
/// The same, with a condition on numbers as `when`; or that condition alone.
RowCondition read_condition(const Yaml& yaml);
TimingTable read_table(const Yaml& yaml);

}  // namespace tilewright
