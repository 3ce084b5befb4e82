// What a claim says of a kernel, as text: a speedup, a time, a rate, or that something fits.
#pragma once

#include <optional>
#include <string>

namespace tilewright {

struct StatedQuantity {
  enum class Kind {
    speedup,         ///< "5.3x", "5.3"
    time,            ///< "2.5 ms", in seconds
    rate,            ///< "225 TFLOP/s", in multiplications and additions a second
    share_of_peak,   ///< "73 % of peak": of the machine's rate
    share_of_ideal,  ///< "85.2 % of ideal": of what several devices do together
    fits,            ///< "fits": into the machine's memory
  };
  Kind kind = Kind::speedup;
  double value = 0;  ///< above 0; of "fits" none
  std::string text;  ///< as it was written
};

/// Nothing for a text that is none of these.
std::optional<StatedQuantity> parse_quantity(const std::string& text);
/// As parse_quantity(), where it is of that kind.
std::optional<double> parse_quantity(const std::string& text, StatedQuantity::Kind kind);

}  // namespace tilewright
