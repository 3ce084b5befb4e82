// A function with a stack of its own, that can stop in its middle and go on later.
#pragma once

#include <boost/context/fiber.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

namespace tilewright::kernels::emulator {

/// Stacks of one size with a page below that must not be touched, used again by later fibers.
class StackPool {
 public:
  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;
  ~StackPool();

  boost::context::stack_context allocate();
  void release(const boost::context::stack_context& stack);

 private:
  std::vector<boost::context::stack_context> free_;
};

/// Stays where it is: its function refers to it. One that has not ended when it is destroyed is unwound by an
/// exception.
class Fiber {
 public:
  Fiber(StackPool& stacks, std::function<void()> body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Runs it until it suspends or ends. Throws what its function throws.
  void resume();

  /// Called from within it: gives back to the caller of resume().
  void suspend();

  [[nodiscard]] bool ended() const { return ended_; }

 private:
  struct Cancelled {};

  void run();
  void enter();

  StackPool& stacks_;
  boost::context::stack_context stack_;
  std::function<void()> body_;
  boost::context::fiber inside_;
  boost::context::fiber outside_;
  std::exception_ptr error_;
  bool ended_ = false;
  bool cancelled_ = false;
  // The stack of the caller of resume(), as the address sanitizer knows it.
  const void* outside_bottom_ = nullptr;
  std::size_t outside_size_ = 0;
};

}  // namespace tilewright::kernels::emulator
