#include "kernels/emulator/engine.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "kernels/emulator/text.hpp"

namespace tilewright::kernels::emulator {
namespace {

constexpr std::size_t warp_size = device::warp_size;
constexpr std::size_t warpgroup_size = 4 * warp_size;

thread_local Block* running_block = nullptr;

}  // namespace

Block::Block(const Here& here, Random random, StackPool& stacks, const std::function<void()>& body)
    : here_(here),
      random_(random),
      threads_(static_cast<std::size_t>(here.threads)),
      warps_(threads_.size() / warp_size),
      groups_(4),
      running_(threads_.size()),
      eagerness_(2 * random_.below(3)),
      diligence_(random_.below(3)),
      steadiness_(std::uint64_t{1} << 3 * random_.below(3)),
      outer_(std::exchange(running_block, this)) {
  for (Thread& thread : threads_) thread.fiber = std::make_unique<Fiber>(stacks, body);
  for (Warp& warp : warps_) warp.priority = random_();
  for (const Scope scope : {Scope::thread, Scope::warp, Scope::warpgroup, Scope::block}) {
    const std::size_t size = size_of(scope);
    groups_[static_cast<std::size_t>(scope)].resize((threads_.size() + size - 1) / size);
  }
}

Block::~Block() {
  running_block = this;
  threads_.clear();  // unwinds those that have not ended, while this block is still the current one
  running_block = outer_;
}

Block& Block::current() {
  if (running_block == nullptr)
    throw std::logic_error("an instruction of kernels/device/ is called outside of emulate()");
  return *running_block;
}

std::size_t Block::size_of(Scope scope) const {
  switch (scope) {
    case Scope::thread:
      return 1;
    case Scope::warp:
      return warp_size;
    case Scope::warpgroup:
      return warpgroup_size;
    case Scope::block:
      return threads_.size();
  }
  throw std::logic_error("scope");
}

Block::Group& Block::group_of(Scope scope) {
  return groups_[static_cast<std::size_t>(scope)][static_cast<std::size_t>(here_.thread) / size_of(scope)];
}

Block::Thread& Block::thread() { return threads_[static_cast<std::size_t>(here_.thread)]; }

bool Block::step() {
  Warp* const warp = choose();
  if (warp == nullptr) return run_pending();
  run_lanes(*warp);
  if (random_.chance(diligence_, 4)) run_pending();
  if (running_ == 0) check_end();
  return true;
}

// Blocks of a cluster go on in random order, each for some turns.
void Block::run(std::span<const std::unique_ptr<Block>> blocks, Random& random) {
  const auto cluster = std::make_shared<Cluster>();
  for (const auto& block : blocks) {
    block->cluster_ = cluster;
    cluster->blocks.push_back(block.get());
  }
  std::vector<Block*> running = cluster->blocks;
  std::size_t stuck = 0;  // blocks in a row, from `chosen` on, that could not go on
  std::size_t chosen = 0;
  while (!running.empty()) {
    if (stuck == 0 && running.size() > 1 && random.chance(1, 8)) chosen = random.below(running.size());
    Block* const block = running[chosen % running.size()];
    running_block = block;
    stuck = block->step() ? 0 : stuck + 1;
    if (block->running_ == 0) std::erase(running, block);
    if (stuck > 0) ++chosen;
    if (!running.empty() && stuck == running.size())
      throw std::logic_error("deadlock in block " + text(block->here_.block) + ": " + block->whereabouts());
  }
}

void Block::in_block(const char* instruction, int rank, const void* shared,
                     const std::function<void(std::byte*)>& action) {
  const auto index = static_cast<std::size_t>(rank);
  if (rank < 0 || index >= cluster_->blocks.size())
    fail(instruction, "no block " + std::to_string(rank) + " in the cluster");
  Block* const there = cluster_->blocks[index];
  if (there->running_ == 0) fail(instruction, "block " + std::to_string(rank) + " of the cluster has ended");
  std::byte* const address =
      there->here_.shared.data() + (static_cast<const std::byte*>(shared) - here_.shared.data());
  Block* const from = std::exchange(running_block, there);
  action(address);
  running_block = from;
}

void Block::meet_cluster(const char* instruction) {
  Cluster& cluster = *cluster_;
  const std::uint64_t before = cluster.meetings;
  if (++cluster.arrived == cluster.blocks.size() * threads_.size()) {
    cluster.arrived = 0;
    ++cluster.meetings;
  }
  const auto met = [&] { return cluster.meetings != before; };
  wait_for(
      instruction, [](const void* closure) -> bool { return (*static_cast<const decltype(met)*>(closure))(); },
      &met);
}

void Block::check_end() const {
  const bool left =
      std::any_of(queues_.begin(), queues_.end(), [](const OperationQueue* queue) { return !queue->empty(); });
  if (left || !operations_.empty()) {
    throw std::logic_error("block " + text(here_.block) + " ends while asynchronous operations are on their way");
  }
}

// The warp of the highest priority among those that can go on. A few warps of high priority thus run far ahead of
// the others until their priorities change, as in S. Burckhardt et al., "A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs", ASPLOS 2010.
Block::Warp* Block::choose() {
  Warp* best = nullptr;
  for (Warp& warp : warps_) {
    if (best != nullptr && best->priority >= warp.priority) continue;
    if (warp.ready == 0) poll(warp);
    if (warp.ready != 0) best = &warp;
  }
  if (best != nullptr && random_.chance(1, steadiness_)) best->priority = random_();
  return best;
}

void Block::poll(Warp& warp) {
  const std::size_t first = static_cast<std::size_t>(&warp - warps_.data()) * warp_size;
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    const std::uint32_t bit = std::uint32_t{1} << lane;
    const Thread& thread = threads_[first + lane];
    if ((warp.polling & bit) == 0 || !thread.done(thread.closure)) continue;
    warp.polling &= ~bit;
    warp.ready |= bit;
  }
}

// One turn for every lane that is ready, in random order.
void Block::run_lanes(Warp& warp) {
  const std::size_t first = static_cast<std::size_t>(&warp - warps_.data()) * warp_size;
  const std::size_t shift = random_.below(warp_size);
  const std::size_t flip = random_.below(warp_size);
  poll(warp);
  for (std::size_t i = 0; i < warp_size; ++i) {
    const std::size_t lane = (i + shift) % warp_size ^ flip;
    const std::uint32_t bit = std::uint32_t{1} << lane;
    if ((warp.ready & bit) == 0) continue;
    warp.ready &= ~bit;
    Fiber& fiber = *threads_[first + lane].fiber;
    here_.thread = static_cast<int>(first + lane);
    fiber.resume();
    if (fiber.ended()) --running_;
  }
}

void Block::suspend(const char* instruction) {
  Thread& me = thread();
  me.waits_in = instruction;
  me.fiber->suspend();
  me.waits_in = nullptr;
}

void Block::release(std::size_t first_thread, std::size_t threads) {
  for (std::size_t i = first_thread; i < first_thread + threads; ++i) {
    if (i != static_cast<std::size_t>(here_.thread))
      warps_[i / warp_size].ready |= std::uint32_t{1} << i % warp_size;
  }
}

void Block::meet(Scope scope, const char* instruction, void* operands, MeetingAction action, const void* closure) {
  const std::size_t size = size_of(scope);
  const std::size_t index = static_cast<std::size_t>(here_.thread) % size;
  Meeting& meeting = group_of(scope).meeting;
  if (meeting.arrived > 0 && std::strcmp(meeting.instruction, instruction) != 0) {
    fail(instruction, std::string("other threads of its group are in ") + meeting.instruction);
  }
  meeting.instruction = instruction;
  meeting.operands.resize(size);
  meeting.operands[index] = operands;
  if (++meeting.arrived < size) return suspend(instruction);
  meeting.arrived = 0;
  action(meeting.operands, closure);
  release(static_cast<std::size_t>(here_.thread) - index, size);
}

void Block::wait_for(const char* instruction, Predicate done, const void* closure) {
  if (done(closure)) return;
  Thread& me = thread();
  me.done = done;
  me.closure = closure;
  const auto index = static_cast<std::size_t>(here_.thread);
  warps_[index / warp_size].polling |= std::uint32_t{1} << index % warp_size;
  suspend(instruction);
}

std::shared_ptr<void>& Block::state_slot(Scope scope, std::type_index type) {
  auto& state = group_of(scope).state;
  for (auto& [held, slot] : state) {
    if (held == type) return slot;
  }
  return state.emplace_back(type, nullptr).second;
}

void Block::start(std::function<void()> operation) {
  if (eager()) return operation();
  operations_.push_back(std::move(operation));
}

// Runs a random one of the pending operations; false if there is none.
bool Block::run_pending() {
  std::erase_if(queues_, [](const OperationQueue* queue) { return queue->empty(); });
  if (operations_.empty() && queues_.empty()) return false;
  std::size_t choice = random_.below(operations_.size() + queues_.size());
  if (choice >= operations_.size()) {
    queues_[choice - operations_.size()]->run_oldest();
    return true;
  }
  std::swap(operations_[choice], operations_.back());
  const std::function<void()> operation = std::move(operations_.back());
  operations_.pop_back();
  operation();
  return true;
}

// "threads 0-31 wait in bar.sync 1, threads 32-63 have ended"
std::string Block::whereabouts() const {
  const auto where = [this](std::size_t i) {
    if (threads_[i].fiber->ended()) return std::string("ended");
    return std::string("waiting in ") + threads_[i].waits_in;
  };
  std::string all;
  for (std::size_t first = 0, last = 0; first < threads_.size(); first = last) {
    while (last < threads_.size() && where(last) == where(first)) ++last;
    if (first > 0) all += ", ";
    all += (last - first == 1 ? "thread " + std::to_string(first)
                              : "threads " + std::to_string(first) + "-" + std::to_string(last - 1)) +
           " " + where(first);
  }
  return all;
}

}  // namespace tilewright::kernels::emulator
