// The main of unit_tests and pty_tests. Catch2's own code is compiled here and nowhere else.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <string_view>

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

namespace {

/// No test takes a tenth of it, with the sanitizers and beside other work.
constexpr unsigned kMostSeconds = 300;

/// A test that hangs ends the program by SIGABRT, for which Catch2 names the test and the line that
/// it came to: a hang is a failure with a name, and not a run that somebody has to end.
class HangWatch : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testCaseStarting(const Catch::TestCaseInfo& /*test*/) override {
    struct sigaction action{};
    action.sa_handler = [](int) {
      constexpr std::string_view kText = "the test hung: it had not ended after 300 s\n";
      (void)!::write(STDERR_FILENO, kText.data(), kText.size());
      ::abort();
    };
    ::sigaction(SIGALRM, &action, nullptr);
    ::alarm(kMostSeconds);
  }
  void testCaseEnded(const Catch::TestCaseStats& /*stats*/) override { ::alarm(0); }
};

}  // namespace

CATCH_REGISTER_LISTENER(HangWatch)
