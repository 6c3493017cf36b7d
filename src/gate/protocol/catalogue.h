// Catalogue: the methods of the gate as data, and the OpenRPC document made of it.
//
// `rpc.discover` answers with the document. A test compares the catalogue with what the daemon
// really takes, so that neither can be forgotten.
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"

namespace weir::gate::protocol {

struct ParameterInfo {
  std::string_view name;
  std::string_view type;  // of JSON Schema: "integer", "string", "boolean", "object", "array"
  std::string_view help;
  bool required = false;
};

struct MethodInfo {
  std::string_view name;
  std::string_view help;
  std::span<const ParameterInfo> parameters;
  std::string_view result;  // what it answers with
};

std::span<const MethodInfo> methods();
/// OpenRPC 1.2.6.
Value discover_document();

}  // namespace weir::gate::protocol
