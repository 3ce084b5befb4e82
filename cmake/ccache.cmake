# ccache, where it is there. It takes a precompiled header for what it was compiled from (pch_defines, time_macros) and
# reads dependencies from the compiler instead of preprocessing each file once more (CCACHE_DEPEND).
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1
                                  ${CCACHE})
endif()
