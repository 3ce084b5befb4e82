#include "sim/kernel/cycle/machine.hpp"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <mutex>

#include "sim/kernel/cycle/multiprocessor.hpp"

// The main program of SystemC's own start, which its library asks for; simulations start in run() instead.
int sc_main(int, char*[]) { return 0; }

namespace tilewright {

namespace {

// A SystemC kernel of its own for as long as this lives, since one can be elaborated only once. The kernel in use
// is a global variable of the library.
class Simulator {
 public:
  Simulator() : before_(sc_core::sc_get_curr_simcontext()), own_(std::make_unique<sc_core::sc_simcontext>()) {
    use(own_.get());
  }
  ~Simulator() {
    own_.reset();
    use(before_);
  }
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

 private:
  static void use(sc_core::sc_simcontext* context) {
    sc_core::sc_curr_simcontext = context;
    sc_core::sc_default_global_context = context;
  }

  sc_core::sc_simcontext* before_;
  std::unique_ptr<sc_core::sc_simcontext> own_;
};

std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

void simulate(SimulatedGpu& machine) {
  const Simulator simulator;
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

// The processes have stacks of their own, between which SystemC switches. On a thread of its own, no trace of that
// is left on the stack of the caller, which the address sanitizer would take for errors.
void run(SimulatedGpu& machine) {
  const std::scoped_lock lock(one_at_a_time());
  std::async(std::launch::async, [&machine] { simulate(machine); }).get();
}

}  // namespace tilewright
