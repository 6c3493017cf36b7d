// A wall clock that a test can turn, for LD_PRELOAD: the file that TURNED_CLOCK names holds one
// 64-bit number of seconds, by which every program that has this object sees CLOCK_REALTIME wrong.
//
// Other clocks, what the kernel waits for and the times of files stay right: a program that waited
// until an instant of the wall clock would wait for years here.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

const volatile std::int64_t* turned_by() {
  static const volatile std::int64_t* const seconds = [] {
    const char* path = ::getenv("TURNED_CLOCK");
    const int file = path ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
    void* page = file < 0 ? MAP_FAILED
                          : ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) ::close(file);
    return page == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t*>(page);
  }();
  return seconds;
}

int read_clock(clockid_t clock, timespec* time) {
  const long got = ::syscall(SYS_clock_gettime, clock, time);
  const bool is_wall =
      clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
  if (got == 0 && is_wall && turned_by()) time->tv_sec += *turned_by();
  return static_cast<int>(got);
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec* time) noexcept {
  return read_clock(clock, time);
}

__attribute__((visibility("default"))) int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  timespec now{};
  if (read_clock(CLOCK_REALTIME, &now) != 0) return -1;
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

__attribute__((visibility("default"))) time_t time(time_t* time) noexcept {
  timespec now{};
  read_clock(CLOCK_REALTIME, &now);
  if (time) *time = now.tv_sec;
  return now.tv_sec;
}
}
