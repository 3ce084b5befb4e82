#include "einsum/parse.hpp"
#include "einsum/resolve.hpp"
#include "einsum/statement.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// One statement more of a cascade: many more of them a second than whole files.
void read_einsum(const std::string& input) {
  static const Cascade before =
      parse_cascade(Yaml::parse("cascade:\n"
                                "  name: few\n"
                                "  constants: {half: 0.5}\n"
                                "  inputs: {A: [M], B: [M, P], C: [], D: [E, M0, P]}\n"
                                "  outputs: [Y, F, G, H]\n"
                                "  einsums: ['Y = A[m]', 'F = C * half', 'G = D[e,m0,p]', 'H[m,p] = B[m,p]']\n",
                                "few.yaml"));
  Cascade cascade = before;
  const StatementSyntax statement = parse_statement({input, {input_name, 1, 1}, "einsum"}, cascade.operations);
  declare_output(cascade, statement);
  cascade.tensors.back().producer = EinsumId::at(cascade.einsums.size());
  cascade.einsums.push_back(resolve_einsum(cascade, statement));
  (void)print_einsum(cascade, cascade.einsums.back());
}

}  // namespace tilewright::fuzz
