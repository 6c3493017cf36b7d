// Any bytes read as JSON: no crash, and what was read survives being written.
#include <cstdlib>

#include "base/value.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = weir::Value::parse_json(text);
  if (!value) {
    if (value.error().message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  const std::string json = value->to_json();
  const auto again = weir::Value::parse_json(json);
  if (!again || !(*again == *value) || again->to_json() != json) std::abort();
  return 0;
}
