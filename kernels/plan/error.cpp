#include "kernels/plan/error.hpp"

#include <algorithm>
#include <utility>

namespace tilewright::plan {
namespace {

std::string one_line(const Place& place, const std::string& column, const std::string& message,
                     const UnknownWord& unknown) {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (!text.empty()) text += ": ";
  if (!column.empty()) text += column + ": ";
  text += message;
  for (const std::string& word : unknown.known) text += (&word == unknown.known.data() ? "; known: " : ", ") + word;
  const auto is_control = [](unsigned char letter) { return letter < ' ' || letter == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, '?');  // of a cell, or of a file's name
  return text;
}

}  // namespace

Error::Error(const Place& where, const std::string& of_column, const std::string& what_is_wrong, UnknownWord other)
    : std::runtime_error(one_line(where, of_column, what_is_wrong, other)),
      place(where),
      column(of_column),
      message(what_is_wrong),
      unknown(std::move(other)) {}

}  // namespace tilewright::plan
