#!/bin/sh
# Compiles by ccache, as cmake/ccache.cmake asks for it: ccache.sh TREE CCACHE COMPILER ...
#
# Takes a precompiled header for what it was compiled from (pch_defines, time_macros), reads dependencies from the compiler
# instead of preprocessing each file once more (CCACHE_DEPEND), and shares what builds of one tree in several folders
# compile (CCACHE_BASEDIR, CCACHE_NOHASHDIR).
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1 CCACHE_BASEDIR="$1" CCACHE_NOHASHDIR=1
shift
# One that is to be made and is there already would count as one that is used: nothing after it would be found again.
for word; do
  case $word in *.gch) rm -f "$word" ;; esac
done
exec "$@"
