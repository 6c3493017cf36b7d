#include "scheduler/task_graph.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "support/random.h"

using namespace weir;
using weir::scheduler::TaskGraph;

namespace {

/// "a:b,c" is {id: a, needs: [b, c]}.
List items(std::initializer_list<std::string_view> texts) {
  List all;
  for (std::string_view text : texts) {
    const size_t colon = text.find(':');
    Record record{{"id", Value(text.substr(0, colon))}};
    List needs;
    for (std::string_view rest = colon == text.npos ? "" : text.substr(colon + 1); !rest.empty();) {
      const size_t comma = std::min(rest.find(','), rest.size());
      needs.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    record.set("needs", Value(std::move(needs)));
    all.emplace_back(std::move(record));
  }
  return all;
}

TaskGraph graph_of(std::initializer_list<std::string_view> texts) {
  auto graph = TaskGraph::read(items(texts), "needs");
  REQUIRE(graph);
  return std::move(*graph);
}

std::string error_of(const List& list) {
  auto graph = TaskGraph::read(list, "needs");
  return graph ? "" : graph.error().message;
}

/// The ids of all that is ready now.
std::string take_all(TaskGraph& graph) {
  std::string ids;
  while (auto node = graph.take_ready()) ids += graph.id(*node);
  return ids;
}

}  // namespace

TEST_CASE("what needs nothing is ready, longest remaining path first, then item order") {
  auto graph = graph_of({"a", "b", "c", "d:b", "e:d", "f:c"});
  CHECK(graph.path_length(1) == 3);
  CHECK(take_all(graph) == "bca");
  CHECK(graph.left() == 3);
}

TEST_CASE("a node is ready when all that it needs has succeeded") {
  auto graph = graph_of({"c:a,b,a", "a", "b"});
  CHECK(take_all(graph) == "ab");
  graph.succeeded(1);
  CHECK(take_all(graph).empty());
  graph.succeeded(2);
  CHECK(take_all(graph) == "c");
  CHECK(graph.left() == 0);
}

TEST_CASE("all that stands behind a failure is skipped, once") {
  auto graph = graph_of({"a", "b", "c:a", "d:c", "e:b", "f:d,b"});
  CHECK(take_all(graph) == "ab");
  CHECK(graph.failed(0) == std::vector<size_t>{2, 3, 5});
  CHECK(graph.failed(1) == std::vector<size_t>{4});
  CHECK(graph.left() == 0);
  CHECK(take_all(graph).empty());
}

TEST_CASE("giving up skips what is left") {
  auto graph = graph_of({"a", "b:a", "c"});
  CHECK(graph.take_ready() == 0u);
  CHECK(graph.abandon() == std::vector<size_t>{1, 2});
  graph.succeeded(0);
  CHECK_FALSE(graph.take_ready());
}

TEST_CASE("an item with a hundred thousand needs, each named twice, waits for each once") {
  constexpr int64_t kNeeds = 100'000;
  List list;
  List needs;
  for (int64_t i = 0; i < kNeeds; ++i) {
    list.emplace_back(Record{{"id", Value(i)}});
    needs.emplace_back(i);
    needs.emplace_back(i);
  }
  list.emplace_back(Record{{"id", Value("all")}, {"needs", Value(std::move(needs))}});
  auto graph = TaskGraph::read(list, "needs");
  REQUIRE(graph);
  for (size_t taken = 0; auto node = graph->take_ready(); graph->succeeded(*node)) {
    if (*node != taken++) FAIL("node " << *node << " is taken out of turn");
  }
  CHECK(graph->left() == 0);
}

TEST_CASE("a cycle is told as a path from its first item") {
  CHECK(error_of(items({"x", "c:a", "b:c", "a:x,b"})) == "a cycle: c needs a needs b needs c");
  CHECK(error_of(items({"a:a"})) == "a cycle: a needs a");
  CHECK(error_of(items({"before:b", "b:c", "c:b"})) == "a cycle: b needs c needs b");
}

TEST_CASE("unknown and duplicate ids are errors that name them") {
  CHECK(error_of(items({"build", "test:biuld"})) ==
        "test needs biuld, and no item has that id; did you mean \"build\"?");
  CHECK(error_of(items({"a", "b", "a"})) == "items 0 and 2 have the same id a");
}

TEST_CASE("an id may be a name and a number; needs may be absent, null or one id") {
  const List list = {Value(Record{{"name", Value("a")}}),
                     Value(Record{{"id", Value(7)}, {"name", Value("a")}, {"needs", Value()}}),
                     Value(Record{{"id", Value("b")}, {"needs", Value(7)}})};
  auto graph = TaskGraph::read(list, "needs");
  REQUIRE(graph);
  CHECK(graph->id(1) == "7");
  CHECK(graph->path_length(1) == 2);
}

TEST_CASE("items that are no nodes are errors") {
  CHECK(error_of({Value("a")}) == "item 0 is a string, not a record with an id");
  CHECK(error_of({Value(Record{{"x", Value(1)}})}) == "item 0 has no id and no name");
  CHECK(error_of({Value(Record{{"id", Value(List{})}})}) == "the id of item 0 is a list");
  CHECK(error_of({Value(Record{{"id", Value("a")}, {"needs", Value(List{Value(List{})})}})}) ==
        "needs of a is not a list of ids");
}

TEST_CASE("a chain of 200,000 nodes is no deeper than the native stack") {
  List list;
  for (int i = 0; i < 200'000; ++i) {
    Record record{{"id", Value(i)}};
    if (i > 0) record.set("needs", Value(i - 1));
    list.emplace_back(std::move(record));
  }
  auto graph = TaskGraph::read(list, "needs");
  REQUIRE(graph);
  CHECK(graph->path_length(0) == 200'000);
  CHECK(graph->take_ready() == 0u);
  CHECK(graph->failed(0).size() == 199'999);
}

TEST_CASE("random graphs: everything runs after its needs or is behind a failure") {
  test::Random random;
  INFO("seed " << random.seed());
  for (int round = 0; round < 200; ++round) {
    const uint32_t count = 1 + random.below(30);
    std::vector<std::vector<size_t>> needs(count);
    List list;
    for (uint32_t i = 0; i < count; ++i) {
      List names;
      for (uint32_t j = 0; i > 0 && j < random.below(4); ++j) {
        needs[i].push_back(random.below(i));
        names.emplace_back(static_cast<int64_t>(needs[i].back()));
      }
      list.emplace_back(
          Record{{"id", Value(static_cast<int64_t>(i))}, {"needs", Value(std::move(names))}});
    }
    auto graph = TaskGraph::read(list, "needs");
    REQUIRE(graph);
    std::vector<char> state(count, ' ');
    std::vector<size_t> running;
    for (;;) {
      while (running.empty() || random.one_in(2)) {
        auto node = graph->take_ready();
        if (!node) break;
        REQUIRE(state[*node] == ' ');
        for (size_t need : needs[*node]) REQUIRE(state[need] == '+');
        state[*node] = '>';
        running.push_back(*node);
      }
      if (running.empty()) break;
      std::swap(running[random.below(static_cast<uint32_t>(running.size()))], running.back());
      const size_t node = running.back();
      running.pop_back();
      if (random.one_in(6)) {
        state[node] = '-';
        for (size_t skipped : graph->failed(node)) {
          REQUIRE(state[skipped] == ' ');
          state[skipped] = 's';
        }
      } else {
        state[node] = '+';
        graph->succeeded(node);
      }
    }
    CHECK(graph->left() == 0);
    for (uint32_t i = 0; i < count; ++i) {
      const bool blocked = std::ranges::any_of(
          needs[i], [&](size_t need) { return state[need] == '-' || state[need] == 's'; });
      CHECK((state[i] == 's') == blocked);
    }
  }
}
