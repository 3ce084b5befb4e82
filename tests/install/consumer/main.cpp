// Prints the seconds that a workload takes on an architecture under a mapping: consumer WORKLOAD ARCH MAPPING
#include <cstdio>

#include "explore/evaluate.hpp"

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  tilewright::Point point;
  point.workload = argv[1];
  point.arch = argv[2];
  point.mapping = argv[3];
  tilewright::Library library;
  std::printf("%.17g\n", tilewright::evaluate(point, library).number("time_s").value());
}
