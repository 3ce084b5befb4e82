#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

/// The one term that reads a tensor; nullptr where there is another, or a filter.
Term* only_reader(std::vector<Einsum>& einsums, TensorId tensor, Einsum*& reader) {
  Term* found = nullptr;
  const auto look = [&](auto&& self, Term& term) -> bool {
    for (Term& operand : term.operands)
      if (!self(self, operand)) return false;
    if (term.kind != Term::Kind::access || term.access.tensor != tensor) return true;
    if (found != nullptr || !is_plain(term.access)) return false;
    found = &term;
    return true;
  };
  for (Einsum& einsum : einsums) {
    const Term* before = found;
    if (!look(look, einsum.body) || (einsum.filter && einsum.filter->tensor == tensor)) return nullptr;
    if (found != before) reader = &einsum;
  }
  return found;
}

}  // namespace

Cascade fuse(const Cascade& cascade) {
  Draft draft(cascade);
  std::vector<Einsum>& einsums = draft.einsums();
  for (std::size_t i = 0; i < einsums.size();) {
    const Einsum einsum = einsums[i];
    const Tensor& tensor = cascade.tensors[einsum.output.tensor];
    const bool each =
        einsum.reduced.empty() && !einsum.filter && !tensor.iterated && tensor.role == Tensor::Role::intermediate;
    Einsum* reader = nullptr;
    Term* term = each ? only_reader(einsums, einsum.output.tensor, reader) : nullptr;
    if (term == nullptr || reader->filter) {
      ++i;
      continue;
    }
    *term = einsum.body;
    einsums.erase(einsums.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return draft.done();
}

}  // namespace tilewright
