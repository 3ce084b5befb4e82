#include "sim/systemc/dram/target.hpp"

namespace tilewright {

namespace {

tlm::tlm_response_status refusal(const tlm::tlm_generic_payload& transaction) {
  if (transaction.get_byte_enable_ptr() != nullptr) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (transaction.get_streaming_width() < transaction.get_data_length()) return tlm::TLM_BURST_ERROR_RESPONSE;
  return tlm::TLM_OK_RESPONSE;
}

}  // namespace

DramTarget::DramTarget(const sc_core::sc_module_name& name, const Dram& dram)
    : sc_core::sc_module(name), socket("socket"), memory_(dram) {
  socket.register_b_transport(this, &DramTarget::transport);
}

void DramTarget::transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
  transaction.set_response_status(refusal(transaction));
  if (!transaction.is_response_ok() || transaction.get_command() == tlm::TLM_IGNORE_COMMAND) return;
  const double now_s = (sc_core::sc_time_stamp() + delay).to_seconds();
  const double done_s =
      memory_.transfer(now_s, transaction.get_address(), transaction.get_data_length(), transaction.is_write());
  delay += sc_core::sc_time(done_s - now_s, sc_core::SC_SEC);
}

}  // namespace tilewright
