// bench_cargo_workspace DIRECTORY: writes the workspace that the builds of `scripts/bench gate`
// use.
#include "support/cargo_workspace.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  weir::test::write_cargo_workspace(argv[1], {.crates = 24, .types = 8, .leaf_types = 96});
  return 0;
}
