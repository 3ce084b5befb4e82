// The syntax of one statement, before names mean anything:
//   output = [reduction '[' variables ']'] expression ['where' mask]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "einsum/lexer.hpp"
#include "einsum/operation.hpp"

namespace tilewright {

struct IndexSyntax {
  std::string text;  ///< "m1+1", or "M1 - 1"
  std::size_t offset;
};

struct AccessSyntax {
  std::string tensor;
  std::vector<IndexSyntax> indices;
  bool bracketed = false;  ///< `T[]` and not `T`, which may also be a constant
  std::size_t offset = 0;
};

struct TermSyntax {
  enum class Kind { access, number, operation } kind;
  AccessSyntax access;
  double value = 0;
  OperationId operation = {};
  std::vector<TermSyntax> operands;
};

struct StatementSyntax {
  Source source;
  AccessSyntax output;
  OperationId reduce = {};           ///< as written; none where none is
  std::vector<IndexSyntax> reduced;  ///< as written
  TermSyntax body;
  std::optional<AccessSyntax> filter;
};

/// Throws InputError for wrong syntax, an unknown operation, a wrong number of operands, and for more than
/// 250 terms and parentheses (what follows recurses over them).
StatementSyntax parse_statement(const Source& source, const OperationTable& operations);
/// The right side alone, without reduction and filter.
TermSyntax parse_expression(const Source& source, const OperationTable& operations);

}  // namespace tilewright
