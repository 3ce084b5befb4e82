#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "common/at_place.hpp"
#include "common/file.hpp"
#include "explore/claim/claim.hpp"

namespace tilewright {

namespace {

using Kind = StatedQuantity::Kind;

constexpr Count most_of_anything = Count{1} << 31;
// Of a speedup that is given beside times, which may have two digits.
constexpr double rounding = 0.03;

const std::vector<std::pair<Verdict, std::pair<std::string, std::string>>>& verdicts() {
  static const std::vector<std::pair<Verdict, std::pair<std::string, std::string>>> all{
      {Verdict::within, {"within", "within the bound"}},
      {Verdict::packed, {"packed", "only if keys are packed"}},
      {Verdict::other_kernels, {"other-kernels", "only for kernels of other tiles"}},
      {Verdict::reused, {"reused", "only if the selection is reused"}},
      {Verdict::baseline, {"baseline", "only because of its baseline"}},
      {Verdict::impossible, {"impossible", "impossible"}},
      {Verdict::not_enough, {"not-enough", "not enough is stated"}},
      {Verdict::not_answerable, {"not-answerable", "not answerable here"}},
  };
  return all;
}

Verdict verdict_of(const Yaml& yaml) {
  std::vector<std::string> words;
  for (const auto& [verdict, texts] : verdicts()) {
    if (texts.first == yaml.text()) return verdict;
    words.push_back(texts.first);
  }
  yaml.fail(fmt::format("no verdict '{}'{}", yaml.text(), did_you_mean(yaml.text(), words)));
}

const std::vector<std::string> keys_of_problem{"layout",         "queries", "requests", "heads",
                                               "kv_heads",       "batch",   "head_dim", "value_dim",
                                               "values_in_keys", "dtype",   "kv_dtype"};
const std::vector<std::string> keys_of_tiles{"q_tile", "kv_tile", "kv_tiling", "gather", "tiling"};

std::string one_of(const Yaml& yaml, const std::vector<std::string>& known) {
  const std::string text = yaml.text();
  if (std::ranges::find(known, text) == known.end())
    yaml.fail(fmt::format("expected one of {}, got '{}'", fmt::join(known, ", "), text));
  return text;
}

Extents extents_of(const Yaml& yaml, const char* what) {
  return at_place(yaml, [&] { return parse_extents(yaml.text(), what); });
}

// What of a problem is given, over what it would be otherwise.
void read_problem(const Yaml& yaml, StatedAttention& stated) {
  const auto count = [&](const char* key, auto& value) {
    if (const auto found = yaml.find(key)) value = found->integer(1, most_of_anything);
  };
  if (const auto found = yaml.find("layout")) stated.layout = extents_of(*found, "layout");
  if (const auto found = yaml.find("queries")) stated.queries = extents_of(*found, "queries");
  if (const auto found = yaml.find("requests")) stated.requests = found->text();
  count("heads", stated.heads);
  count("kv_heads", stated.kv_heads);
  count("batch", stated.batch);
  count("head_dim", stated.head_dim);
  count("value_dim", stated.value_dim);
  if (const auto found = yaml.find("values_in_keys")) stated.values_in_keys = found->boolean();
  if (const auto found = yaml.find("dtype")) stated.dtype = one_of(*found, attention_dtypes());
  if (const auto found = yaml.find("kv_dtype")) stated.kv_dtype = one_of(*found, stored_dtypes());
}

StatedTiling read_tiling(const Yaml& yaml) {
  StatedTiling stated;
  if (const auto found = yaml.find("q_tile")) stated.query_tile = extents_of(*found, "q_tile");
  if (const auto found = yaml.find("kv_tile")) stated.key_tile = extents_of(*found, "kv_tile");
  if (const auto found = yaml.find("kv_tiling")) stated.key_tiles = key_tiles_of(one_of(*found, key_tile_texts()));
  if (const auto found = yaml.find("tiling"))
    stated.order = one_of(*found, {"multi", "flat"}) == "flat" ? TileOrder::flat : TileOrder::multi;
  if (const auto found = yaml.find("gather")) {
    if (stated.key_tiles != KeyTiles::gathered) found->fail("has no effect without kv_tiling: gathered");
    stated.gather = found->integer(1, Count{1} << 20);
  }
  return stated;
}

double time_of(const Yaml& yaml) {
  const auto time_s = parse_quantity(yaml.text(), Kind::time);
  if (!time_s) yaml.fail(fmt::format("expected a time, as in 2.5ms, got '{}'", yaml.text()));
  return *time_s;
}

void read_times(const Yaml& yaml, Claim& claim) {
  yaml.only({"baseline", "method"});
  claim.baseline_time_s = time_of(yaml.at("baseline"));
  claim.method_time_s = time_of(yaml.at("method"));
  const double ratio = *claim.baseline_time_s / *claim.method_time_s;
  if (!claim.claimed)
    claim.claimed = StatedQuantity{Kind::speedup, ratio, fmt::format("{:.2f}x", ratio)};
  else if (claim.claimed->kind != Kind::speedup)
    yaml.fail(fmt::format("is of a speedup, and '{}' is claimed", claim.claimed->text));
  else if (std::abs(claim.claimed->value / ratio - 1) > rounding)
    yaml.fail(fmt::format("the times make {:.2f}x, and {} is claimed", ratio, claim.claimed->text));
}

WholeModel read_whole(const Yaml& yaml) {
  yaml.only({"share", "applies"});
  WholeModel whole;
  if (const auto share = yaml.find("share")) whole.share = share->number(dimension::number, 1e-6, 1);
  if (const auto applies = yaml.find("applies")) whole.applies = applies->number(dimension::number, 1e-6, 1);
  return whole;
}

Ring read_ring(const Yaml& yaml) {
  yaml.only({"devices", "chunks"});
  return {yaml.at("devices").integer(2, 1 << 16), one_of(yaml.at("chunks"), {"contiguous", "zigzag"}) == "zigzag"};
}

Designs read_designs(const Yaml& yaml) {
  yaml.only({"name", "baseline", "method"});
  return {beside(yaml.at("name").text(), yaml.place().file), yaml.at("baseline").text(), yaml.at("method").text()};
}

OtherCascade read_cascade(const Yaml& yaml) {
  yaml.only({"name", "shapes"});
  OtherCascade cascade{beside(yaml.at("name").text(), yaml.place().file), {}};
  for (const auto& [rank, extent] : yaml.at("shapes").entries())
    cascade.shapes[rank] = static_cast<double>(extent.integer(1, most_of_anything));
  return cascade;
}

Expected read_expected(const Yaml& yaml) {
  yaml.only({"verdict", "by_hand", "ours", "reason"});
  Expected expected;
  expected.ours = expected.verdict = verdict_of(yaml.at("verdict"));
  if (const auto by_hand = yaml.find("by_hand")) expected.by_hand = by_hand->text();
  const auto ours = yaml.find("ours");
  if (ours) expected.ours = verdict_of(*ours);
  if (ours && expected.ours == expected.verdict) ours->fail("is the verdict itself; leave it out");
  if (const auto reason = yaml.find("reason")) {
    if (!ours) reason->fail("expected 'ours' as well: what it is the reason for");
    expected.reason = reason->text();
  } else if (ours) {
    ours->fail("expected a 'reason' as well");
  }
  return expected;
}

// What a key is of no use without.
struct Need {
  const char* key;
  bool met;
  const char* what;
};

void refuse_without_effect(const Yaml& yaml, const Claim& claim) {
  const bool speedup = claim.claimed && claim.claimed->kind == Kind::speedup;
  const bool gains = claim.claimed && (speedup || claim.claimed->kind == Kind::time);
  const bool fits = claim.claimed && claim.claimed->kind == Kind::fits;
  const bool ideal = claim.claimed && claim.claimed->kind == Kind::share_of_ideal;
  const bool machine = !claim.arch.empty() || claim.peak_per_s.has_value();
  const bool masked = !claim.mask.empty();
  std::vector<Need> needs{
      {"baseline", gains && masked, "a speedup and a mask"},
      {"baseline_problem", gains && masked && machine, "a speedup, a mask and an arch"},
      {"selection", gains && masked && machine && !claim.cascade, "a speedup, a mask and an arch"},
      {"overhead", gains && !claim.designs, "a speedup, and no study"},
      {"cascade", gains && masked && !claim.arch.empty(), "a speedup, and the mask and arch of the baseline"},
      {"study", speedup && !masked, "a speedup, or beside a mask"},
      {"whole", speedup && masked, "a speedup and a mask"},
      {"layers", fits || (claim.whole && claim.whole->share && claim.baseline_time_s),
       "'fits', or a whole model with a share and times"},
      {"beside_B", fits, "'fits'"},
      {"ring", ideal, "a share of ideal, as in 52 % of ideal"},
      {"arch", masked && !ideal, "a mask, and no ring"},
      {"peak", masked && !ideal && !fits, "a mask, and a speedup, a time or a rate"},
  };
  for (const std::string& key : keys_of_problem) needs.push_back({key.c_str(), masked, "a mask"});
  for (const std::string& key : keys_of_tiles)
    needs.push_back(
        {key.c_str(), masked && !fits && !ideal && !claim.cascade, "a mask, and no 'fits', ring or cascade"});
  for (const Need& need : needs)
    if (const auto found = yaml.find(need.key); found && !need.met)
      found->fail(fmt::format("has no effect without {}", need.what));
}

void require_enough(const Yaml& yaml, const Claim& claim) {
  if (claim.is_whole() && ((claim.mask.empty() && !claim.designs) || !claim.claimed))
    yaml.fail("expected 'mask' and 'claimed', or what is 'unknown' or 'not_modelled'");
  if (!claim.claimed) return;
  const bool machine = !claim.arch.empty() || claim.peak_per_s.has_value();
  const Kind kind = claim.claimed->kind;
  if (kind == Kind::share_of_ideal && !claim.ring) yaml.fail("expected 'ring': whose ideal it is");
  if (claim.mask.empty()) return;
  if (!machine && (kind == Kind::time || kind == Kind::rate || kind == Kind::share_of_peak))
    yaml.fail(fmt::format("'{}' is of a machine: expected 'arch' or 'peak'", claim.claimed->text));
  if (kind == Kind::fits && claim.arch.empty()) yaml.fail("'fits' is of a machine: expected 'arch'");
}

void read_assumed(const Yaml& assumed, const Yaml& claim_yaml, Claim& claim) {
  for (const auto& [key, reason] : assumed.entries()) {
    if (!claim_yaml.find(key)) reason.fail("the claim does not say it, so that nothing is assumed");
    claim.assumed.emplace_back(key, reason.text());
  }
}

void read_machine(const Yaml& yaml, Claim& claim) {
  if (const auto arch = yaml.find("arch")) {
    claim.arch =
        at_place(*arch, [&] { return find_config("archs", beside(arch->text(), arch->place().file)).string(); });
  }
  const auto peak = yaml.find("peak");
  if (!peak) return;
  if (!claim.arch.empty()) peak->fail("the architecture gives it; leave it out");
  claim.peak_per_s = parse_quantity(peak->text(), Kind::rate);
  if (!claim.peak_per_s) peak->fail(fmt::format("expected a rate, as in 125 TFLOP/s, got '{}'", peak->text()));
}

void read_claimed(const Yaml& yaml, Claim& claim) {
  if (const auto claimed = yaml.find("claimed")) {
    claim.claimed = parse_quantity(claimed->text());
    if (!claim.claimed)
      claimed->fail(
          fmt::format("expected a speedup, a time, a rate, a share or 'fits', as in 5.3x, 2.5 ms, 225 TFLOP/s, "
                      "73 % of peak or 52 % of ideal, got '{}'",
                      claimed->text()));
  }
  if (const auto times = yaml.find("times")) read_times(*times, claim);
  if (const auto overhead = yaml.find("overhead")) claim.overhead = overhead->number(dimension::number, 0, 1);
  if (const auto whole = yaml.find("whole")) claim.whole = read_whole(*whole);
  if (const auto layers = yaml.find("layers")) claim.layers = static_cast<double>(layers->integer(1, 1 << 16));
  if (const auto beside_B = yaml.find("beside_B")) claim.beside_B = beside_B->number(dimension::bytes, 0);
  if (const auto ring = yaml.find("ring")) claim.ring = read_ring(*ring);
  if (const auto study = yaml.find("study")) claim.designs = read_designs(*study);
  if (const auto cascade = yaml.find("cascade")) claim.cascade = read_cascade(*cascade);
}

std::vector<std::string> keys_of_claim() {
  std::vector<std::string> keys{
      "name",      "system",   "source",           "arch",    "peak",         "mask",     "study", "cascade",
      "selection", "baseline", "baseline_problem", "claimed", "times",        "overhead", "whole", "layers",
      "beside_B",  "ring",     "assumed",          "unknown", "not_modelled", "expected"};
  keys.insert(keys.end(), keys_of_problem.begin(), keys_of_problem.end());
  keys.insert(keys.end(), keys_of_tiles.begin(), keys_of_tiles.end());
  return keys;
}

Claim read_claim(const Yaml& yaml) {
  yaml.only(keys_of_claim());
  Claim claim;
  claim.place = yaml.place();
  claim.name = yaml.at("name").text();
  if (const auto system = yaml.find("system")) claim.system = system->text();
  if (const auto source = yaml.find("source")) claim.source = source->text();
  if (const auto mask = yaml.find("mask")) claim.mask = mask->text();
  read_machine(yaml, claim);
  read_problem(yaml, claim.attention);
  claim.baseline_attention = claim.attention;
  if (const auto other = yaml.find("baseline_problem")) {
    other->only(keys_of_problem);
    read_problem(*other, claim.baseline_attention);
    claim.has_baseline_problem = true;
  }
  if (const auto selection = yaml.find("selection")) claim.selection = parse_selection(*selection);
  claim.tiling = read_tiling(yaml);
  if (const auto baseline = yaml.find("baseline")) claim.baseline = baseline->text();
  read_claimed(yaml, claim);
  if (const auto assumed = yaml.find("assumed")) read_assumed(*assumed, yaml, claim);
  if (const auto unknown = yaml.find("unknown")) claim.unknown = unknown->texts();
  if (const auto not_modelled = yaml.find("not_modelled")) claim.not_modelled = not_modelled->texts();
  if (const auto expected = yaml.find("expected")) claim.expected = read_expected(*expected);
  refuse_without_effect(yaml, claim);
  require_enough(yaml, claim);
  return claim;
}

const std::pair<std::string, std::string>& texts_of(Verdict verdict) {
  return std::ranges::find(verdicts(), verdict, [](const auto& each) { return each.first; })->second;
}

}  // namespace

const std::string& to_word(Verdict verdict) { return texts_of(verdict).first; }
const std::string& to_text(Verdict verdict) { return texts_of(verdict).second; }

bool Claim::assumes(const std::string& key) const {
  return std::ranges::any_of(assumed, [&](const auto& each) { return each.first == key; });
}

std::vector<Claim> parse_claims(const Yaml& file) {
  file.only({"description", "claims"});
  file.note("description");
  std::vector<Claim> claims;
  std::set<std::string> names;
  for (const Yaml& yaml : file.at("claims").items("claims")) {
    claims.push_back(read_claim(yaml));
    if (!names.insert(claims.back().name).second)
      yaml.at("name").fail(fmt::format("there is another claim '{}'", claims.back().name));
  }
  file.require_used();
  return claims;
}

}  // namespace tilewright
