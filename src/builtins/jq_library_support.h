// JqLibrary: libjq, loaded when it is first needed, and values to and from its own.
//
// jq.h is included only in the jq* files. A jv belongs to whoever holds it:
// functions of libjq take over what they are given.
#pragma once

#include <jq.h>

#include <string>

#include "base/value.h"

namespace weir::builtins {

/// The functions of libjq that are used, by their names there.
// clang-format off: it makes stairs of this
#define WEIR_JQ_FUNCTIONS(X) \
  X(jq_init) X(jq_teardown) X(jq_compile_args) X(jq_start) X(jq_next) X(jq_set_error_cb) \
  X(jq_set_input_cb) X(jq_halt) X(jq_halted) X(jq_get_exit_code) X(jq_get_error_message) \
  X(jq_set_attr) X(jv_get_kind) X(jv_copy) X(jv_free) X(jv_invalid) X(jv_invalid_has_msg) \
  X(jv_invalid_get_msg) X(jv_null) X(jv_true) X(jv_false) X(jv_number) X(jv_number_value) \
  X(jv_string_sized) X(jv_string_value) X(jv_string_length_bytes) X(jv_array) \
  X(jv_array_append) X(jv_array_length) X(jv_array_get) X(jv_object) X(jv_object_set) \
  X(jv_object_iter) X(jv_object_iter_next) X(jv_object_iter_valid) X(jv_object_iter_key) \
  X(jv_object_iter_value) X(jv_dump_string) X(jv_parser_new) X(jv_parser_set_buf) \
  X(jv_parser_next) X(jv_parser_free)
// clang-format on

struct JqLibrary {
#define WEIR_JQ_MEMBER(name) decltype(&::name) name = nullptr;
  WEIR_JQ_FUNCTIONS(WEIR_JQ_MEMBER)
#undef WEIR_JQ_MEMBER

  /// Loads it once for the process. The error names the package to install.
  static Result<const JqLibrary*> load();

  /// Bytes that are not UTF-8 travel as {"$bytes": "<base64>"}. What is nested deeper
  /// than kMaxDepth is an invalid jv: libjq uses the native stack.
  jv to_jv(const Value& value, int depth = 0) const;
  /// Takes `value` over. Whole numbers within 2^53 become ints. Null where it is
  /// nested deeper than kMaxDepth.
  Value from_jv(jv value, int depth = 0) const;
  static constexpr int kMaxDepth = 2000;
  /// Takes `string` over.
  std::string text_of(jv string) const;
  jv string(std::string_view text) const {
    return jv_string_sized(text.data(), static_cast<int>(text.size()));
  }

 private:
  jv list_to_jv(const List& list, int depth) const;
  jv record_to_jv(const Record& record, int depth) const;
  Value list_from_jv(jv value, int depth) const;
  Value record_from_jv(jv value, int depth) const;
};

}  // namespace weir::builtins
