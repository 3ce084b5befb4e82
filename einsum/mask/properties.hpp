// What kernels that take only some masks ask of one, whatever its pattern is called: they choose tiles by it.
//
// A sequence is a run of positions that no pair leaves: a dense or causal mask is one, packed documents are one
// each. Queries that are appended to a cache belong to its sequence.
#pragma once

namespace tilewright {

struct Mask;

struct MaskProperties {
  /// No query sees a key after its own position, and some sequence has such keys. One query that decodes is the
  /// last of its sequence, so that it is not: it sees what it would see under a dense mask.
  bool causal = false;
  /// Every query sees one run of keys, and in some sequence no pair is as far apart as its ends are.
  bool window = false;
  bool operator==(const MaskProperties&) const = default;
};

/// Of a product of dimensions: causal where it is in all of them, a window where it is in the first.
/// Cost: when first asked for, the pieces of the mask, and its bands up to the first query that sees several runs
/// of keys.
MaskProperties properties_of(const Mask& mask);

}  // namespace tilewright
