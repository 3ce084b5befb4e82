#include "sim/nest/cycle/nest_trace.hpp"

#include <fmt/format.h>

namespace tilewright {

NestTrace::NestTrace(const TraceOptions& options, const Arch& arch)
    : arch_(arch), trace_(options, TraceClock{arch.clock_Hz, "cycles"}) {
  trace_.name_process(0, arch.name);
  for (const ComputeUnit& unit : arch.units) (void)free_row(unit.name, 0, 0);
}

void NestTrace::begin_group(const TileProgram& program, double start) {
  program_ = &program;
  start_ = start;
}

int NestTrace::free_row(const std::string& name, double start, double end) {
  std::vector<Row>& rows = rows_of_[name];
  for (Row& row : rows)
    if (row.busy_until <= start) {
      row.busy_until = end;
      return row.number;
    }
  rows.push_back({rows_++, end});
  trace_.name_row(0, rows.back().number, rows.size() == 1 ? name : fmt::format("{} ({})", name, rows.size()));
  return rows.back().number;
}

void NestTrace::add(const TileSpan& span) {
  if (!span.waits_for.empty()) {
    const std::string& unit = name_of(span.unit, arch_);
    trace_.add({0, free_row(unit, span.start + start_, span.end + start_),
                fmt::format("waits for {}", span.waits_for), span.start + start_, span.end + start_, Colour::wait});
  } else if (span.task != nullptr) {
    add_task(span, *span.task);
  } else {
    trace_.add({0, free_row(span.copy->name, span.start + start_, span.end + start_), span.copy->name,
                span.start + start_, span.end + start_, Colour::copy, fmt::format("tile {}", span.number)});
  }
}

void NestTrace::add_task(const TileSpan& span, const TileTask& task) {
  ResourceId last;
  for (const Flow& flow : task.flows) {
    if (flow.resource.index() >= program_->units || flow.resource == last) continue;
    last = flow.resource;
    const Colour colour = flow.resource.index() % 2 == 0 ? Colour::work : Colour::second_work;
    trace_.add({0, free_row(name_of(flow.resource, arch_), span.start + start_, span.end + start_), task.name,
                span.start + start_, span.end + start_, colour, fmt::format("tile {}", span.number)});
  }
}

void NestTrace::finish(double end, const std::string& about) { trace_.finish(end, {{"about", about}}); }

}  // namespace tilewright
