#include "scheduler/group_keeper.h"

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::scheduler;
using namespace weir::test;

namespace {

pid_t keeper() {
  auto pid = start_group_keeper();
  REQUIRE(pid);
  return *pid;
}

}  // namespace

TEST_CASE("a keeper leads its group, ends by Ctrl-C and is stopped by Ctrl-Z") {
  const pid_t pid = keeper();
  CHECK(::getpgid(pid) == pid);
  ::kill(-pid, SIGTSTP);
  int raw = 0;
  REQUIRE(::waitpid(pid, &raw, WUNTRACED) == pid);
  REQUIRE(WIFSTOPPED(raw));
  ::kill(-pid, SIGINT);
  ::kill(-pid, SIGCONT);
  CHECK(wait_blocking(pid).signal() == SIGINT);
}

TEST_CASE("a keeper holds no descriptor of ours") {
  TestPipe pipe;
  const pid_t pid = keeper();
  pipe.writer.reset();
  CHECK(read_all(pipe.reader.get()).empty());  // ends, because nobody else has the other end
  ::kill(pid, SIGKILL);
  wait_blocking(pid);
}
