// Subscripts: reading and changing what is inside a value (LANGUAGE 3.4, 3.5).
//
// Pure functions of values, used by expansion, path assignment, `unset` and the
// row builtins. Errors are for people: they say what is there. Whether an error
// means that something is absent, so that ${x[k]:-default} may step in, is asked
// with is_absent(): a wrong kind of subscript never is.
#pragma once

#include <optional>
#include <span>

#include "base/value.h"

namespace weir::kernel {

/// A record's value by key text, or a list's by integer (negative: from the end).
/// A subscript of null counts as absent: JSON says null where a field is missing.
Result<Value> element(const Value& container, const Value& index);
/// The same without a copy; points into the container.
Result<const Value*> find_element(const Value& container, const Value& index);

/// [from, to) of a list, or of a scalar's text by code points. Negative bounds
/// count from the end; bounds beyond the ends mean the ends.
Result<Value> slice(const Value& container, std::optional<int64_t> from, std::optional<int64_t> to);

bool is_absent(const Error& error);

/// Sets what the path leads to. Only the last record key may be new; a list's
/// index has to be there. Copies on write, so other holders see nothing.
/// REQUIRES: the path is not empty.
Result<void> set_path(Value& root, std::span<const Value> path, Value value);
/// Removes a record's key or a list's element (the later ones move up).
/// REQUIRES: the path is not empty.
Result<void> erase_path(Value& root, std::span<const Value> path);
/// The value that the path leads to, for changing it in place (`push r[k] v`).
Result<Value*> edit_path(Value& root, std::span<const Value> path);

/// ${#x}: elements, keys, or code points of a scalar's text.
Result<int64_t> length(const Value& value);

/// `+=`. Lists join, records merge (later keys win), scalars concatenate as
/// text, as in sh: x=1; x+=1 gives the string 11. Null counts as nothing yet. A
/// list takes no scalar: the error names `push`.
Result<Value> append_value(Value old, Value more);
/// The same in place: a list that nobody shares grows without being copied. An
/// error changes nothing.
Result<void> append_to(Value& target, Value more);
/// `r[k][0]+=v`, in place. The last record key may be new; an empty path is the root.
Result<void> append_path(Value& root, std::span<const Value> path, Value more);

}  // namespace weir::kernel
