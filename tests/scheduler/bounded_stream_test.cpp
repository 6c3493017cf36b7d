#include "scheduler/bounded_stream.h"

#include <catch2/catch.hpp>

#include "support/random.h"

using namespace weir;
using namespace weir::loop;
using namespace weir::scheduler;
using namespace weir::test;

namespace {

/// Follows from the start to the end, in reads of at most `max`.
Task<std::string> follow(BoundedStream& stream, size_t max, uint64_t& gaps) {
  std::string all;
  for (uint64_t offset = 0;;) {
    auto chunk = stream.read(offset, max);
    gaps += chunk.offset - offset;
    all += chunk.bytes;
    offset = chunk.offset + chunk.bytes.size();
    if (chunk.end) co_return all;
    if (chunk.bytes.empty()) (void)co_await stream.changed().wait();
  }
}

Task<void> keep(Task<std::string> task, std::string& out) { out = co_await std::move(task); }

Task<void> write_slowly(Loop& loop, BoundedStream& stream, int count) {
  for (int i = 0; i < count; ++i) {
    stream.append("line " + std::to_string(i) + "\n");
    if (i % 3 == 0) co_await loop.yield();
  }
  stream.close();
}

}  // namespace

TEST_CASE("a stream keeps the last bytes and counts the others") {
  Loop loop;
  BoundedStream stream(loop, 10);
  stream.append("12345");
  CHECK(stream.text() == "12345");
  CHECK(stream.stats().dropped == 0);
  stream.append("67890ab");
  CHECK(stream.text() == "34567890ab");
  CHECK(stream.stats().written == 12);
  CHECK(stream.stats().dropped == 2);
  CHECK(stream.stats().retained == 10);
  CHECK_FALSE(stream.stats().closed);
}

TEST_CASE("a read tells a gap, nothing yet and the end apart") {
  Loop loop;
  BoundedStream stream(loop, 4);
  CHECK(stream.read(0, 10).bytes.empty());
  CHECK_FALSE(stream.read(0, 10).end);
  stream.append("abcdef");
  CHECK(stream.read(0, 10).offset == 2);
  CHECK(stream.read(0, 10).bytes == "cdef");
  CHECK(stream.read(3, 2).bytes == "de");
  CHECK(stream.read(6, 10).bytes.empty());
  CHECK_FALSE(stream.read(6, 10).end);
  stream.close();
  CHECK(stream.read(6, 10).end);
  CHECK(stream.read(99, 10).end);
  CHECK_FALSE(stream.read(0, 2).end);
  CHECK(stream.read(0, 4).end);
}

TEST_CASE("a stream without room keeps nothing and still counts") {
  Loop loop;
  BoundedStream stream(loop, 0);
  stream.append("abc");
  CHECK(stream.text().empty());
  CHECK(stream.stats().dropped == 3);
}

TEST_CASE("what was let go of counts as dropped, and writing goes on") {
  Loop loop;
  BoundedStream stream(loop, 4);
  stream.append("abcdef");
  stream.drop();
  CHECK(stream.stats().dropped == 6);
  stream.append("gh");
  CHECK(stream.text() == "gh");
  CHECK(stream.read(0, 9).offset == 6);
}

TEST_CASE("a follower sees everything that is not dropped before it comes") {
  Loop loop;
  BoundedStream stream(loop);
  std::string seen;
  uint64_t gaps = 0;
  struct Body {
    static Task<void> run(Loop& loop, BoundedStream& stream, std::string& seen, uint64_t& gaps) {
      TaskGroup group(loop);
      group.start(keep(follow(stream, 7, gaps), seen));
      group.start(write_slowly(loop, stream, 100));
      co_await group.join();
    }
  };
  loop.run(Body::run(loop, stream, seen, gaps));
  CHECK(seen == stream.text());
  CHECK(gaps == 0);
}

TEST_CASE("random appends and reads agree with a string that keeps everything") {
  Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  for (int round = 0; round < 50; ++round) {
    Loop loop;
    const size_t bound = random.below(200);
    BoundedStream stream(loop, bound);
    std::string model;
    for (int i = 0; i < 100; ++i) {
      const std::string text = random.text("abcdefgh", random.one_in(10) ? 500 : 60);
      stream.append(text);
      model += text;
      const size_t kept = std::min(bound, model.size());
      REQUIRE(stream.text() == model.substr(model.size() - kept));
      const uint64_t offset = random.below(static_cast<uint32_t>(model.size() + 5));
      const size_t max = random.below(100);
      const auto chunk = stream.read(offset, max);
      const uint64_t from = std::clamp<uint64_t>(offset, model.size() - kept, model.size());
      REQUIRE(chunk.offset == from);
      REQUIRE(chunk.bytes == model.substr(from, max));
    }
    CHECK(stream.stats().written == model.size());
    CHECK(stream.stats().retained == std::min(bound, model.size()));
  }
}

TEST_CASE("what a stream drops is told in order, and nothing else") {
  Loop loop;
  Random random;
  INFO("WEIR_TEST_SEED=" << random.seed());
  std::string dropped;
  std::string all;
  BoundedStream stream(loop, 100, [&](std::string_view bytes) { dropped += bytes; });
  for (int i = 0; i < 500; ++i) {
    const std::string bytes = random.text("abc", 250);
    all += bytes;
    stream.append(bytes);
    REQUIRE(dropped + stream.text() == all);
    REQUIRE(stream.stats().dropped == dropped.size());
  }
}
