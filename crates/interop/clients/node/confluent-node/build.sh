#!/bin/sh
# Compiles @confluentinc/kafka-javascript against a librdkafka that is there: the arguments are the directory that holds node_modules
# and one that holds librdkafka.so. Of the source that the package carries only its face in C++ is compiled; what `configure`
# would find out is for the C part alone.
set -e
package="$1/node_modules/@confluentinc/kafka-javascript"
source="$package/deps/librdkafka"
: > "$source/config.h"
mkdir -p "$1/face" && cd "$1/face"
printf '%s\n' "$source"/src-cpp/*.cpp | xargs -n 1 -P 2 g++ -O1 -fPIC -c
ar rcs librdkafka++.a ./*.o

cd "$package"
export BUILD_LIBRDKAFKA=0 CXXFLAGS=-O1
export CPLUS_INCLUDE_PATH="$source/src:$source/src-cpp" LIBRARY_PATH="$1/face:$2"
headers=
if [ -f /usr/include/node/node.h ]; then
    headers=--nodedir=/usr
fi
"$1/node_modules/.bin/node-gyp" rebuild -j 2 $headers
