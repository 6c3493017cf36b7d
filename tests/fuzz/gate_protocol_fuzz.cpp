// Bytes from a socket: framed, parsed, read as each kind of message. Nothing crashes, no line is
// longer than allowed, and what was read is written as text that reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gate/daemon/lease_row.h"
#include "gate/protocol/line_framer.h"
#include "gate/protocol/messages.h"
#include "gate/protocol/request_message.h"
#include "gate/protocol/rpc.h"

namespace {

using namespace weir;
using namespace weir::gate;

constexpr size_t kMaxLine = 512;

/// What a parser took must come back from its own JSON.
template <class T>
void check_round_trip(const Value& value, Result<T> (*parse)(const Value&)) {
  using protocol::to_value;
  auto first = parse(value);
  if (!first) return;
  const Value written = to_value(*first);
  auto second = parse(written);
  if (!second || to_value(*second).to_json() != written.to_json()) std::abort();
}

void read_as_each(const Value& params) {
  check_round_trip<Request>(params, protocol::parse_request);
  check_round_trip<protocol::Hello>(params, protocol::parse_hello);
  check_round_trip<protocol::Grant>(params, protocol::parse_grant);
  check_round_trip<protocol::Release>(params, protocol::parse_release);
  check_round_trip<ProcessIdentity>(params, protocol::parse_identity);
  (void)protocol::parse_progress(params);
  (void)daemon::parse_lease_row(params);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  protocol::LineFramer framer(kMaxLine);
  framer.feed(bytes.substr(0, size / 2));
  for (int half = 0; half < 2; ++half) {
    for (;;) {
      auto line = framer.next();
      if (!line) return 0;
      if (!*line) break;
      if ((*line)->size() > kMaxLine) std::abort();
      auto message = protocol::parse_message(**line);
      if (!message) continue;
      const auto* call = std::get_if<protocol::Call>(&*message);
      if (call) read_as_each(call->params);
    }
    if (half == 0) framer.feed(bytes.substr(size / 2));
  }
  return 0;
}
