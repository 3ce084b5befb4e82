#include "kernels/emulator/fiber.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace tilewright::kernels::emulator {
namespace {

// Kernels keep their register tiles on the stack.
constexpr std::size_t stack_B = std::size_t{256} << 10;

std::size_t page_B() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

// The address sanitizer must be told before and after every change of stacks, and that nothing of a stack that is
// used again is in use. A stack that is left for good is left with `stays` false.
#if defined(__SANITIZE_ADDRESS__)
void* leave_stack(bool stays, const void* next_bottom, std::size_t next_size) {
  void* left = nullptr;
  __sanitizer_start_switch_fiber(stays ? &left : nullptr, next_bottom, next_size);
  return left;
}

void enter_stack(void* left, const void** from_bottom, std::size_t* from_size) {
  __sanitizer_finish_switch_fiber(left, from_bottom, from_size);
}

void unpoison(const void* bottom, std::size_t size) { __asan_unpoison_memory_region(bottom, size); }
#else
void* leave_stack(bool /*stays*/, const void* /*next_bottom*/, std::size_t /*next_size*/) { return nullptr; }
void enter_stack(void* /*left*/, const void** /*from_bottom*/, std::size_t* /*from_size*/) {}
void unpoison(const void* /*bottom*/, std::size_t /*size*/) {}
#endif

void* bottom_of(const boost::context::stack_context& stack) { return static_cast<char*>(stack.sp) - stack.size; }

// Gives a fiber a stack that outlives it.
class Borrowed {
 public:
  explicit Borrowed(boost::context::stack_context stack) : stack_(stack) {}
  boost::context::stack_context allocate() { return stack_; }
  void deallocate(boost::context::stack_context& /*stack*/) {}

 private:
  boost::context::stack_context stack_;
};

}  // namespace

boost::context::stack_context StackPool::allocate() {
  if (!free_.empty()) {
    const boost::context::stack_context stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void* bottom = mmap(nullptr, stack_B, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bottom == MAP_FAILED || mprotect(bottom, page_B(), PROT_NONE) != 0) throw std::bad_alloc();
  boost::context::stack_context stack;
  stack.size = stack_B;
  stack.sp = static_cast<char*>(bottom) + stack_B;
  return stack;
}

void StackPool::release(const boost::context::stack_context& stack) {
  unpoison(bottom_of(stack), stack.size);
  free_.push_back(stack);
}

StackPool::~StackPool() {
  for (const boost::context::stack_context& stack : free_) munmap(bottom_of(stack), stack.size);
}

Fiber::Fiber(StackPool& stacks, std::function<void()> body)
    : stacks_(stacks), stack_(stacks.allocate()), body_(std::move(body)) {
  inside_ = boost::context::fiber(std::allocator_arg, Borrowed(stack_), [this](boost::context::fiber&& outside) {
    enter_stack(nullptr, &outside_bottom_, &outside_size_);
    outside_ = std::move(outside);
    run();
    leave_stack(false, outside_bottom_, outside_size_);
    return std::move(outside_);
  });
}

Fiber::~Fiber() {
  cancelled_ = true;
  if (!ended_) enter();
  stacks_.release(stack_);
}

void Fiber::run() {
  try {
    if (!cancelled_) body_();
  } catch (const Cancelled&) {
  } catch (...) {
    error_ = std::current_exception();
  }
  ended_ = true;
}

void Fiber::enter() {
  void* const left = leave_stack(true, bottom_of(stack_), stack_.size);
  inside_ = std::move(inside_).resume();
  enter_stack(left, nullptr, nullptr);
}

void Fiber::resume() {
  enter();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Fiber::suspend() {
  void* const left = leave_stack(true, outside_bottom_, outside_size_);
  outside_ = std::move(outside_).resume();
  enter_stack(left, &outside_bottom_, &outside_size_);
  if (cancelled_) throw Cancelled{};
}

}  // namespace tilewright::kernels::emulator
