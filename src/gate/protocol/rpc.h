// JSON-RPC 2.0: the envelope of every message of the gate, to and from one line of JSON.
//
// A call has an id and is answered once; a notification has none and is not answered. Batches are
// refused: a message is a line. Both sides use it; what methods mean is in messages.h.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/value.h"

namespace weir::gate::protocol {

/// The numbers of JSON-RPC, then ours.
enum class RpcCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  not_found = -32001,  // no such request, lease or hold
  draining = -32002,   // the daemon takes no new requests and will end
  too_many = -32003,   // this client has too much on its way
  version = -32004,    // no version of the protocol that both speak: `gate restart`
  hello_first = -32005,
  killed = -32006,     // `gate kill` ended the wait
  ignored = -32007,    // the command ignores that signal
};

struct RpcError {
  RpcCode code = RpcCode::internal_error;
  std::string message;
};

struct Call {
  Value id;  // a string or an int; null: a notification
  std::string method;
  Value params;  // a record, a list, or null when left out

  bool is_notification() const { return id.is_null(); }
};

struct Reply {
  Value id;
  std::variant<Value, RpcError> result;
};

using Message = std::variant<Call, Reply>;

/// The message in a line. The error says what to answer: parse_error or invalid_request.
std::expected<Message, RpcError> parse_message(std::string_view line);

/// One line of JSON with its newline.
std::string to_line(const Call& call);
std::string to_line(const Reply& reply);

/// What a client reports of a reply that is an error.
Error to_error(const RpcError& error);

}  // namespace weir::gate::protocol
