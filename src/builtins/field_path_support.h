// FieldPath: where a row builtin looks in each row: `name`, `user.name`, `runs.-1.code`.
//
// Keys and indices with dots between them, or subscripts as in ${r[user][name]}
// (quoted for the shell, which takes [ for a pattern): 'user[name]'. A key that
// holds a dot is a quoted subscript, '["a.b"]'. A dot alone is the row itself.
// A bad path is an error before any row is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace weir::builtins {

class FieldPath {
 public:
  /// Errors show the path and what is wrong with it.
  static Result<FieldPath> parse(std::string_view text);

  /// Points into the row. Absence (kernel::is_absent) is apart from a wrong kind of value.
  Result<const Value*> find(const Value& row) const;
  const std::string& text() const { return text_; }
  /// A list has no such field: the path begins with a word that is no index.
  bool starts_with_key() const;
  /// Takes a leading index (digits alone) off the path; nothing where there is none.
  std::optional<uint64_t> take_index();
  /// The last key of the path, for naming what it leads to; empty for the row itself.
  std::string last_name() const { return steps_.empty() ? "" : steps_.back().to_text(); }

 private:
  std::string text_;
  std::vector<Value> steps_;
};

/// A path and what stands for a field that is not there.
class Field {
 public:
  Field(FieldPath path, std::optional<Value> otherwise)
      : path_(std::move(path)), otherwise_(std::move(otherwise)) {}

  /// The element, or the default where there is none. The error names row and field.
  Result<const Value*> of(const Value& row, uint64_t number) const;
  const FieldPath& path() const { return path_; }

 private:
  FieldPath path_;
  std::optional<Value> otherwise_;
};

/// A value written as a flag's argument: typed ones stay, words read as in an assignment.
Value typed_word(Value word);

}  // namespace weir::builtins
