#include "gate/unit_count.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/value.h"
#include "gate/process_identity.h"

namespace weir::gate {

namespace {

constexpr Duration kLimit{60'000};  // at the lowest priority beside others that are at work
constexpr size_t kMostText = size_t{64} << 20;
constexpr int kLowestPriority = 19;

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// In the child.
[[noreturn]] void become(const std::string& program, char* const* words, char* const* environment,
                         int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::setpriority(PRIO_PROCESS, 0, kLowestPriority);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(program.c_str(), words, environment);
  ::_exit(127);
}

}  // namespace

std::vector<std::string> unit_question(std::vector<std::string> words) {
  const auto end = std::ranges::find(words, "--");
  words.insert(end, {"--unit-graph", "-Zunstable-options", "--offline"});
  return words;
}

std::optional<int> count_units(std::string_view answer) {
  const auto document = Value::parse_json(answer);
  const Value* units =
      document && document->is_record() ? document->as_record().find("units") : nullptr;
  if (!units || !units->is_list()) return std::nullopt;
  return static_cast<int>(std::ranges::count_if(units->as_list(), [](const Value& unit) {
    const Value* mode = unit.is_record() ? unit.as_record().find("mode") : nullptr;
    return mode && mode->is_string() && mode->as_string() != "run-custom-build";
  }));
}

std::optional<UnitCount> UnitCount::ask(const std::string& cargo,
                                        const std::vector<std::string>& words,
                                        const EnvironmentList& environment) {
  EnvironmentList with = environment;
  with.set("RUSTC_BOOTSTRAP", "1");
  with.set("CARGO_MAKEFLAGS", "");  // the pipe of the build is not its own
  const std::vector<std::string> question = unit_question(words);
  const auto argv = pointers_to(question);
  const auto variables = pointers_to(with.entries());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return {};
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  ::fcntl(writer.get(), F_SETFL, 0);  // cargo's end waits
  const pid_t pid = ::fork();
  if (pid == 0) become(cargo, argv.data(), variables.data(), writer.get());
  if (pid < 0) return {};
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return UnitCount(std::move(process), std::move(reader), instant_now() + kLimit);
}

UnitCount::~UnitCount() {
  if (process_) ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
}

void UnitCount::read(const std::function<void(int)>& take) {
  char piece[65536];
  ssize_t size = 0;
  while (output_ && (size = ::read(output_.get(), piece, sizeof piece)) > 0) {
    text_.append(piece, static_cast<size_t>(size));
    if (text_.size() > kMostText) output_.reset();
  }
  if (!output_) return;
  const bool has_ended = size == 0;
  if (!has_ended && instant_now() < deadline_) return;
  output_.reset();
  if (const auto count = has_ended ? count_units(text_) : std::nullopt) take(*count);
  text_.clear();
}

}  // namespace weir::gate
