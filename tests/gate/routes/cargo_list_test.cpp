#include "gate/routes/cargo_list.h"

#include <catch2/catch.hpp>

TEST_CASE("the listing of cargo tells its commands, aliases and programs", "[cargo_list]") {
  const weir::gate::CargoList list(
      "Installed Commands:\n"
      "    build                Compile a local package\n"
      "    ck                   alias: check -p leaf\n"
      "    deny\n");
  CHECK(list.has("build"));
  CHECK(list.has("ck"));
  CHECK(list.has("deny"));
  CHECK_FALSE(list.has("Installed"));
  CHECK_FALSE(list.has("dney"));
}
