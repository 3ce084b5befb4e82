#include "sim/systemc/simulation.hpp"

#include <future>
#include <memory>
#include <mutex>
#include <systemc>

// The main program of SystemC's own start, which its library asks for.
[[gnu::visibility("default")]] int sc_main(int, char*[]) { return 0; }

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

}  // namespace

void in_own_simulation(const std::function<void()>& simulate) {
  const std::scoped_lock lock(one_at_a_time());
  std::async(std::launch::async, [&simulate] {
    const Simulator simulator;
    simulate();
  }).get();
}

}  // namespace tilewright
