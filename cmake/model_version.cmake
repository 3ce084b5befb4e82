# Writes OUTPUT, C++ that says the digest of the sources that results are made by: those of FOLDERS below SOURCE.
# Called at build time, whenever one of them has changed.
set(digests "")
foreach(folder IN LISTS FOLDERS)
  file(GLOB_RECURSE files RELATIVE ${SOURCE} ${SOURCE}/${folder}/*.cpp ${SOURCE}/${folder}/*.hpp)
  list(SORT files)
  foreach(file IN LISTS files)
    file(SHA256 ${SOURCE}/${file} digest)
    string(APPEND digests "${file} ${digest}\n")
  endforeach()
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 16 digest)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "explore/study/model_version.hpp"

const std::string& tilewright::model_version() {
  static const std::string digest = "@digest@";
  return digest;
}
]] @ONLY)
