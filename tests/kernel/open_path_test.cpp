#include "kernel/open_path.h"

#include <catch2/catch.hpp>

using weir::kernel::descriptor_named_by;

TEST_CASE("paths of descriptors are recognized by their spelling") {
  CHECK(descriptor_named_by("/dev/stdin") == 0);
  CHECK(descriptor_named_by("/dev/stdout") == 1);
  CHECK(descriptor_named_by("/dev/stderr") == 2);
  CHECK(descriptor_named_by("/dev/fd/17") == 17);
  CHECK(descriptor_named_by("/proc/self/fd/3") == 3);
  for (const char* other : {"/dev/fd/", "/dev/fd/x", "/dev/fd/1x", "/dev/fd/-1", "/dev/fd/1/",
                            "dev/fd/1", "/dev/fd/99999999999999", "/dev/stdinx", "/dev/null", ""}) {
    INFO(other);
    CHECK_FALSE(descriptor_named_by(other));
  }
}
