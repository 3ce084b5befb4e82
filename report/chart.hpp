// The values that a figure draws, taken from the records: what every kind of figure starts from.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "report/dataset.hpp"
#include "report/spec.hpp"

namespace tilewright {

/// A line, the bars of one colour, or the parts of one colour. A gap has no value.
struct Curve {
  std::string label;
  std::string color;
  std::size_t marker = 0;  ///< which of the markers of lines; of a design the same in all figures
  std::vector<std::optional<double>> x = {};  ///< of two quantities only
  std::vector<std::optional<double>> y = {};
  std::vector<std::vector<const Entry*>> of = {};  ///< the points behind each value
};

/// A roof of a panel: a rate, or a rate by intensity.
struct RoofValue {
  std::string label;
  double value = 0;
  bool slope = false;
};

struct Panel {
  std::string title;
  std::vector<Curve> curves;  ///< the same labels and colours in every panel
  std::vector<RoofValue> roofs = {};
};

struct Chart {
  std::vector<RecordValue> x;        ///< values of the x axis; of stacks by design the designs; none of clouds
  std::vector<std::string> x_names;  ///< as shown
  std::vector<Panel> panels;
  std::vector<std::string> naming_axes = {};  ///< of clouds: axes on which points of a curve and panel differ
};

/// Percentages are already times 100. Throws InputError for names that the records do not have, and for an axis
/// that the records vary over and the figure says nothing of.
Chart make_chart(const Figure& figure, const ReportSpec& report, const Dataset& data);

/// The series with {design} replaced by each of the designs; the series itself if there are none.
std::vector<Located> expand(const Located& series, const std::vector<std::string>& designs);
/// `measure` with {design} replaced in what it is relative to.
Measure for_design(const Measure& measure, const std::string& design);
/// Throws InputError for a number or a series that the records do not have.
void require(const Measure& measure, const Located& series, const std::vector<std::string>& designs,
             const Dataset& data);
/// Throws InputError for an axis or a value that the records do not have.
PointFilter make_filter(const std::vector<std::pair<Located, std::string>>& at, const std::vector<Located>& series,
                        const Dataset& data);

/// A value of an axis as shown; `with_unit` as in "64K tokens".
std::string name_of(const RecordValue& value, const std::string& axis, const ReportSpec& report,
                    bool with_unit = false);
/// "64K tokens, 1M": what names a point among others, by some axes.
std::string name_of(const Entry& entry, const std::vector<std::string>& axes, const ReportSpec& report);
/// Axes on which the points of some series differ, but for those given.
std::vector<std::string> varying_axes(const std::vector<Located>& series, const Dataset& data,
                                      const std::set<std::string>& but);
/// "Sequence length (tokens)".
std::string label_of(const std::string& axis, const ReportSpec& report);

}  // namespace tilewright
