// What a fusion group does for every tile, as data: pieces of work on units and memories, copies of tiles between
// levels, and what must be done before each may begin. Made once from a tree and its numbers; a TilePipeline runs
// it.
//
// Resources are units, whose amounts are cycles, and levels, whose amounts are bytes. A task has amounts of
// several: an Einsum that streams its operands from a level takes cycles of its unit and bytes of the level
// together.
#pragma once

#include <string>
#include <vector>

#include "mappings/cascade_facts.hpp"
#include "sim/nest/cycle/resource.hpp"
#include "sim/nest/cycle/tile_nest.hpp"
#include "sim/nest/latency.hpp"
#include "sim/nest/result.hpp"
#include "sim/nest/transfer_count.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace tilewright {

using TaskId = Id<struct TileTask>;
template <class T>
using ByTask = ById<TaskId, T>;
using TrackId = Id<struct TileTrack>;
template <class T>
using ByTrack = ById<TrackId, T>;

/// Of tiles that a mask leaves, the parts that are skipped on their own: a position in TileProgram::granules.
/// whole: none are.
inline constexpr int whole = -1;

/// So much of a resource whenever one of the loops down to `level` has gone on; -1: once.
struct Flow {
  ResourceId resource;
  double amount;
  int level;
  int granule = whole;
};

/// Bytes of a transfer whenever one of the loops down to `level` has gone on.
struct TransferEvent {
  std::size_t transfer;  ///< of FlatTree::transfers
  int level;
  double events;  ///< so many are expected without a mask
  int parent_granule = whole;
  int child_granule = whole;
  double sharing = 1;  ///< of children, by one access at the parent
};

/// Which tiles something belongs to: those at the first (last) iteration of some loops, and where masked only those
/// that the mask leaves.
struct When {
  LoopSet first = 0;
  LoopSet last = 0;
  bool masked = false;
  bool operator==(const When&) const = default;
};

/// Counts the tiles of a tensor that a level holds one after another: another one whenever one of the loops down to
/// `level` has gone on.
struct TileTrack {
  When when;
  int level;
};

/// What must be over before a task begins for tile t.
struct Need {
  TaskId task;
  /// Its work for all tiles up to t + shift, or, where `iterated`, up to the tile before t of a loop over that
  /// rank.
  std::int64_t shift = 0;
  RankId iterated = {};
  bool in_parts = false;  ///< the other hands over parts of a tile, one after another
};

/// A tile may be overwritten once others are done with the one held before.
struct Credit {
  TrackId track;
  TaskId reader;
  std::int64_t held;
};

/// A copy that moves a tile between levels. It waits for room below, or for the writer.
struct TileCopy {
  std::string name;  ///< "K to L3"
  TrackId track;
  bool up;
  std::vector<Flow> flows;
  TransferEvent event;
  double latency_cycles = 0;
  std::int64_t held = 1;      ///< tiles that have room at once
  std::vector<TaskId> users;  ///< of the tile: readers of one that comes, the writer of one that leaves
};

struct TileTask {
  std::string name = {};
  std::vector<LeafId> leaves = {};
  When when = {};
  std::vector<Flow> flows = {};
  std::vector<TransferEvent> events = {};
  double least_cycles = 0;  ///< a bubble; no less than this in any case
  /// From its end to its results: latency and skew of its units, and of the levels that it streams from.
  double latency_cycles = 0;
  double skew_cycles = 0;  ///< from its end until what it read may be overwritten; at most the latency
  double stream_latency_cycles = 0;
  std::vector<Need> needs = {};
  std::vector<Credit> credits = {};
};

struct TileProgram {
  TileNest nest;
  ByTask<TileTask> tasks;
  ByTrack<TileTrack> tracks;
  std::vector<TileCopy> copies;
  std::vector<TileSize> granules;  ///< the first: what makes a tile there at all
  ByResource<double> capacity;     ///< per cycle
  std::size_t units = 0;           ///< so many of them, the first, are units
  std::vector<std::string> warnings;
};

/// What programs are made of; all must outlive the maker.
struct ProgramContext {
  const CascadeFacts& facts;
  const Arch& arch;
  const Tree& tree;
  const SizedTree& sized;
  const ById<LeafId, PointCost>& cost_by_leaf;
  const ByLevel<Footprint>& footprints;
  const MaskShare* mask;  ///< nullptr: none, or one that leaves all
  NestSchedule schedule;
  bool held_once;
};

TileProgram tile_program(const ProgramContext& context, GroupId group);

}  // namespace tilewright
