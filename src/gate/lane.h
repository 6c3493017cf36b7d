// LaneKey: the directories that a command will lock while it compiles.
//
// A lane is the set of canonical build directories of a request (or a name, for
// `gate run --lane K`). Two requests whose keys meet must not hold their lanes at
// the same time. A lane only saves slots: cargo's own lock stays the truth, so a
// wrong key wastes time and never breaks a build. Pure; used by the policy, the
// protocol and the routes, which make the keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::gate {

struct LanePart {
  std::string directory;    // canonical and absolute, without a trailing slash (but for "/")
  bool whole_tree = false;  // everything below it, too (`cargo clean`)

  friend auto operator<=>(const LanePart&, const LanePart&) = default;
};

class LaneKey {
 public:
  LaneKey() = default;  // meets nothing
  /// Sorts the parts and drops those that are there twice or below a whole tree.
  explicit LaneKey(std::vector<LanePart> parts);

  /// Whether the two share a directory, or one holds a tree with a directory of the other.
  bool meets(const LaneKey& other) const;
  bool empty() const { return parts_.empty(); }
  const std::vector<LanePart>& parts() const { return parts_; }
  /// For people: the directories with ", " between them, a whole tree as "DIR/**"; "" when empty.
  std::string shown() const;

  /// Equal keys have equal hashes; 0 when empty. For tables that must be quick.
  std::uint64_t hash() const { return hash_; }
  /// Keys whose signatures have no bit in common do not meet.
  std::uint64_t signature() const { return signature_; }

  friend bool operator==(const LaneKey& a, const LaneKey& b) { return a.parts_ == b.parts_; }

 private:
  std::vector<LanePart> parts_;
  std::uint64_t hash_ = 0;
  std::uint64_t signature_ = 0;
};

}  // namespace weir::gate
