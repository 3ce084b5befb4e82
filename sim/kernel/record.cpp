#include "sim/kernel/record.hpp"

#include <algorithm>
#include <cmath>

#include "sim/bound/ladder.hpp"
#include "sim/kernel/intervals.hpp"
#include "sim/kernel/pass_time.hpp"

namespace tilewright {

namespace {

class KernelRecordMaker {
 public:
  KernelRecordMaker(const PreparedKernel& prepared, const KernelResult& result)
      : prepared_(prepared), result_(result) {}

  Record make(const Subject& subject, const FittedKernel& fit) {
    add_identity(subject, record_);
    record_.add("time_s", result_.time_s);
    interval(fit);
    record_.add("cycles", result_.time_s * result_.clock_Hz);
    record_.add("energy_J", result_.energy_J);
    record_.add_derived("edp_Js");
    record_.add_derived("power_W");
    if (!std::isnan(result_.energy_J) && result_.static_energy_J > 0)
      record_.add("static_energy_J", result_.static_energy_J);
    record_.add("binding", name_of(result_.binding, prepared_.arch));
    if (prepared_.fused) {
      bound();
      rate();
      kernel();
    }
    fitted(fit);
    shares();
    if (!prepared_.kernel.call.empty()) call();
    passes();
    for (const UnitId u : prepared_.arch.units.ids()) unit(u);
    for (const LevelId l : prepared_.arch.levels.ids()) level(l);
    add_warnings(result_.warnings, record_);
    return std::move(record_);
  }

 private:
  void interval(const FittedKernel& fit) {
    const PredictionInterval* found = fit.intervals ? fit.intervals->of(kind_of(prepared_, result_)) : nullptr;
    if (found == nullptr) {
      record_.add("interval.of",
                  fit.calibration.empty() ? "no interval: no calibration" : "no interval: no judged rows");
      return;
    }
    record_.add("time_low_s", found->low * result_.time_s);
    record_.add("time_high_s", found->high * result_.time_s);
    record_.add("interval.share", fit.intervals->share);
    record_.add("interval.rows", static_cast<double>(found->rows));
    record_.add("interval.of", found->kind.str());
  }

  // What is useful: the products, for the pairs of the mask.
  void rate() {
    const double flop_per_s = 2 * multiply_adds() * needs_of(prepared_.problem).pairs / result_.time_s;
    record_.add("kernel.flop_per_s", flop_per_s);
    record_.add("kernel.of_peak", flop_per_s / (2 * peak_per_s()));
  }

  // Of the last rung that holds for the kernel.
  void bound() {
    Arch arch = prepared_.arch;
    arch.clock_Hz = result_.clock_Hz;
    Attention problem = prepared_.view.problem;
    problem.words.query_B /= prepared_.view.sharing;
    problem.words.output_B /= prepared_.view.sharing;
    TileMachine machine = tile_machine_of(arch, problem, prepared_.view.tiling);
    if (owns_keys()) {
      machine.multiply_adds = multiply_adds();
      machine.compute = compute_of(arch, shortest_words());
    }
    if (!takes_all_exps()) machine.compute = machine.compute.without_exps();
    const Ladder ladder = climb(problem, prepared_.view.tiling, &machine);
    const Rung& rung = prepared_.blocks.splits > 1 ? ladder.with_splits() : ladder.rungs.back();
    record_.add("bound.time_s", rung.time_s);
    record_.add("bound.resource", rung.limit);
    record_.add_derived("bound.ratio");
  }

  // Of a pair: those of attention, but where blocks own keys those of the kernel's cascade.
  [[nodiscard]] double multiply_adds() const {
    return owns_keys() ? prepared_.work.multiply_adds : prepared_.problem.multiply_adds();
  }
  [[nodiscard]] bool owns_keys() const { return prepared_.kernel.schedule.owns_keys; }

  // Multiply-adds per second, of those that the problem has of each kind; or of the fastest kind.
  [[nodiscard]] double peak_per_s() const {
    const Attention& problem = prepared_.problem;
    if (owns_keys()) return compute_of(prepared_.arch, shortest_words()).multiply_adds_per_s();
    const ComputeRates peak = compute_of(prepared_.arch, problem.words);
    return peak.multiply_adds_per_s() * problem.multiply_adds() / peak.multiply_adds(problem);
  }

  // With which no product takes longer than it does.
  [[nodiscard]] AttentionWords shortest_words() const {
    const AttentionWords& words = prepared_.problem.words;
    return AttentionWords::all(std::min(words.score_product_B(), words.value_product_B()));
  }

  // Whether units that have exponentials take one of every pair: some kernels compute polynomials, or other things.
  [[nodiscard]] bool takes_all_exps() const {
    const Kernel& kernel = prepared_.kernel;
    return kernel.polynomial.share == 0 && std::ranges::any_of(kernel.work, [&](const KernelWork& work) {
             return work.kind == "exp" && work.per_point >= 1 && !kernel.visits.contains(work.einsum);
           });
  }

  void kernel() {
    record_.add("kernel.q_tile", to_text(prepared_.tiling.query_tile));
    record_.add("kernel.kv_tile", to_text(prepared_.tiling.key_tile));
    if (!prepared_.kernel.pad.empty()) record_.add("kernel.pad", to_text(prepared_.kernel.pad));
    record_.add("kernel.occupancy", result_.occupancy);
    record_.add("kernel.blocks", result_.blocks);
    record_.add("kernel.waves", result_.waves);
    record_.add("kernel.visits", prepared_.blocks.visits());
    record_.add("kernel.splits", prepared_.blocks.splits);
    record_.add("kernel.sm_cycles", result_.sm_cycles);
  }

  void fitted(const FittedKernel& fit) {
    if (!fit.calibration.empty()) record_.add("kernel.calibration", fit.calibration);
    KernelParameters used = fit.parameters;
    used.clock_Hz = result_.clock_Hz;
    if (used.launch_s == 0) used.launch_s = prepared_.arch.launch_s;
    for (const ParameterField& field : parameter_fields())
      record_.add(std::string("kernel.parameter.") + field.name, used.*field.value);
  }

  void shares() {
    for (const ShareField& field : share_fields) {
      const std::string key = std::string("share.") + field.name;
      record_.add(key + ".time_s", result_.shares.*field.time_s);
      record_.add_derived(key + ".of_time");
    }
  }

  // What is around the kernel.
  void call() {
    record_.add("call.name", prepared_.kernel.call);
    record_.add("call.launches", launches());
  }

  // Mean of all steps and layers, where choices of keys serve several of these.
  [[nodiscard]] double launches() const {
    double launches = prepared_.fused ? 1 : 0;
    for (const PreparedPass& pass : prepared_.passes) launches += pass.often;
    return launches;
  }

  // What a call, or a whole module of kernels, spends where; passes of one name together.
  void passes() {
    std::vector<std::pair<std::string, double>> times;
    for (const PassTime& pass : result_.passes) {
      const auto same = std::ranges::find(times, pass.name, &std::pair<std::string, double>::first);
      if (same == times.end())
        times.emplace_back(pass.name, pass.time_s);
      else
        same->second += pass.time_s;
    }
    for (const auto& [name, time_s] : times) record_.add("pass." + name + ".time_s", time_s);
  }

  void unit(UnitId u) {
    if (result_.unit_busy_s[u] == 0) return;
    const std::string key = "unit." + prepared_.arch.units[u].name;
    record_.add(key + ".utilisation", result_.utilisation(u));
    record_.add(key + ".busy_s", result_.unit_busy_s[u]);
    energy(key, result_.unit_energy_J[u]);
  }

  void level(LevelId l) {
    if (result_.level_read_B[l] + result_.level_write_B[l] == 0) return;
    const Level& level = prepared_.arch.levels[l];
    const std::string key = "level." + level.name;
    record_.add(key + ".read_B", result_.level_read_B[l]);
    record_.add(key + ".write_B", result_.level_write_B[l]);
    if (level.bandwidth_B_per_s < unlimited) record_.add(key + ".time_s", result_.level_time_s[l]);
    energy(key, result_.level_energy_J[l]);
  }

  // What the architecture states to be 0 is within the energy of something else.
  void energy(const std::string& key, double energy_J) {
    if (energy_J != 0) record_.add(key + ".energy_J", energy_J);
  }

  const PreparedKernel& prepared_;
  const KernelResult& result_;
  Record record_;
};

}  // namespace

Record make_record(const Subject& subject, const PreparedKernel& prepared, const FittedKernel& fit,
                   const KernelResult& result) {
  return KernelRecordMaker(prepared, result).make(subject, fit);
}

}  // namespace tilewright
