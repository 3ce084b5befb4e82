#include "kernels/runner/micro_run.cuh"

#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {

Compiled entry(const Micro& of, Run run) {
  return {.operation = "micro",
          .kernel = of.name,
          .needs = of.needs,
          .unit = of.unit,
          .about = std::string(of.meaning) + "; " + of.fills,
          .run = run};
}

Outcome rate_of(double amount, const std::vector<double>& samples_s) {
  Outcome outcome;
  outcome.samples_s = samples_s;
  if (!samples_s.empty()) outcome.value = amount / median(samples_s);
  return outcome;
}

Outcome period_of(double count, const std::vector<double>& samples_s) {
  Outcome outcome;
  outcome.samples_s = samples_s;
  if (!samples_s.empty()) outcome.value = median(samples_s) / count;
  return outcome;
}

Outcome wrong(const std::string& message) {
  Outcome outcome;
  outcome.status = plan::Status::wrong;
  outcome.message = message;
  return outcome;
}

Outcome right_if(bool came_out, const std::string& message, Outcome outcome) {
  if (came_out) return outcome;
  outcome.status = plan::Status::wrong;
  outcome.message = message;
  return outcome;
}

}  // namespace tilewright::kernels::runner
