#include <catch2/catch.hpp>
#include <unistd.h>

#include "builtins/process_facts_support.h"

using namespace weir::builtins;

TEST_CASE("a line of stat is read whatever the name of the program is", "[why]") {
  const auto facts =
      parse_process_stat("7 (a) b (c) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 5 0 0", 100);
  REQUIRE(facts);
  CHECK(facts->state == 'S');
  CHECK(facts->name == "a) b (c");
  CHECK(facts->cpu == std::chrono::seconds(2));
}

TEST_CASE("what is no such line gives nothing", "[why]") {
  for (const char* text : {"", "7", "7 (a", "7 (a)", "7 (a) ", "7 (a) S 1 2", ")("}) {
    INFO(text);
    CHECK(!parse_process_stat(text, 100));
  }
}

TEST_CASE("this process has facts, one that cannot be has none", "[why]") {
  const auto facts = process_facts(::getpid());
  REQUIRE(facts);
  CHECK(facts->command.find("unit_tests") != std::string::npos);
  CHECK(!process_facts(0x7ffffff0));
}

TEST_CASE("waits have names where people have them", "[why]") {
  ProcessFacts facts;
  facts.state = 'S';
  CHECK(describe_state(facts) == "waits");
  facts.wait_channel = "hrtimer_nanosleep";
  CHECK(describe_state(facts) == "sleeps (hrtimer_nanosleep)");
  facts.wait_channel = "strange_place";
  CHECK(describe_state(facts) == "waits in strange_place");
  facts.state = 'D';
  CHECK(describe_state(facts) == "waits in strange_place, cannot be interrupted");
  facts.state = 'T';
  CHECK(describe_state(facts) == "stopped");
}
