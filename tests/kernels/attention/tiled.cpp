#include "kernels/attention/tiled.hpp"

#include "tests/kernels/attention/ladder.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("tiled attention agrees with the reference on random problems") { check_random<TiledFamily>(5); }

TEST_CASE("tiled attention gives zeros to rows without keys") { check_empty_rows<TiledFamily>(); }

TEST_CASE("tiled attention bears extreme scores") { check_extreme_scores<TiledFamily>(); }

}  // namespace tilewright::kernels::TEST_FILE
