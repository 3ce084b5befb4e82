#include "sim/nest/cycle/tile_pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <limits>
#include <utility>

#include "common/parallel.hpp"
#include "sim/nest/cycle/repetition.hpp"
#include "sim/nest/cycle/shares.hpp"
#include "sim/nest/cycle/tile_mask.hpp"
#include "sim/nest/cycle/tile_window.hpp"

namespace tilewright {

namespace {

constexpr std::int64_t over = std::numeric_limits<std::int64_t>::max() / 4;  // a tile behind the last one
constexpr double never = std::numeric_limits<double>::infinity();

struct Landing {
  double cycle;
  std::int64_t tile;  // of a task; of a copy its number
};

// Of a task, or of a copy with numbers of its tiles in place of those of all tiles.
struct Course {
  std::int64_t next = 0;       // tile that it begins next
  std::int64_t now = -1;       // tile under way, or -1
  std::deque<Landing> behind;  // ended, but not there yet
  double began = 0;

  /// Results of all tiles before are there; what those tiles read is no longer needed.
  [[nodiscard]] std::int64_t done() const { return !behind.empty() ? behind.front().tile : has_read(); }
  [[nodiscard]] std::int64_t has_read() const { return now >= 0 ? now : next; }
};

class Pipeline {
 public:
  Pipeline(const TileProgram& program, const TileMask* mask, std::size_t transfers, const PipelineOptions& options)
      : program_(program),
        mask_(mask),
        options_(options),
        window_(program, mask),
        shares_(program.capacity, program.units),
        tiles_of_track_(tiles_of_tracks(program, mask)),
        repetition_(program.nest.loops.size()) {
    tasks_.assign(program.tasks.size(), {});
    left_out_.assign(program.tracks.size(), 0);
    copies_.resize(program.copies.size());
    result_.used.assign(program.capacity.size(), 0);
    result_.parent_events.assign(transfers, 0);
    result_.child_events.assign(transfers, 0);
    result_.runs.assign(program.tasks.size(), 0);
    result_.task_cycles.assign(program.tasks.size(), 0);
    result_.waits.assign(program.units, std::vector<double>(program.tasks.size() + program.copies.size() + 1, 0));
    cause_.assign(program.tasks.size(), nothing);
    working_.assign(program.units, 0);
    idle_since_.assign(program.units, 0);
    make_demands();
    find_users();
  }

  PipelineResult run() {
    while (true) {
      begin_all();
      const double next = std::min(shares_.next_end(), next_landing());
      if (next == never) break;
      if (next > options_.until_cycles) {
        result_.complete = false;
        now_ = options_.until_cycles;
        break;
      }
      now_ = std::max(now_, next);
      end_all();
      if ((++events_ & 4095) != 0) continue;
      stop_if_interrupted();
      if (options_.progress) options_.progress(now_ + ahead_);
    }
    if (result_.complete) require_over();
    count_runs();
    result_.cycles = now_ + ahead_;
    result_.tiles += static_cast<double>(window_.size());
    if (result_.tile_cycles == 0 && result_.tiles > 0) result_.tile_cycles = result_.cycles / result_.tiles;
    result_.events = static_cast<double>(events_);
    return std::move(result_);
  }

 private:
  using Demands = std::vector<Demand>;

  void find_users() {
    const std::size_t owners = tasks_.size() + copies_.size();
    look_at_.assign(owners / 64 + 1, 0);
    for (std::size_t owner = 0; owner < owners; ++owner) look_at(owner);
    waiting_.resize(owners);
    copies_of_.resize(tasks_.size());
    const auto follows = [](const TileTask& task) { return task.when.first != 0 || task.when.last != 0; };
    const bool all = std::ranges::all_of(program_.tasks, follows);
    for (const TileTask& task : program_.tasks) {
      follows_.push_back(static_cast<char>(!all && follows(task)));
      std::vector<std::size_t>& units = units_of_.emplace_back();
      for (const Flow& flow : task.flows)
        if (flow.resource.index() < program_.units && !std::ranges::count(units, flow.resource.index()))
          units.push_back(flow.resource.index());
    }
    for (std::size_t c = 0; c < copies_.size(); ++c)
      for (const TaskId user : program_.copies[c].users) copies_of_[user.index()].push_back(c);
  }

  // Those who may begin now that a task, or a copy, is further.
  void wake(std::size_t owner) {
    look_at(owner);
    for (const std::size_t waiting : waiting_[owner]) look_at(waiting);
    waiting_[owner].clear();
    if (is_task(owner))
      for (const std::size_t copy : copies_of_[task_of(owner).index()]) look_at(copy);
    if (!window_is_full_) return;
    for (const TaskId task : tasks_.ids()) look_at(owner_of(task));
  }

  // Of every task, by the outermost loop that has gone on; of every copy.
  void make_demands() {
    const int loops = static_cast<int>(program_.nest.loops.size());
    for (const TileTask& task : program_.tasks) {
      std::vector<Demands>& by_change = task_demands_.emplace_back();
      for (int changed = -1; changed <= loops; ++changed) by_change.push_back(demands(task.flows, changed));
      by_change.emplace_back();  // under a mask
      runs_by_change_.emplace_back(by_change.size() - 1, 0);
    }
    for (const TileCopy& copy : program_.copies) copy_demands_.push_back(demands(copy.flows, -1));
  }

  [[nodiscard]] Demands demands(const std::vector<Flow>& flows, int changed) const {
    Demands sum;
    for (const Flow& flow : flows) {
      if (changed > flow.level && changed >= 0) continue;
      const auto known = std::ranges::find(sum, flow.resource, &Demand::resource);
      if (known == sum.end())
        sum.push_back({flow.resource, flow.amount});
      else
        known->amount += flow.amount;
    }
    return sum;
  }

  void begin_all() {
    bool any = ended_;
    do {
      more_is_known_ = false;
      for (std::uint64_t& word : look_at_)
        for (std::uint64_t some = std::exchange(word, 0); some != 0; some &= some - 1)
          any = begin(static_cast<std::size_t>(64 * (&word - look_at_.data()) + std::countr_zero(some))) || any;
    } while (more_is_known_);
    if (any) shares_.divide(now_);
    ended_ = false;
  }

  bool begin(std::size_t owner) {
    return owner < copies_.size() ? begin_copy(owner) : begin_task(TaskId::at(owner - copies_.size()));
  }
  [[nodiscard]] std::size_t owner_of(TaskId task) const { return copies_.size() + task.index(); }
  [[nodiscard]] bool is_task(std::size_t owner) const { return owner >= copies_.size(); }
  [[nodiscard]] TaskId task_of(std::size_t owner) const { return TaskId::at(owner - copies_.size()); }
  void look_at(std::size_t owner) { look_at_[owner / 64] |= std::uint64_t{1} << (owner % 64); }

  // The next tile that the task runs for; false where that is not known yet, or there is none. Tasks that all tiles
  // have go ahead, the others follow.
  bool find_tile(TaskId task) {
    Course& course = tasks_[task];
    while (true) {
      const std::int64_t before = course.next;
      while (course.next < window_.size() && !window_.runs(task, course.next)) ++course.next;
      if (course.next != before) {  // others may have waited for it to pass these
        wake(owner_of(task));
        more_is_known_ = true;
      }
      if (course.next < window_.size()) return true;
      if (course.next >= over) return false;
      if (window_.complete()) {
        course.next = over;
        wake(owner_of(task));
        more_is_known_ = true;
        return false;
      }
      if (follows_[task] != 0) return false;
      if (!add_tile()) return false;
    }
  }

  bool add_tile() {
    std::int64_t first = window_.size();
    for (const Course& course : tasks_)
      if (course.next < window_.size() || course.now >= 0 || !course.behind.empty())
        first = std::min(first, course.done());
    window_is_full_ = window_.size() - first >= TileWindow::width;
    if (window_is_full_) return false;
    const bool added = window_.add();
    for (const TaskId task : tasks_.ids())
      if (!added || tasks_[task].next + 1 == window_.size()) {
        look_at(owner_of(task));
        for (const std::size_t copy : copies_of_[task.index()]) look_at(copy);
      }
    more_is_known_ = true;
    if (added && !options_.exact) look_for_repetition();
    return true;
  }

  bool begin_task(TaskId id) {
    Course& course = tasks_[id];
    if (course.now >= 0 || course.next >= over || !find_tile(id)) return false;
    if (const std::size_t cause = waits_for(id); cause != nothing) {
      cause_[id] = cause;
      waiting_[cause].push_back(owner_of(id));
      return false;
    }
    note_wait(id);
    const TileTask& task = program_.tasks[id];
    const std::int64_t tile = course.next;
    const int changed = window_.changed(id, tile);
    const Demands& demands = task.when.masked && mask_ != nullptr
                                 ? masked_demands(id, tile)
                                 : task_demands_[id.index()][static_cast<std::size_t>(changed + 1)];
    if (&demands == &task_demands_[id.index()].back())
      count_masked(task, changed, tile);
    else
      ++runs_by_change_[id.index()][static_cast<std::size_t>(changed + 1)];
    course.now = tile;
    course.began = now_;
    ++course.next;
    begin_work({.owner = owner_of(id),
                .precedence = tile * 128 + static_cast<std::int64_t>(id.index()),
                .demands = demands,
                .least_cycles = task.least_cycles});
    return true;
  }

  // Units that had nothing to do until now waited for what this task waited for.
  void note_wait(TaskId id) {
    for (const std::size_t unit : units_of_[id.index()])
      if (working_[unit]++ == 0 && now_ > idle_since_[unit]) add_wait(unit, cause_[id]);
    cause_[id] = nothing;
  }

  void add_wait(std::size_t unit, std::size_t cause) {
    const std::size_t known = std::min(cause, result_.waits[unit].size() - 1);
    result_.waits[unit][known] += now_ - idle_since_[unit];
    if (options_.observe)
      options_.observe({.start = idle_since_[unit] + ahead_,
                        .end = now_ + ahead_,
                        .unit = ResourceId::at(unit),
                        .waits_for = name_of_cause(known)});
  }

  void note_idle(TaskId id) {
    for (const std::size_t unit : units_of_[id.index()])
      if (--working_[unit] == 0) idle_since_[unit] = now_;
  }

  // What the mask leaves of the tile's work.
  const Demands& masked_demands(TaskId id, std::int64_t tile) {
    masked_flows_.clear();
    for (const Flow& flow : program_.tasks[id].flows) {
      masked_flows_.push_back(flow);
      masked_flows_.back().amount *= window_.share(tile, flow.granule);
    }
    return task_demands_[id.index()].back() = demands(masked_flows_, window_.changed(id, tile));
  }

  // One access for all children is never more than one for each.
  void count_masked(const TileTask& task, int changed, std::int64_t tile) {
    for (const TransferEvent& event : task.events) {
      if (changed > event.level && changed >= 0) continue;
      const double child = window_.share(tile, event.child_granule);
      result_.child_events[event.transfer] += child;
      result_.parent_events[event.transfer] +=
          std::min(window_.share(tile, event.parent_granule), child * event.sharing);
    }
  }

  // Without a mask a run has all events down to the loop that has gone on.
  void count_runs() {
    for (const TaskId id : program_.tasks.ids())
      for (const TransferEvent& event : program_.tasks[id].events)
        for (int changed = -1; changed < static_cast<int>(runs_by_change_[id.index()].size()) - 1; ++changed) {
          if (changed > event.level && changed >= 0) continue;
          const double runs = runs_by_change_[id.index()][static_cast<std::size_t>(changed + 1)];
          result_.child_events[event.transfer] += runs;
          result_.parent_events[event.transfer] += runs;
        }
  }

  void begin_work(const SharedWork& work) {
    for (const Demand& demand : work.demands) result_.used[demand.resource] += demand.amount;
    shares_.begin(work);
  }

  // What a task waits for: `nothing`, or an owner, which is a copy or a task behind the copies.
  static constexpr std::size_t nothing = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t waits_for(TaskId id) const {
    const TileTask& task = program_.tasks[id];
    const std::int64_t tile = tasks_[id].next;
    for (const Need& need : task.needs) {
      const std::int64_t until = need.iterated ? window_.earlier(need.iterated, tile) : tile + need.shift;
      if (until >= 0 && tasks_[need.task].done() <= until) return owner_of(need.task);
    }
    for (const Credit& credit : task.credits) {
      const std::int64_t freed = window_.of_track(credit.track, tile) - credit.held + 1;
      if (freed > 0 && tasks_[credit.reader].has_read() < window_.first_of(credit.track, freed))
        return owner_of(credit.reader);
    }
    for (const std::size_t c : copies_of_[id.index()])
      if (waits_for_copy(tile, c)) return c;
    return nothing;
  }

  [[nodiscard]] bool waits_for_copy(std::int64_t tile, std::size_t c) const {
    const TileCopy& copy = program_.copies[c];
    const std::int64_t number = window_.of_track(copy.track, tile);
    return copy.up ? number >= copies_[c].done() + copy.held : number >= copies_[c].done();
  }

  // So many tiles of a copy's track are no longer used.
  [[nodiscard]] std::int64_t released(const TileCopy& copy) const {
    std::int64_t least = over;
    for (const TaskId user : copy.users) {
      const std::int64_t done = copy.up ? tasks_[user].done() : tasks_[user].has_read();
      if (done >= over) continue;
      least = std::min(least, done < window_.size() ? window_.of_track(copy.track, done)
                                                    : std::max<std::int64_t>(0, window_.last_of(copy.track)));
    }
    return least;
  }

  bool begin_copy(std::size_t c) {
    Course& course = copies_[c];
    const TileCopy& copy = program_.copies[c];
    if (course.now >= 0 || course.next >= tiles_of_track_[copy.track] - std::llround(left_out_[copy.track]))
      return false;
    if (course.next >= released(copy) + (copy.up ? 0 : copy.held)) return false;
    course.now = course.next++;
    course.began = now_;
    result_.parent_events[copy.event.transfer] += 1;
    result_.child_events[copy.event.transfer] += 1;
    begin_work({.owner = c,
                .precedence = std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(c),
                .demands = copy_demands_[c]});
    return true;
  }

  [[nodiscard]] double next_landing() const {
    double next = never;
    if (landings_ == 0) return next;
    const auto look = [&](const Course& course) {
      if (!course.behind.empty()) next = std::min(next, course.behind.front().cycle);
    };
    std::ranges::for_each(tasks_, look);
    std::ranges::for_each(copies_, look);
    return next;
  }

  void end_all() {
    SharedWork work;
    while (shares_.take_ended(now_, work)) {
      ended_ = true;
      Course& course = course_of(work.owner);
      const double latency = is_task(work.owner) ? program_.tasks[task_of(work.owner)].latency_cycles
                                                 : program_.copies[work.owner].latency_cycles;
      if (latency > 0) {
        course.behind.push_back({now_ + latency, course.now});
        ++landings_;
      }
      wake(work.owner);
      if (is_task(work.owner)) {
        result_.runs[task_of(work.owner)] += 1;
        result_.task_cycles[task_of(work.owner)] += now_ - course.began;
        note_idle(task_of(work.owner));
      }
      if (options_.observe) observe(work.owner, course);
      course.now = -1;
    }
    if (landings_ == 0) return;
    for (std::size_t owner = 0; owner < waiting_.size(); ++owner) {
      std::deque<Landing>& behind = course_of(owner).behind;
      for (; !behind.empty() && behind.front().cycle <= now_; --landings_) {
        behind.pop_front();
        wake(owner);
      }
    }
  }

  Course& course_of(std::size_t owner) { return is_task(owner) ? tasks_[task_of(owner)] : copies_[owner]; }

  void observe(std::size_t owner, const Course& course) const {
    options_.observe({.task = is_task(owner) ? &program_.tasks[task_of(owner)] : nullptr,
                      .copy = is_task(owner) ? nullptr : &program_.copies[owner],
                      .number = course.now,
                      .start = course.began + ahead_,
                      .end = now_ + ahead_});
  }

  [[nodiscard]] std::string_view name_of_cause(std::size_t cause) const {
    if (cause < copies_.size()) return program_.copies[cause].name;
    if (cause < copies_.size() + tasks_.size()) return program_.tasks[task_of(cause)].name;
    return "its turn";
  }

  // The state relative to the newest tile: where it comes again, what follows does too.
  void look_for_repetition() {
    const int loop = window_.stream().changed();
    if (loop < 0 || (mask_ != nullptr && mask_->depends_on(static_cast<std::size_t>(loop)))) return;
    Snapshot snapshot{.cycle = now_, .tile = window_.size(), .state = {}, .counts = counts(), .tracks = {}};
    const std::int64_t newest = window_.size() - 1;
    const auto note = [&](const Course& course, std::int64_t from) {
      snapshot.state.push_back(course.next >= over ? -1 : static_cast<double>(from - course.next));
      snapshot.state.push_back(static_cast<double>(course.now < 0 ? -1 : from - course.now));
      for (const Landing& landing : course.behind) snapshot.state.push_back(landing.cycle - now_);
    };
    for (const Course& course : tasks_) note(course, newest);
    for (std::size_t c = 0; c < copies_.size(); ++c) note(copies_[c], window_.last_of(program_.copies[c].track));
    for (const SharedWork& work : shares_.running()) {
      snapshot.state.push_back(static_cast<double>(work.owner));
      snapshot.state.push_back(work.begun ? (work.end == never ? work.rest : (work.end - now_) * work.rate) : 1);
    }
    for (const TrackId t : left_out_.ids()) snapshot.tracks.push_back(window_.last_of(t));
    const auto at = window_.stream().at(static_cast<std::size_t>(loop));
    const auto times = program_.nest.loops[static_cast<std::size_t>(loop)].times;
    const std::int64_t rounds = repetition_.rounds(static_cast<std::size_t>(loop), at, times, snapshot);
    if (rounds > 0) note_interval(static_cast<std::size_t>(loop));
    if (rounds > 0) go_ahead(static_cast<std::size_t>(loop), rounds);
  }

  // Of the innermost loop that repeats itself, which is the first that is found to.
  void note_interval(std::size_t loop) {
    const Repetition::Round& round = repetition_.round(loop);
    if (result_.tile_cycles == 0) result_.tile_cycles = round.cycles / static_cast<double>(round.tiles);
  }

  [[nodiscard]] std::vector<double> counts() const {
    std::vector<double> all(result_.used.begin(), result_.used.end());
    all.insert(all.end(), result_.parent_events.begin(), result_.parent_events.end());
    all.insert(all.end(), result_.child_events.begin(), result_.child_events.end());
    for (const std::vector<double>& runs : runs_by_change_) all.insert(all.end(), runs.begin(), runs.end());
    all.insert(all.end(), result_.runs.begin(), result_.runs.end());
    all.insert(all.end(), result_.task_cycles.begin(), result_.task_cycles.end());
    all.insert(all.end(), left_out_.begin(), left_out_.end());
    for (const std::vector<double>& waits : result_.waits) all.insert(all.end(), waits.begin(), waits.end());
    all.push_back(ahead_);
    all.push_back(result_.tiles);
    return all;
  }

  void go_ahead(std::size_t loop, std::int64_t rounds) {
    const Repetition::Round round = repetition_.round(loop);
    const auto times = static_cast<double>(rounds);
    auto added = round.counts.begin();
    const auto add = [&](auto& values) {
      for (double& value : values) value += times * *added++;
    };
    add(result_.used);
    add(result_.parent_events);
    add(result_.child_events);
    for (std::vector<double>& runs : runs_by_change_) add(runs);
    add(result_.runs);
    add(result_.task_cycles);
    add(left_out_);
    for (std::vector<double>& waits : result_.waits) add(waits);
    ahead_ += times * (round.cycles + *added++);
    result_.tiles += times * (static_cast<double>(round.tiles) + *added);
    for (const TrackId t : left_out_.ids()) left_out_[t] += times * static_cast<double>(round.tracks[t.index()]);
    window_.stream().skip(loop, rounds);
    repetition_.forget_outside(loop);
  }

  void require_over() const {
    std::string waiting;
    for (const TaskId task : tasks_.ids()) {
      if (tasks_[task].next >= over) continue;
      const std::size_t cause = tasks_[task].next < window_.size() ? waits_for(task) : nothing;
      waiting += fmt::format("{}{} waits for {}", waiting.empty() ? "" : ", ", program_.tasks[task].name,
                             name_of_cause(cause));
    }
    if (!waiting.empty()) throw InfeasibleError("the schedule comes to a standstill: " + waiting);
  }

  const TileProgram& program_;
  const TileMask* mask_;
  const PipelineOptions& options_;
  TileWindow window_;
  Shares shares_;
  ByTrack<std::int64_t> tiles_of_track_;
  ByTrack<double> left_out_;  // of them, those that were gone ahead of
  Repetition repetition_;
  ByTask<Course> tasks_;
  std::vector<Course> copies_;
  std::vector<std::vector<Demands>> task_demands_;
  std::vector<Demands> copy_demands_;
  std::vector<std::vector<double>> runs_by_change_;  // of every task, by the outermost loop that has gone on
  std::vector<Flow> masked_flows_;
  ByTask<std::size_t> cause_;       // that a task waited for at last
  std::vector<int> working_;        // tasks on a unit
  std::vector<double> idle_since_;  // of units
  double now_ = 0;
  double ahead_ = 0;                                 // cycles of what was not gone through
  std::vector<std::vector<std::size_t>> waiting_;    // for an owner: owners
  std::vector<std::vector<std::size_t>> copies_of_;  // by task
  ByTask<char> follows_;                             // tasks that only some tiles have
  bool window_is_full_ = false;
  std::vector<std::vector<std::size_t>> units_of_;  // by task
  std::vector<std::uint64_t> look_at_;              // owners that may perhaps begin, as bits
  std::size_t landings_ = 0;                        // pieces that have ended and are not there yet
  bool ended_ = false;
  bool more_is_known_ = false;  // of tiles, or that there are no more
  std::uint64_t events_ = 0;
  PipelineResult result_;
};

}  // namespace

PipelineResult run_pipeline(const TileProgram& program, const TileMask* mask, std::size_t transfers,
                            const PipelineOptions& options) {
  return Pipeline(program, mask, transfers, options).run();
}

}  // namespace tilewright
