// UnitCount: how many units a cargo command has to build, asked of cargo beside the build.
//
// `cargo … --unit-graph` prints all of them; it is unstable, so RUSTC_BOOTSTRAP is set for this
// question alone. It takes no lock, writes nothing, and gets 13 ms of a processor for 26 units, at
// the lowest priority. Used by run_leased(), which must not wait: the answer is read as it comes,
// and one that does not come in time never does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "gate/environment_list.h"
#include "gate/request.h"

namespace weir::gate {

class UnitCount {
 public:
  /// `words` are those of the build, with words[0]. Nothing when it cannot be asked.
  static std::optional<UnitCount> ask(const std::string& cargo,
                                      const std::vector<std::string>& words,
                                      const EnvironmentList& environment);
  UnitCount(UnitCount&&) noexcept = default;
  UnitCount& operator=(UnitCount&&) noexcept = default;
  /// Ends the question.
  ~UnitCount();

  /// Reads what is there, without waiting; `take` is called once, with the whole answer's number.
  void read(const std::function<void(int)>& take);

 private:
  UnitCount(UniqueFd process, UniqueFd output, Instant deadline)
      : process_(std::move(process)), output_(std::move(output)), deadline_(deadline) {}

  UniqueFd process_;  // a pidfd
  UniqueFd output_;  // none when nothing more is to come
  Instant deadline_;
  std::string text_;
};

/// The units of an answer that a compiler is started for; nothing when it is no such answer.
std::optional<int> count_units(std::string_view answer);

/// The same command as the question for its units: what stands behind `--` stays there.
std::vector<std::string> unit_question(std::vector<std::string> words);

}  // namespace weir::gate
