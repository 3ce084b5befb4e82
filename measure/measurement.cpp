#include "measure/measurement.hpp"

#include "common/file.hpp"

namespace tilewright {

Place place_of(const plan::Place& place) { return {place.file, place.line, 0}; }

InputError input_error(const plan::Error& error) {
  return {place_of(error.place), error.column,
          error.message + did_you_mean(error.unknown.word, error.unknown.known)};
}

std::vector<plan::Measurement> read_measurements(const std::filesystem::path& file) {
  const std::string text = read_file(file, largest_results_B);
  try {
    return plan::read_measurements(text, file.string());
  } catch (const plan::Error& error) {
    throw input_error(error);
  }
}

}  // namespace tilewright
