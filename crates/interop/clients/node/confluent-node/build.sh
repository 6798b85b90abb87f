#!/bin/sh
# Compiles @confluentinc/kafka-javascript with the librdkafka that it carries. Its own script fetches zstd, curl and more
# from their home pages; here zlib and OpenSSL are the system's, zstd comes from the source that the package zstd-napi carries,
# and curl is left out. The argument is the directory that holds node_modules.
set -e
modules="$1/node_modules"
zstd="$modules/zstd-napi/deps/zstd/lib"
mkdir -p "$1/zstd" && cd "$1/zstd"
gcc -O2 -fPIC -DZSTD_DISABLE_ASM -c "$zstd"/common/*.c "$zstd"/compress/*.c "$zstd"/decompress/*.c
ar rcs libzstd.a ./*.o

cd "$modules/@confluentinc/kafka-javascript"
export CKJS_LINKING=dynamic CPPFLAGS="-I$zstd" LDFLAGS="-L$1/zstd"
headers=
if [ -f /usr/include/node/node.h ]; then
    headers=--nodedir=/usr
fi
"$modules/.bin/node-gyp" rebuild $headers
