#include "python/study_plan.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/parallel.hpp"
#include "explore/study/learn_files.hpp"
#include "explore/study/pending.hpp"

namespace tilewright::python {

namespace {

// Paths may differ from machine to machine; what counts is the content (explore/study/sweep_plan.hpp).
FilesRead files_of_contents(const std::vector<std::string>& contents) {
  FilesRead files;
  for (std::size_t i = 0; i < contents.size(); ++i)
    files.emplace(std::to_string(i), digest_of_hex(contents[i]).value_or(Digest{}));
  return files;
}

bool are_among(const FilesRead& files, const std::vector<std::string>& contents) {
  return std::ranges::all_of(files,
                             [&](const auto& file) { return std::ranges::count(contents, hex(file.second)) > 0; });
}

}  // namespace

StudyPlan::StudyPlan(const std::string& text, const std::string& file, int jobs)
    : study_(parse_study(Yaml::parse(text, file))), plan_(study_, library_, jobs) {}

std::vector<std::size_t> StudyPlan::pending(const std::filesystem::path& store, int jobs) {
  store_ = Store::create_or_open(store_file(store));
  mappings_ = store_->file().parent_path() / "mappings";
  computed_ += learn_files(plan_, *store_, {.jobs = jobs, .mappings = mappings_});
  files_.clear();
  for (const std::string& group : plan_.groups()) files_.push_back(files_of(store_->inputs(group)));
  return pending_points(plan_, *store_, [this](std::size_t n) { return !plan_.is_sequence(n); }).missing;
}

GroupContents StudyPlan::contents_of(const std::vector<std::size_t>& points) const {
  GroupContents contents;
  for (const std::size_t n : points) {
    const std::size_t group = plan_.group_of(n);
    if (group >= files_.size() || contents.contains(group)) continue;  // points that name no files have no group
    for (const auto& [path, digest] : files_[group]) contents[group].push_back(hex(digest));
  }
  return contents;
}

std::size_t StudyPlan::put(const std::vector<PointResult>& results) {
  if (!store_) throw std::logic_error("put() is for after pending()");
  std::vector<StoredRecord> records;
  for (const auto& [n, digest, record, mapping] : results) {
    if (n >= plan_.size() || !plan_.has_digest(n) || hex(plan_.digest(n)) != digest) continue;
    records.push_back({plan_.digest(n), record});
    if (!mapping.empty()) store_->put_mapping(records.back().digest, mapping);
  }
  store_->put(records);
  computed_ += records.size();
  return records.size();
}

std::vector<PointResult> StudyPlan::compute(const std::vector<std::size_t>& points, const GroupContents& contents,
                                            const std::filesystem::path& mappings) {
  std::vector<PointResult> results;
  for (const std::size_t n : points) {
    stop_if_interrupted();
    if (auto result = compute(n, contents, mappings)) results.push_back(*std::move(result));
  }
  return results;
}

std::optional<PointResult> StudyPlan::compute(std::size_t n, const GroupContents& contents,
                                              const std::filesystem::path& mappings) {
  if (n >= plan_.size() || plan_.is_sequence(n)) return std::nullopt;
  const auto known = contents.find(plan_.group_of(n));
  const std::vector<std::string> allowed = known == contents.end() ? std::vector<std::string>{} : known->second;
  FilesRead files;
  StudyResult result = plan_.run(n, mappings, &files);
  const bool has_group = plan_.group_of(n) < plan_.groups().size();
  if (has_group && (known == contents.end() || !are_among(files, allowed))) return std::nullopt;
  return PointResult{n, digest_with(n, allowed), std::move(result.record), std::move(result.mapping)};
}

std::string StudyPlan::digest_with(std::size_t n, const std::vector<std::string>& contents) {
  const std::scoped_lock lock(mutex_);
  if (const std::size_t group = plan_.group_of(n); group < plan_.groups().size())
    plan_.set_files(group, files_of_contents(contents));
  return hex(plan_.digest(n));
}

}  // namespace tilewright::python
