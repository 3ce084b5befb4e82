// A DRAM as a module of a SystemC model: a TLM-2.0 target around DramMemory.
#pragma once

#include <systemc>

#include <tlm_utils/simple_target_socket.h>
#include <tlm>

#include "sim/systemc/dram/memory.hpp"

namespace tilewright {

/// Blocking transport with annotated time: a read or write adds to `delay` the time until its last byte is there,
/// or written, counted from now and the delay that it came with. Transports come in the order of these times. The
/// memory has times and no contents: the data of a transaction stay as they are. Refused by the response that TLM
/// has for it: byte enables, and bursts that wrap (a streaming width below the length).
class DramTarget : public sc_core::sc_module {
 public:
  DramTarget(const sc_core::sc_module_name& name, const Dram& dram);

  tlm_utils::simple_target_socket<DramTarget> socket;

  [[nodiscard]] DramCounts counts() const { return memory_.counts(); }

 private:
  void transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);

  DramMemory memory_;
};

}  // namespace tilewright
