#include "sim/systemc/dram/target.hpp"

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>
#include <catch2/catch.hpp>

#include "sim/systemc/simulation.hpp"
#include "tests/sim/systemc/dram/standards.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Request {
  std::uint64_t address;
  unsigned bytes;
  bool write;
  double local_s;  // ahead of the simulation when asked for
};

constexpr std::array requests = {Request{0, 4096, false, 0}, Request{4096, 64, true, 0},
                                 Request{100, 1 << 20, false, 50e-9}, Request{1 << 30, 2, true, 3e-6}};

void fill(tlm::tlm_generic_payload& transaction, const Request& request) {
  transaction.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  transaction.set_address(request.address);
  transaction.set_data_length(request.bytes);
  transaction.set_streaming_width(request.bytes);
}

using Socket = tlm_utils::simple_initiator_socket<class Initiator>;

/// One process that has a socket to ask by.
class Initiator : public sc_core::sc_module {
 public:
  Initiator(const sc_core::sc_module_name& name, DramTarget& target, std::function<void(Socket&)> ask)
      : sc_core::sc_module(name), socket_("socket"), ask_(std::move(ask)) {
    socket_.bind(target.socket);
    sc_core::sc_spawn([this] { ask_(socket_); });
  }

 private:
  Socket socket_;
  std::function<void(Socket&)> ask_;
};

DramCounts simulate(const Dram& dram, const std::function<void(Socket&)>& ask) {
  DramCounts counts;
  in_own_simulation([&] {
    DramTarget target("target", dram);
    const Initiator initiator("initiator", target, ask);
    sc_core::sc_start();
    counts = target.counts();
  });
  return counts;
}

/// Asks one after the other, and waits until each is done.
std::vector<double> ask_all(Socket& socket) {
  std::vector<double> done_s;
  for (const Request& request : requests) {
    tlm::tlm_generic_payload transaction;
    fill(transaction, request);
    sc_core::sc_time delay(request.local_s, sc_core::SC_SEC);
    socket->b_transport(transaction, delay);
    if (transaction.is_response_ok()) sc_core::wait(delay);
    done_s.push_back(sc_core::sc_time_stamp().to_seconds());
  }
  return done_s;
}

/// Of a read of 64 B that is changed in some way.
tlm::tlm_response_status response_to(const std::function<void(tlm::tlm_generic_payload&)>& change) {
  tlm::tlm_generic_payload transaction;
  fill(transaction, {0, 64, false, 0});
  change(transaction);
  const auto ask = [&](Socket& socket) {
    sc_core::sc_time delay;
    socket->b_transport(transaction, delay);
    CHECK(delay == sc_core::SC_ZERO_TIME);
  };
  CHECK(simulate({made_up_dram(), 1}, ask).bytes == 0);
  return transaction.get_response_status();
}

}  // namespace

TEST_CASE("a target has the times of its memory") {
  for (const DramStandard& standard : shipped_drams()) {
    CAPTURE(standard.name);
    const Dram dram{standard, 2};
    std::vector<double> done_s;
    const DramCounts counts = simulate(dram, [&](Socket& socket) { done_s = ask_all(socket); });
    DramMemory memory(dram);
    double now_s = 0;
    REQUIRE(done_s.size() == requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const Request& request = requests[i];
      now_s = memory.transfer(now_s + request.local_s, request.address, request.bytes, request.write);
      CHECK(done_s[i] == Approx(now_s).margin(2e-12 * static_cast<double>(i + 1)).epsilon(0));  // whole picoseconds
    }
    CHECK(counts.bursts == memory.counts().bursts);
    CHECK(counts.activations == memory.counts().activations);
    CHECK(counts.turnarounds == 3);
  }
}

TEST_CASE("a target refuses what it does not know") {
  using Payload = tlm::tlm_generic_payload;
  CHECK(response_to([](Payload& each) { each.set_streaming_width(32); }) == tlm::TLM_BURST_ERROR_RESPONSE);
  std::array<unsigned char, 1> enable{};
  CHECK(response_to([&](Payload& each) { each.set_byte_enable_ptr(enable.data()); }) ==
        tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  CHECK(response_to([](Payload& each) { each.set_command(tlm::TLM_IGNORE_COMMAND); }) == tlm::TLM_OK_RESPONSE);
}

}  // namespace tilewright::test::TEST_FILE
