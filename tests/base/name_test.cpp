#include "base/name.h"

#include <catch2/catch.hpp>

namespace weir {

TEST_CASE("a name is ASCII letters, digits and _, with no digit in front") {
  for (const char* name : {"x", "_", "_1", "Ab9_z"}) CHECK(is_name(name));
  for (const char* other : {"", "1", "1a", "a-b", "a b", "\xc3\xa4", "\xe4", "a\n"}) {
    CHECK_FALSE(is_name(other));
  }
}

}  // namespace weir
