#include "common/memory.hpp"

#include <unistd.h>

#include <fstream>

namespace tilewright {

double resident_B() {
  std::ifstream pages("/proc/self/statm");
  double all = 0;
  double resident = 0;
  if (!(pages >> all >> resident)) return 0;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace tilewright
