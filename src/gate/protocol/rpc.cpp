#include "gate/protocol/rpc.h"

#include <limits>

namespace weir::gate::protocol {

namespace {

std::unexpected<RpcError> invalid(std::string message) {
  return std::unexpected(RpcError{RpcCode::invalid_request, std::move(message)});
}

std::expected<Message, RpcError> parse_call(const Record& record, const Value* id,
                                            const Value& method) {
  if (!method.is_string()) return invalid("method must be a string");
  Call call{.id = id ? *id : Value(), .method = method.as_string(), .params = {}};
  if (const Value* params = record.find("params")) {
    if (params->is_scalar() && !params->is_null()) {
      return invalid("params must be an object or an array");
    }
    call.params = *params;
  }
  return call;
}

std::expected<Message, RpcError> parse_error_reply(Value id, const Value& error) {
  if (!error.is_record()) return invalid("error must be an object");
  const Value* code = error.as_record().find("code");
  const Value* message = error.as_record().find("message");
  if (!code || !code->is_int() || !message || !message->is_string()) {
    return invalid("error must have a code and a message");
  }
  const std::int64_t number = code->as_int();
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  if (number < -kMost || number > kMost) return invalid("error.code is out of range");
  return Reply{std::move(id),
               RpcError{static_cast<RpcCode>(static_cast<int>(number)), message->as_string()}};
}

}  // namespace

std::expected<Message, RpcError> parse_message(std::string_view line) {
  auto value = Value::parse_json(line);
  if (!value) return std::unexpected(RpcError{RpcCode::parse_error, value.error().message});
  if (!value->is_record()) return invalid("a message must be an object; batches are not taken");
  const Record& record = value->as_record();
  const Value* version = record.find("jsonrpc");
  if (!version || !version->is_string() || version->as_string() != "2.0") {
    return invalid("jsonrpc must be \"2.0\"");
  }
  const Value* id = record.find("id");
  if (id && !id->is_null() && !id->is_int() && !id->is_string()) {
    return invalid("id must be a string or an integer");
  }
  if (const Value* method = record.find("method")) return parse_call(record, id, *method);
  if (!id) return invalid("neither a method nor an id");
  if (const Value* error = record.find("error")) return parse_error_reply(*id, *error);
  if (const Value* result = record.find("result")) return Reply{*id, *result};
  return invalid("a reply needs a result or an error");
}

std::string to_line(const Call& call) {
  Record record{{"jsonrpc", "2.0"}};
  if (!call.id.is_null()) record.set("id", call.id);
  record.set("method", call.method);
  if (!call.params.is_null()) record.set("params", call.params);
  return Value(std::move(record)).to_json() + '\n';
}

std::string to_line(const Reply& reply) {
  Record record{{"jsonrpc", "2.0"}, {"id", reply.id}};
  if (const auto* error = std::get_if<RpcError>(&reply.result)) {
    record.set("error",
               Record{{"code", static_cast<int>(error->code)}, {"message", Value(error->message)}});
  } else {
    record.set("result", std::get<Value>(reply.result));
  }
  return Value(std::move(record)).to_json() + '\n';
}

Error to_error(const RpcError& error) {
  const auto kind = [&] {
    switch (error.code) {
      case RpcCode::not_found:
        return ErrorKind::not_found;
      case RpcCode::draining:
      case RpcCode::version:
      case RpcCode::ignored:
        return ErrorKind::refused;
      case RpcCode::killed:
        return ErrorKind::cancelled;
      case RpcCode::too_many:
        return ErrorKind::limit;
      default:
        return ErrorKind::invalid;
    }
  }();
  return Error{kind, error.message, {}, 0};
}

}  // namespace weir::gate::protocol
