#include "builtins/job_timeline_support.h"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::builtins;
using scheduler::JobState;

namespace {

constexpr int64_t kNow = 1'000'000;
constexpr int64_t kMinute = 60'000;

TimelineRow row_of(int id, JobState state, std::vector<TimelineSpan> spans) {
  return {id, "make all", state, state == JobState::failed ? 2 : 0, std::move(spans)};
}

std::string drawn(const std::vector<TimelineRow>& rows, size_t width, bool ascii = true) {
  return draw_timeline(rows, kNow, kMinute, {.width = width, .ascii = ascii});
}

/// The cells of the row with that number.
std::string bar_of(const std::string& picture, size_t row) {
  size_t at = 0;
  for (size_t i = 0; i <= row; ++i) at = picture.find('\n', at) + 1;
  const size_t begin = picture.find('|', at) + 1;
  return picture.substr(begin, picture.find('|', begin) - begin);
}

}  // namespace

TEST_CASE("a timeline shows running, waiting, stopped and the failure at its end", "[timeline]") {
  const std::string picture = drawn({row_of(1, JobState::failed,
                                            {{JobState::waiting, kNow - kMinute, kNow - 45'000},
                                             {JobState::running, kNow - 45'000, kNow - 30'000},
                                             {JobState::stopped, kNow - 30'000, kNow - 15'000},
                                             {JobState::running, kNow - 15'000, kNow - 1'000}})},
                                    80);
  const std::string bar = bar_of(picture, 0);
  const size_t quarter = bar.size() / 4;
  CHECK(bar[quarter / 2] == '.');
  CHECK(bar[quarter + quarter / 2] == '=');
  CHECK(bar[2 * quarter + quarter / 2] == '-');
  CHECK(bar[3 * quarter + quarter / 2] == '=');
  CHECK(bar.find('x') == bar.find_last_of("x="));
  CHECK(picture.find("failed 2") != std::string::npos);
  CHECK(picture.find("make all") != std::string::npos);
}

TEST_CASE("a job that was over in a moment is seen", "[timeline]") {
  const int64_t when = kNow - kMinute / 2;
  CHECK(bar_of(drawn({row_of(1, JobState::done, {{JobState::running, when, when}})}, 80), 0)
            .find('=') != std::string::npos);
  CHECK(bar_of(drawn({row_of(1, JobState::killed, {{JobState::running, when, when + 1}})}, 80), 0)
            .find('x') != std::string::npos);
}

TEST_CASE("no line of a timeline is wider than the terminal, as far as it can be", "[timeline]") {
  for (size_t width = 40; width < 200; width += 7) {
    const std::string picture = drawn(
        {row_of(1, JobState::running, {{JobState::running, 0, kNow}}),
         row_of(12345, JobState::failed, {{JobState::running, kNow - kMinute, kNow - 1'000}})},
        width);
    for (size_t at = 0; at < picture.size();) {
      const size_t end = picture.find('\n', at);
      CHECK(end - at <= width);
      at = end + 1;
    }
  }
}

TEST_CASE("the marks are ASCII where the terminal shows nothing else", "[timeline]") {
  const std::vector<TimelineRow> rows = {
      row_of(1, JobState::failed, {{JobState::running, kNow - kMinute, kNow - 1'000}})};
  for (const char c : drawn(rows, 80)) CHECK(static_cast<unsigned char>(c) < 0x80);
  CHECK(drawn(rows, 80, false).find("█") != std::string::npos);
  CHECK(drawn({}, 80).empty());
}
