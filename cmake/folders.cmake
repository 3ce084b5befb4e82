# One folder of the tree is one library: tilewright_<folder>, made of all its .cpp files, but for those of folders within
# it that are libraries of their own (WITHOUT).

add_library(tilewright_options INTERFACE)
target_compile_options(tilewright_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on "literal" + std::string (GCC bug 105651), more of them with precompiled headers.
  target_compile_options(tilewright_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized
                                                     -Wno-stringop-overflow -Wno-array-bounds)
endif()
target_include_directories(tilewright_options INTERFACE ${PROJECT_SOURCE_DIR})
target_link_libraries(tilewright_options INTERFACE fmt::fmt)  # the precompiled headers are everybody's
if(TILEWRIGHT_SANITIZE)
  target_compile_options(tilewright_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                     -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The sanitizers' own code makes g++ see uninitialised values in <regex> and <functional>.
    target_compile_options(tilewright_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(tilewright_options INTERFACE -fsanitize=address,undefined)
endif()
if(TILEWRIGHT_FUZZ)
  target_compile_options(tilewright_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(TILEWRIGHT_ONE_DEFINITION)
  # Two types of one name in two sources differ in where their functions stand. A linker otherwise takes either.
  target_link_options(tilewright_options INTERFACE -fuse-ld=gold LINKER:--detect-odr-violations LINKER:--fatal-warnings)
endif()

# For what runs once and no loop of a model calls: less optimisation, two thirds of the time to compile it.
add_library(tilewright_quick_to_build INTERFACE)
target_compile_options(tilewright_quick_to_build INTERFACE $<$<CONFIG:Release>:-O1>)

# Headers that nearly every file reads, compiled once: tilewright_precompile(NAME HEADER...), and for the targets that
# read them tilewright_precompiled(TARGET NAME). A file still includes what it uses: the check of headers compiles
# without them. -fpch-preprocess is for ccache.
function(tilewright_precompile name)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cpp CONTENT "// Nothing but its headers.\n")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE tilewright_options)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <charconv> <cmath> <filesystem> <functional> <limits> <map> <memory> <numeric> <optional> <set>
    <span> <string> <string_view> <utility> <variant> <vector> ${ARGN})
endfunction()

function(tilewright_precompiled target name)
  target_precompile_headers(${target} REUSE_FROM ${name})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    # As the headers are compiled; for a program CMake has a flag of its own (-fPIE), of which these are not.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  else()
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")  # for ccache, too
  endif()
endfunction()

tilewright_precompile(tilewright_headers <fmt/format.h>)

# Names of this project's folders become its targets; anything else is a target of a library.
function(tilewright_resolve result)
  set(targets "")
  foreach(name IN LISTS ARGN)
    if(TARGET tilewright_${name})
      list(APPEND targets tilewright_${name})
    else()
      list(APPEND targets ${name})
    endif()
  endforeach()
  set(${result} ${targets} PARENT_SCOPE)
endfunction()

# QUICK: compiled by tilewright_quick_to_build.
function(tilewright_folder folder)
  cmake_parse_arguments(ARG "QUICK" "" "LINK;PRIVATE;WITHOUT" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  foreach(inner IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/${folder}/${inner}/")
  endforeach()
  tilewright_resolve(public ${ARG_LINK})
  if(sources)
    add_library(tilewright_${name} STATIC ${sources})
    target_link_libraries(tilewright_${name} PUBLIC $<BUILD_INTERFACE:tilewright_options> ${public}
                                               PRIVATE ${ARG_PRIVATE})
    target_compile_features(tilewright_${name} PUBLIC cxx_std_20)
    target_include_directories(tilewright_${name} INTERFACE $<INSTALL_INTERFACE:include/tilewright>)
    tilewright_precompiled(tilewright_${name} tilewright_headers)
    if(ARG_QUICK)
      target_link_libraries(tilewright_${name} PRIVATE $<BUILD_INTERFACE:tilewright_quick_to_build>)
    endif()
  else()
    add_library(tilewright_${name} INTERFACE)
    target_link_libraries(tilewright_${name} INTERFACE tilewright_options ${public})
  endif()
endfunction()

function(tilewright_program program folder)
  cmake_parse_arguments(ARG "QUICK" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  tilewright_resolve(libraries ${ARG_LINK})
  if(sources)
    add_executable(${program} ${sources})
    target_link_libraries(${program} PRIVATE tilewright_options ${libraries})
    tilewright_precompiled(${program} tilewright_headers)
    if(ARG_QUICK)
      target_link_libraries(${program} PRIVATE tilewright_quick_to_build)
    endif()
  endif()
endfunction()
