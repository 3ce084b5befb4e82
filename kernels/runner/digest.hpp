// A digest of a file, by which one build of a program is told from another.
#pragma once

#include <string>

namespace tilewright::kernels::runner {

/// 64 bits as hexadecimal digits (FNV-1a: Fowler, Noll, Vo); empty where the file cannot be read.
std::string digest_of_file(const std::string& path);

}  // namespace tilewright::kernels::runner
