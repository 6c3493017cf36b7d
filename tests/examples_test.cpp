// The example programs do what their documentation says.
#include <catch2/catch.hpp>

#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

using namespace weir::test;

TEST_CASE("the example of embedding runs", "[examples]") {
  const TempDir dir;
  ProgramRun run;
  run.argv = {kEmbedProgram};
  run.environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8"};
  run.directory = dir.path();
  const ProgramEnd end = run_program(run);
  CHECK(end.error == "");
  CHECK(end.out ==
        "code 0\na\nb\nhttp://alpha:8080\n"
        "code 2, 0 bytes of output\n"
        "checked [\"http://alpha:8080\"]\n");
  CHECK(end.err == "");
  CHECK(end.code == "0");
}
