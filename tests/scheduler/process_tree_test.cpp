#include "scheduler/process_tree.h"

#include <catch2/catch.hpp>

#include "support/children.h"

using namespace weir;
using namespace weir::scheduler;
using namespace weir::test;

TEST_CASE("this process is found with its parent, group and start") {
  const auto self = find_process(::getpid());
  REQUIRE(self);
  CHECK(self->pid == ::getpid());
  CHECK(self->parent == ::getppid());
  CHECK(self->group == ::getpgrp());
  CHECK(self->start_time > 0);
  CHECK_FALSE(self->is_zombie);
  CHECK(find_process(::getpid())->is_same(*self));
}

TEST_CASE("children and grandchildren are below their root, each once") {
  TestPipe out;
  const FdMapping fds[] = {{1, out.writer.get()}};
  auto root =
      spawn_words({"/bin/sh", "-c", "sh -c 'cat /dev/zero >/dev/null & echo up; wait' & wait"},
                  [&](SpawnSpec& spec) { spec.fds = fds; });
  REQUIRE(root);
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  const pid_t roots[] = {*root, *root};
  auto tree = process_trees(roots);
  CHECK(tree.size() == 3);
  CHECK(tree[0].pid == *root);
  CHECK(tree[1].parent == tree[0].pid);
  CHECK(tree[2].parent == tree[1].pid);
  // From the root down: a shell whose child has gone would end by itself.
  for (const auto& process : tree) CHECK(send_signal(process, SIGKILL));
  wait_blocking(*root);
  CHECK_FALSE(find_process(*root));
  CHECK(process_trees(roots).empty());
  CHECK_FALSE(send_signal(tree.front(), SIGKILL));
}

TEST_CASE("a pid that has come to mean another process is not signalled") {
  auto pid = spawn_words({"/bin/sh", "-c", "kill -STOP $$; exit 5"});
  REQUIRE(pid);
  auto other = *find_process(*pid);
  other.start_time += 1;
  CHECK_FALSE(send_signal(other, SIGKILL));
  CHECK_FALSE(open_process(other));
  int raw;
  REQUIRE(::waitpid(*pid, &raw, WUNTRACED) == *pid);
  ::kill(*pid, SIGCONT);
  CHECK(wait_blocking(*pid).code() == 5);
}

TEST_CASE("a name with blanks and parentheses is no trouble") {
  TestPipe out;
  const FdMapping fds[] = {{1, out.writer.get()}};
  auto pid =
      spawn_words({"/bin/sh", "-c", "printf 'a) R 1 (b' > /proc/$$/comm; echo up; kill -STOP $$"},
                  [&](SpawnSpec& spec) { spec.fds = fds; });
  REQUIRE(pid);
  char byte;
  REQUIRE(::read(out.reader.get(), &byte, 1) == 1);
  CHECK(find_process(*pid)->parent == ::getpid());
  ::kill(*pid, SIGKILL);
  wait_blocking(*pid);
}
