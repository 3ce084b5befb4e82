// The lengths of the requests of a batch, as a user states them: how many queries each has, and how many keys are
// there for them, its own among them; what variable-length kernels are given as seqlens_q and seqlens_k, and,
// summed up, as cu_seqlens_q and cu_seqlens_k.
//
//   300x900,40x40,300x2300        QUERIESxKEYS of each, in order
//   64*1x4096,1x32000             so many in a row with the same lengths
//   requests.csv                  a file with the columns queries, keys and, where some are repeated, times
//
// In a workload:
//
//   requests: {queries: [300, 40, 300], keys: [900, 40, 2300]}   # and, where some are repeated, times: [1, 64, 1]
//   requests: {file: requests.csv}                               # beside the workload
#pragma once

#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/attention.hpp"
#include "einsum/mask/spec.hpp"

namespace tilewright {

struct RequestLengths {
  Count queries = 1;
  Count keys = 1;
  Count times = 1;  ///< in a row
  bool operator==(const RequestLengths&) const = default;
};

/// Text, or the name of a CSV file; equal ones in a row together. Throws InputError, with the line of a file.
std::vector<RequestLengths> find_requests(const std::string& text_or_file);
std::vector<RequestLengths> parse_requests(const Yaml& yaml);

/// "300x900,40x40"
std::string to_text(const std::vector<RequestLengths>& requests);

/// The mask of each is made for its own lengths, so that its last query is aligned with its last key. 0 heads: as
/// many as the mask names. Throws InputError for a mask with a layout of its own, and, with the lengths, as
/// make_masks() does.
std::vector<Request> make_requests(const std::vector<RequestLengths>& lengths, const MaskSpec& mask, Count heads);

}  // namespace tilewright
