#include "repl/completion_match.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include "base/text.h"

namespace weir::repl {

namespace {

enum class Fit : uint8_t { prefix, folded_prefix, substring, subsequence, none };

bool holds_in_order(std::string_view text, std::string_view letters) {
  size_t at = 0;
  for (const char c : text) {
    if (at < letters.size() && c == letters[at]) ++at;
  }
  return at == letters.size();
}

Fit fit_of(std::string_view value, std::string_view typed, std::string_view folded_typed) {
  if (value.starts_with(typed)) return Fit::prefix;
  const std::string folded = lower_all(value);
  if (folded.starts_with(folded_typed)) return Fit::folded_prefix;
  if (folded.find(folded_typed) != std::string::npos) return Fit::substring;
  // A letter or two are in nearly everything.
  constexpr size_t kShortestSubsequence = 3;
  const bool is_long = folded_typed.size() >= kShortestSubsequence;
  return is_long && holds_in_order(folded, folded_typed) ? Fit::subsequence : Fit::none;
}

}  // namespace

std::vector<Offer> matching_offers(std::vector<Offer> offers, std::string_view typed) {
  const std::string folded_typed = lower_all(typed);
  std::vector<Offer> kept;
  Fit best = Fit::subsequence;
  for (Offer& offer : offers) {
    const Fit fit = fit_of(offer.value, typed, folded_typed);
    if (fit > best || fit == Fit::none) continue;
    if (fit < best) kept.clear();
    best = fit;
    kept.push_back(std::move(offer));
  }
  std::map<std::string, Offer> sorted;  // of equal ones the first stays
  for (Offer& offer : kept) sorted.try_emplace(offer.value, std::move(offer));
  kept.clear();
  for (auto& [value, offer] : sorted) kept.push_back(std::move(offer));
  std::ranges::sort(kept, [](const Offer& a, const Offer& b) {
    return std::tie(a.rank, a.value) < std::tie(b.rank, b.value);
  });
  return kept;
}

}  // namespace weir::repl
