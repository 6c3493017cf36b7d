#include "support/doomed_program.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <new>
#include <string_view>

#include "base/proc_file.h"
#include "base/process_stat.h"

namespace weir::test {

namespace {

constexpr std::array kSteps = {SYS_write,     SYS_writev, SYS_pwrite64, SYS_sendmsg, SYS_sendto,
                               SYS_fdatasync, SYS_fsync,  SYS_flock,    SYS_fcntl,   SYS_pipe2,
                               SYS_unlink,    SYS_rename, SYS_openat,   SYS_close,   SYS_ftruncate,
                               SYS_fork,      SYS_vfork,  SYS_clone,    SYS_clone3};

constexpr long kOptions =
    PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

[[noreturn]] void become_traced(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::setsid();
  for (const int fd : {0, 1, 2}) ::dup2(::open("/dev/null", O_RDWR | O_CLOEXEC), fd);
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
  ::raise(SIGSTOP);
  ::execv(words[0], words.data());
  ::_exit(127);
}

/// A call of kSteps that has not been made yet.
bool is_at_step(pid_t thread) {
  __ptrace_syscall_info info{};
  const long size = ::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
  return size > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY &&
         std::ranges::find(kSteps, static_cast<long>(info.entry.nr)) != kSteps.end();
}

/// Runs until it waits for something or has ended.
void await_rest(pid_t process) {
  constexpr int kMostLooks = 1000;
  for (int looks = 0; looks < kMostLooks; ++looks) {
    const auto stat = read_process_stat(process);
    if (!stat || (stat->state != 'R' && stat->state != 'D')) return;
    ::usleep(1000);
  }
}

/// What it has forked before gets as far as it can without it.
void await_children(pid_t program) {
  const std::string pid = std::to_string(program);
  const auto text = read_proc_file("/proc/" + pid + "/task/" + pid + "/children");
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (const auto child = parse_number(take_word(rest))) await_rest(static_cast<pid_t>(*child));
}

}  // namespace

bool DoomedProgram::is_last_step(pid_t thread, Shared& shared) {
  return shared.steps_left > 0 && is_at_step(thread) && --shared.steps_left == 0;
}

/// The tracer: lets it go from one system call to the next.
void DoomedProgram::trace(const std::vector<std::string>& argv, Shared& shared, int tell) {
  const pid_t program = ::fork();
  if (program == 0) become_traced(argv);
  int status = 0;
  if (::waitpid(program, &status, 0) != program || !WIFSTOPPED(status)) return;
  if (::ptrace(PTRACE_SETOPTIONS, program, nullptr, kOptions) != 0) return;
  ::ptrace(PTRACE_SYSCALL, program, nullptr, nullptr);
  (void)!::write(tell, "t", 1);
  for (;;) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) return;
    if (!WIFSTOPPED(status)) {
      if (thread == program) return;
      continue;
    }
    const int signal = WSTOPSIG(status);
    const bool is_call = signal == (SIGTRAP | 0x80);
    if (is_call && is_last_step(thread, shared)) {
      await_children(program);
      ::kill(program, SIGKILL);
      while (::waitpid(-1, &status, __WALL) > 0 || errno == EINTR) {
      }
      shared.has_died = true;
      return;
    }
    // New threads stop once by themselves.
    const bool is_own = is_call || signal == SIGTRAP || signal == SIGSTOP;
    ::ptrace(PTRACE_SYSCALL, thread, nullptr, is_own ? 0L : static_cast<long>(signal));
  }
}

DoomedProgram::DoomedProgram(std::vector<std::string> argv) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  shared_ = new (memory) Shared;
  Shared& shared = *shared_;
  tracer_ = std::make_unique<GateChild>([&](int tell) { trace(argv, shared, tell); });
  runs_ = tracer_->hear() == 't';
}

DoomedProgram::~DoomedProgram() {
  tracer_.reset();
  ::munmap(shared_, sizeof(Shared));
}

bool DoomedProgram::runs() const { return runs_; }
void DoomedProgram::kill_before(int step) { shared_->steps_left = step; }

}  // namespace weir::test
