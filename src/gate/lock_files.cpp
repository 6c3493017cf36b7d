#include "gate/lock_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cmath>
#include <map>

#include "base/proc_file.h"

namespace weir::gate {

namespace {

/// FNV-1a with 64 bits: the same in every program and version, as names of files must be.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

int processors_by_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(CPU_COUNT(&set), 1);
  return static_cast<int>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
}

/// "QUOTA PERIOD" or "max PERIOD" of one cgroup, in processors.
std::optional<double> quota_of(const std::string& directory) {
  const auto text = read_proc_file(directory + "/cpu.max");
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  const auto quota = parse_number(take_word(rest));
  const auto period = parse_number(take_word(rest));
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// The path of this process in the unified hierarchy: the line "0::PATH".
std::string own_cgroup() {
  const auto text = read_proc_file("/proc/self/cgroup");
  if (!text) return {};
  const size_t at = text->find("0::");
  if (at == std::string::npos) return {};
  return text->substr(at + 3, text->find('\n', at) - at - 3);
}

/// "/" is above what begins with it; nothing is above "/", or above a lane that is a name.
std::string directory_above(const std::string& directory) {
  const size_t slash = directory.rfind('/');
  if (slash == std::string::npos || directory == "/") return {};
  return directory.substr(0, std::max(slash, size_t{1}));
}

/// By path: whether it is shared. A lane's own files come before those of trees.
std::map<std::string, bool> files_of(const Places& places, const LaneKey& lane) {
  std::map<std::string, bool> files;
  for (const LanePart& part : lane.parts()) {
    if (!part.whole_tree) files[lane_file(places, part.directory)] = false;
    for (std::string directory = part.directory; !directory.empty();
         directory = directory_above(directory)) {
      const bool is_own = part.whole_tree && directory == part.directory;
      bool& is_shared = files.try_emplace(tree_file(places, directory), true).first->second;
      is_shared = is_shared && !is_own;
    }
  }
  return files;
}

}  // namespace

Result<std::optional<UniqueFd>> try_lock_file(const std::string& path, bool shared) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) return fail(Error::from_errno(errno, path));
  while (::flock(file.get(), (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return fail(Error::from_errno(errno, path));
  }
  return std::optional(std::move(file));
}

void unlock_file(UniqueFd& file) {
  if (file) ::flock(file.get(), LOCK_UN);
  file.reset();
}

std::string slot_file(const Places& places, int slot) {
  return fmt::format("{}/slot-{}", places.locks(), slot);
}

std::string lane_file(const Places& places, const std::string& directory) {
  return fmt::format("{}/lane-{:016x}", places.locks(), stable_hash(directory));
}

std::string tree_file(const Places& places, const std::string& directory) {
  return fmt::format("{}/tree-{:016x}", places.locks(), stable_hash(directory));
}

Result<std::optional<std::vector<UniqueFd>>> try_lock_lane(const Places& places,
                                                           const LaneKey& lane) {
  std::vector<UniqueFd> files;
  for (const auto& [path, is_shared] : files_of(places, lane)) {
    auto file = try_lock_file(path, is_shared);
    if (!file) return fail(std::move(file.error()));
    if (!*file) return std::nullopt;
    files.push_back(std::move(**file));
  }
  return std::optional(std::move(files));
}

int usable_processors() {
  double processors = processors_by_affinity();
  std::string path = own_cgroup();
  while (!path.empty() && path != "/") {
    if (const auto quota = quota_of("/sys/fs/cgroup" + path))
      processors = std::min(processors, *quota);
    path.resize(path.rfind('/'));
  }
  return std::max(static_cast<int>(std::ceil(processors)), 1);
}

}  // namespace weir::gate
