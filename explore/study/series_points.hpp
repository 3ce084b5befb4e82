// The points of a series: which there are, what they are called, and what is evaluated at each.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "explore/study/study.hpp"
#include "explore/study/study_point.hpp"

namespace tilewright {

/// One value per axis of the series, in the order of Series::axes.
using AxisValues = std::vector<AxisValue>;

/// Any thread.
class SeriesPoints {
 public:
  /// Throws InputError for names that expressions of axes do not know.
  SeriesPoints(const Study& study, const Series& series, Library& library);

  /// Points are numbered over the whole product of axes, or the sample, the last axis fastest. Those for which a
  /// condition of an axis or a `where` does not hold are numbered too, and do not exist.
  [[nodiscard]] std::size_t numbers() const { return numbers_; }
  [[nodiscard]] bool exists(std::size_t number) const;
  [[nodiscard]] AxisValues values(std::size_t number) const;

  /// Fields `point.AXIS` and `derived.NAME`.
  [[nodiscard]] Record labels(const AxisValues& values) const;
  /// Of a series that is no sequence. The values need not be on the axes. Throws InputError for what has no value,
  /// and for names of nothing.
  [[nodiscard]] StudyPointInputs inputs(const AxisValues& values) const;
  /// How often each part of a sequence runs. Throws InputError where that is no whole number of at least 1.
  [[nodiscard]] std::vector<double> times(const AxisValues& values) const;

 private:
  // Numbers of one point by slot, and its texts.
  struct Names {
    std::vector<double> slots;
    BraceTexts texts;
    [[nodiscard]] std::string fill(std::string text) const { return fill_braces(std::move(text), texts); }
  };
  // Expressions that may use shapes of a workload, bound to these and to the names of points.
  struct Bound {
    Symbols symbols;
    Settings arch_set;
    std::vector<Expression> when;
    bool uses_shapes = false;
  };
  struct Dimension {
    std::vector<std::size_t> axes;  ///< positions in Series::axes, which go together
    std::size_t size;
  };

  void add_names();
  void bind_all();
  void require_constant_names() const;
  [[nodiscard]] Names names(const AxisValues& values) const;
  [[nodiscard]] std::size_t index(std::size_t number, std::size_t axis) const;
  [[nodiscard]] const Bound& bound(const Point& point, const Workload* workload) const;
  [[nodiscard]] std::string config(const std::string& key, const std::string& text) const;
  [[nodiscard]] const Choice& choose(const Bound& bound, const std::vector<double>& slots) const;

  const Study& study_;
  const Series& series_;
  Library& library_;
  std::vector<GridAxis> axes_;
  std::vector<std::vector<AxisValue>> drawn_;  ///< of a sample
  std::vector<Dimension> dimensions_;
  std::size_t numbers_ = 1;
  Symbols symbols_;
  std::vector<Expression> conditions_;  ///< of axes that have one, by axis; 1 of others
  std::vector<Derived> derived_;
  std::vector<Expression> where_;
  Settings set_;
  bool uses_shapes_ = false;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Bound>> bound_;  ///< by workload
  mutable std::map<std::string, std::string> configs_;           ///< by key and text
};

}  // namespace tilewright
