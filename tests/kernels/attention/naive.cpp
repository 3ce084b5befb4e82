#include "kernels/attention/naive.hpp"

#include "tests/kernels/attention/ladder.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("naive attention agrees with the reference on random problems") { check_random<NaiveFamily>(25); }

TEST_CASE("naive attention gives zeros to rows without keys") { check_empty_rows<NaiveFamily>(); }

TEST_CASE("naive attention bears extreme scores") { check_extreme_scores<NaiveFamily>(); }

}  // namespace tilewright::kernels::TEST_FILE
