#include "gate/finished_units.h"

#include <dirent.h>

#include <functional>
#include <memory>
#include <string_view>

namespace weir::gate {

namespace {

void each_entry(const std::string& directory, const std::function<void(std::string_view)>& visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(directory.c_str()), ::closedir);
  if (!dir) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_name[0] != '.') visit(entry->d_name);
  }
}

}  // namespace

FinishedUnits::FinishedUnits(const LaneKey& lane) {
  for (const LanePart& part : lane.parts())
    directories_.push_back(part.directory + "/.fingerprint");
}

void FinishedUnits::look_at(const std::string& directory) {
  each_entry(directory, [&](std::string_view file) {
    if (!file.ends_with(".json")) return;
    (file.starts_with("run-build-script-") ? run_only_ : done_).insert(directory);
  });
}

int FinishedUnits::count() {
  for (const std::string& directory : directories_) {
    each_entry(directory, [&](std::string_view unit) {
      const std::string path = directory + '/' + std::string(unit);
      if (!done_.contains(path) && !run_only_.contains(path)) look_at(path);
    });
  }
  return static_cast<int>(done_.size());
}

}  // namespace weir::gate
