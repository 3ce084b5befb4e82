#include "sim/kernel/cycle/machine.hpp"

#include <fmt/format.h>

#include <memory>

#include "sim/kernel/cycle/multiprocessor.hpp"
#include "sim/systemc/simulation.hpp"

namespace tilewright {

namespace {

void simulate(SimulatedGpu& machine) {
  machine.tally.multiprocessors.assign(machine.shape.multiprocessors, 0);
  std::vector<std::unique_ptr<Multiprocessor>> multiprocessors;
  for (std::size_t m = 0; m < machine.shape.multiprocessors; ++m)
    multiprocessors.push_back(std::make_unique<Multiprocessor>(fmt::format("multiprocessor_{}", m).c_str(), machine,
                                                               static_cast<int>(m)));
  // The first blocks go round the multiprocessors, one for each before any has a second.
  for (std::size_t slot = 0; slot < machine.shape.resident; ++slot)
    for (const auto& multiprocessor : multiprocessors)
      if (const std::optional<Block> block = machine.queue.next()) multiprocessor->assign(slot, *block);
  sc_core::sc_start();
}

}  // namespace

void run(SimulatedGpu& machine) {
  in_own_simulation([&machine] { simulate(machine); });
}

}  // namespace tilewright
