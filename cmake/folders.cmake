# One folder of the tree is one library: tilewright_<folder>, made of all its .cpp files, but for those of folders within
# it that are libraries of their own (WITHOUT).

add_library(tilewright_options INTERFACE)
target_compile_options(tilewright_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on "literal" + std::string (GCC bug 105651).
  target_compile_options(tilewright_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
target_include_directories(tilewright_options INTERFACE ${PROJECT_SOURCE_DIR})
if(TILEWRIGHT_SANITIZE)
  # The sanitizers' own code makes g++ see uninitialised values in <regex> and <functional>.
  target_compile_options(tilewright_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                                     -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(tilewright_options INTERFACE -fsanitize=address,undefined)
endif()

# For what runs once: half the optimisation, two thirds of the time to compile it.
add_library(tilewright_quick_to_build INTERFACE)
target_compile_options(tilewright_quick_to_build INTERFACE $<$<CONFIG:Release>:-O1>)

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

function(tilewright_folder folder)
  cmake_parse_arguments(ARG "" "" "LINK;PRIVATE;WITHOUT" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  foreach(inner IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/${folder}/${inner}/")
  endforeach()
  tilewright_resolve(public ${ARG_LINK})
  if(sources)
    add_library(tilewright_${name} STATIC ${sources})
    target_link_libraries(tilewright_${name} PUBLIC tilewright_options ${public} PRIVATE ${ARG_PRIVATE})
  else()
    add_library(tilewright_${name} INTERFACE)
    target_link_libraries(tilewright_${name} INTERFACE tilewright_options ${public})
  endif()
endfunction()

function(tilewright_program program folder)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  tilewright_resolve(libraries ${ARG_LINK})
  if(sources)
    add_executable(${program} ${sources})
    target_link_libraries(${program} PRIVATE tilewright_options ${libraries})
  endif()
endfunction()
