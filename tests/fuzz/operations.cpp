#include "einsum/define_operation.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_operations(const std::string& input) {
  OperationTable table = operations();
  define_operations(table, yaml_of(input));
}

}  // namespace tilewright::fuzz
