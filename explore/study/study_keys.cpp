#include "explore/study/study_keys.hpp"

namespace tilewright {

const std::vector<FileKey>& study_keys() {
  static const std::vector<FileKey> keys{
      {"name", "text", "of the study, and of its folder of results"},
      {"description", "text", "for people"},
      {"axes", "map of axes", "what points differ in"},
      {"zip", "list of lists of axes",
       "axes that go together, as many values each; else every value meets every other"},
      {"derived", "map", "more names, in order: expressions over axes, or texts with names in braces"},
      {"where", "expression", "points for which it is 0 do not exist; over axes and derived numbers"},
      {"sample", "map", "points chosen between the ends of axes in place of the whole grid"},
      {"outputs", "list of fields", "the values that are kept, `*` for any part of a name; all where left out"},
      {"series", "list", "what is evaluated over the axes"}};
  return keys;
}

const std::vector<FileKey>& axis_keys() {
  static const std::vector<FileKey> keys{
      {"values", "list", "the same as the list alone, where `when` is wanted"},
      {"from", "number", "where a range begins"},
      {"to", "number", "where it ends; the last value is not above it"},
      {"step", "number", "from one value to the next, by addition"},
      {"factor", "number", "the same by multiplication"},
      {"count", "whole number",
       "so many values, evenly, both ends among them; without any of these three a sample chooses"},
      {"scale", "linear or log", "what is evenly, for `count` and samples; linear where left out"},
      {"when", "expression", "where the axis has its values; over other axes"},
      {"else", "value", "its one value elsewhere"}};
  return keys;
}

const std::vector<FileKey>& sample_keys() {
  static const std::vector<FileKey> keys{
      {"method", "random, sobol or saltelli",
       "independent; a Sobol sequence, which fills evenly; or Saltelli's design, from which sensitivities are "
       "estimated"},
      {"points", "whole number", "how many; of saltelli, its base: (axes + 2) times as many are evaluated"},
      {"seed", "whole number", "another one is another sample; 0 where left out"}};
  return keys;
}

const std::vector<FileKey>& series_keys() {
  static const std::vector<FileKey> keys{
      {"name", "text", "of the series"},
      {"over", "list of axes", "what its points differ in, the last one fastest"},
      {"where", "expression", "as that of the study, for this series as well"},
      {"workload", "text", "name below configs/workloads, or a file beside the study"},
      {"set", "map of expressions", "shapes of the workload"},
      {"mask", "text", "a pattern in place of the workload's"},
      {"selection", "text", "how the keys of the mask are chosen, in place of the workload's"},
      {"requests", "text", "a batch of unequal requests in place of the workload's batch, queries and keys"},
      {"arch", "text", "name below configs/archs, or a file"},
      {"arch_set", "map of expressions", "parameters of the architecture; also over the workload's shapes"},
      {"mapping", "text, or list of choices, or {map: ...}",
       "name below configs/mappings or configs/kernels, or a file; of a list the first whose `when` holds"},
      {"q_tile", "text", "of a kernel: queries per tile"},
      {"kv_tile", "text", "of a kernel: keys per tile"},
      {"calibration", "text",
       "of a kernel: fitted parameters; those of the kernel on the architecture where left out"},
      {"call", "text", "of a kernel: what a framework runs around it"},
      {"by", "estimate or simulation", "which model; estimate where left out"},
      {"schedule", "given, sequential or auto", "of a simulated nest of loops, how its Einsums follow one another"},
      {"exact", "true or false",
       "of a simulation: every visit, or every tile of a nest, even where they repeat themselves"},
      {"until", "seconds", "of a simulated nest: ends after so many simulated seconds"},
      {"outputs", "list of fields", "in place of those of the study"},
      {"sequence", "list of series",
       "in place of all but name and over: points of series before it, one after another"}};
  return keys;
}

const std::vector<FileKey>& mapping_keys() {
  static const std::vector<FileKey> keys{
      {"use", "text", "a mapping"},
      {"map", "map", "in its place: a search"},
      {"when", "expression", "over axes, derived numbers and the workload's shapes"}};
  return keys;
}

const std::vector<FileKey>& map_keys() {
  static const std::vector<FileKey> keys{
      {"objective", "text", "time, energy, edp, traffic or buffer: one"},
      {"time_limit", "seconds",
       "after which the search for a point ends with the best so far; none where left out"},
      {"memory_limit", "bytes", "of the whole program, after which it ends like that, too"},
      {"space", "text", "a mapspace file beside the study; all mappings where left out"},
      {"cascade", "text or list", "cascades of the workload; all with the results of the first where left out"},
      {"kernel", "text or list",
       "of thread blocks: kernels to compare; all that serve architecture and mask where left out"},
      {"pad", "true or false",
       "of kernels: dimensions of a layout with a window and a stride may be padded to whole tiles"}};
  return keys;
}

const std::vector<FileKey>& part_keys() {
  static const std::vector<FileKey> keys{{"series", "text", "a series before this one"},
                                         {"times", "expression", "how often it runs; a name alone runs once"}};
  return keys;
}

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names{"estimate", "simulation"};
  return names;
}

Table table_of_study_keys() {
  Table table = table_of_keys();
  append_keys(table, "study", study_keys());
  append_keys(table, "study.axes.AXIS", axis_keys());
  append_keys(table, "study.sample", sample_keys());
  append_keys(table, "study.series[]", series_keys());
  append_keys(table, "study.series[].mapping[]", mapping_keys());
  append_keys(table, "study.series[].mapping.map", map_keys());
  append_keys(table, "study.series[].sequence[]", part_keys());
  return table;
}

}  // namespace tilewright
