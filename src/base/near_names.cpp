#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weir {

namespace {

/// Longer names are no slips of the finger, and the distance takes their product.
constexpr size_t kMaxLength = 64;

size_t allowed_mistakes(size_t length) {
  if (length <= 2) return 1;
  return length < 6 ? 1 + (length == 5) : 2 + (length >= 12);
}

/// Damerau-Levenshtein, optimal string alignment: the fewest insertions,
/// deletions, replacements and swaps of neighbours. Gives limit + 1 beyond it.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
  size_t rows[3][kMaxLength + 1];
  size_t* before = rows[0];
  size_t* above = rows[1];
  size_t* current = rows[2];
  for (size_t k = 0; k <= b.size(); ++k) above[k] = k;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    size_t best = i;
    for (size_t k = 1; k <= b.size(); ++k) {
      const size_t replaced = above[k - 1] + (a[i - 1] != b[k - 1]);
      current[k] = std::min({replaced, above[k] + 1, current[k - 1] + 1});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
        current[k] = std::min(current[k], before[k - 2] + 1);
      }
      best = std::min(best, current[k]);
    }
    if (best > limit) return limit + 1;
    size_t* const oldest = before;
    before = above;
    above = current;
    current = oldest;
  }
  return above[b.size()];
}

struct Candidate {
  size_t mistakes;
  bool other_first;  // people rarely get the first letter wrong
  std::string_view name;

  auto operator<=>(const Candidate&) const = default;
};

}  // namespace

std::vector<std::string> near_names(std::string_view wanted,
                                    std::span<const std::string_view> known, size_t max) {
  std::vector<Candidate> near;
  if (wanted.empty() || wanted.size() > kMaxLength) return {};
  const size_t limit = allowed_mistakes(wanted.size());
  const std::string folded = lower_all(wanted);
  for (const std::string_view name : known) {
    if (name == wanted || name.empty() || name.size() > kMaxLength) continue;
    if (name.size() > wanted.size() + limit || wanted.size() > name.size() + limit) continue;
    const size_t mistakes = lower_all(name) == folded ? 0 : distance(wanted, name, limit);
    // All letters different is another word, not a slip.
    if (mistakes > limit || mistakes >= std::max(wanted.size(), name.size())) continue;
    near.push_back({mistakes, name[0] != wanted[0], name});
  }
  std::ranges::sort(near);
  const auto same = std::ranges::unique(near, {}, &Candidate::name);
  near.erase(same.begin(), same.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(max, near.size()); ++i) names.emplace_back(near[i].name);
  return names;
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> known) {
  const auto names = near_names(wanted, known, 1);
  return names.empty() ? "" : fmt::format("; did you mean \"{}\"?", names[0]);
}

}  // namespace weir
