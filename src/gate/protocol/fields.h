// Fields: reads the members of a message's record and keeps the first thing that is wrong.
//
// So a conversion is a list of lines and one look at the end. Members that are not asked for are
// passed over: a newer peer may say more. Used by the conversions of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/value.h"

namespace weir::gate::protocol {

class Fields {
 public:
  /// `value` must outlive this. `where` begins each error: "params", "lane.parts".
  Fields(const Value& value, std::string where);

  /// The member when it is there and not null.
  const Value* find(std::string_view name) const;

  // A required one without a fallback; with one, it may be missing.
  std::string text(std::string_view name);
  std::string text(std::string_view name, std::string_view fallback);
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most,
                      std::int64_t fallback);
  /// 0 or more.
  std::uint64_t id(std::string_view name);
  bool flag(std::string_view name, bool fallback);

  void wrong(std::string_view name, std::string_view what);
  /// The first error.
  Result<void> finish() const;

 private:
  const Value* required(std::string_view name);
  const Record* record_ = nullptr;
  std::string where_;
  std::string error_;
};

}  // namespace weir::gate::protocol
