#include "gate/lane.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace weir::gate {
namespace {

bool is_below(std::string_view directory, std::string_view tree) {
  if (tree == "/") return directory.starts_with('/');  // a name is no path
  return directory.starts_with(tree) &&
         (directory.size() == tree.size() || directory[tree.size()] == '/');
}

bool covers(const LanePart& a, const LanePart& b) {
  return a.whole_tree && is_below(b.directory, a.directory);
}

bool parts_meet(const LanePart& a, const LanePart& b) {
  return a.directory == b.directory || covers(a, b) || covers(b, a);
}

}  // namespace

LaneKey::LaneKey(std::vector<LanePart> parts) {
  std::ranges::sort(parts);
  parts.erase(std::ranges::unique(parts).begin(), parts.end());
  for (const LanePart& part : parts) {
    const bool covered = std::ranges::any_of(
        parts, [&](const LanePart& other) { return &other != &part && covers(other, part); });
    if (!covered) parts_.push_back(part);
  }
  for (const LanePart& part : parts_) {
    const std::uint64_t own = std::hash<std::string>{}(part.directory) + (part.whole_tree ? 1 : 0);
    hash_ = (hash_ ^ own) * 0x9e3779b97f4a7c15u + 1;
    // What lies below a tree can have any hash.
    signature_ |= part.whole_tree ? ~std::uint64_t{0} : std::uint64_t{1} << (own >> 7 & 63);
  }
}

bool LaneKey::meets(const LaneKey& other) const {
  if ((signature_ & other.signature_) == 0) return false;
  return std::ranges::any_of(parts_, [&](const LanePart& a) {
    return std::ranges::any_of(other.parts_, [&](const LanePart& b) { return parts_meet(a, b); });
  });
}

std::string LaneKey::shown() const {
  std::string text;
  for (const LanePart& part : parts_) {
    if (!text.empty()) text += ", ";
    text += part.directory;
    if (part.whole_tree) text += part.directory == "/" ? "**" : "/**";
  }
  return text;
}

}  // namespace weir::gate
