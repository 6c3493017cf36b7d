// Comparisons of values, for [[ ]], test, case-like builtins and sort-by (LANGUAGE 5).
//
// Two typed numbers compare as numbers, exactly, also an int with a float; two
// collections compare deeply; scalars otherwise compare as their text. A
// collection against a scalar is an error, never false.
#pragma once

#include <compare>

#include "base/value.h"
#include "parser/ast.h"

namespace weir::kernel {

/// == without patterns.
Result<bool> values_equal(const Value& a, const Value& b);
/// < of [[ ]]: numbers as numbers, other scalars by the bytes of their text.
Result<bool> value_less(const Value& a, const Value& b);

/// The number that -eq and its kin take: an int or a float Value. Text may hold
/// one, with blanks around and leading zeros (decimal), as POSIX test has it.
Result<Value> to_number(const Value& value);
/// -eq -ne -lt -le -gt -ge. REQUIRES: op is one of num_*.
Result<bool> compare_numbers(parser::TestOp op, const Value& a, const Value& b);

/// `item in container`: an element of a list, a key of a record.
Result<bool> contains(const Value& container, const Value& item);

/// A total order for sorting: null, false, true, numbers (NaN first), strings by
/// bytes, lists, records (by keys, then values). Equal numbers are equivalent.
std::weak_ordering sort_order(const Value& a, const Value& b);
/// A number for each value: where two of them differ, they order as sort_order() does.
uint64_t sort_prefix(const Value& value);

}  // namespace weir::kernel
