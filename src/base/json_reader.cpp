// JSON text to Value, by the SAX interface of nlohmann/json: its parser keeps
// no native stack, checks UTF-8 and builds nothing of its own.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/value.h"

namespace weir {

namespace {

constexpr size_t kMaxDepth = 1000;
constexpr size_t kMaxReason = 160;

using Json = nlohmann::json;

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax
/// error while parsing value - REASON" → "REASON", one line of bounded length.
std::string reason_of(std::string_view what) {
  if (const size_t id = what.find("] "); what.starts_with('[') && id != std::string_view::npos) {
    what.remove_prefix(id + 2);
  }
  constexpr std::string_view while_parsing = "syntax error while parsing ";
  if (const size_t at = what.find(while_parsing); at != std::string_view::npos) {
    what.remove_prefix(at);
    if (const size_t dash = what.find(" - "); dash != std::string_view::npos) {
      what.remove_prefix(dash + 3);
    }
  }
  std::string reason(what);
  if (reason.size() > kMaxReason) reason = to_valid_utf8(reason.substr(0, kMaxReason)) + "…";
  return reason;
}

Error error_at(size_t position, std::string_view reason) {
  return {ErrorKind::invalid, fmt::format("invalid JSON at byte {}: {}", position, reason), {}, 0};
}

/// {"$bytes": "<base64>"} is how bytes that are not UTF-8 travel (LANGUAGE 3.8).
std::optional<std::string> wrapped_bytes(const Record& record) {
  if (record.size() != 1 || record.begin()->first != "$bytes") return std::nullopt;
  const Value& value = record.begin()->second;
  if (!value.is_string()) return std::nullopt;
  return base64_decode(value.as_string());
}

class Builder {
 public:
  explicit Builder(const std::atomic<bool>* stop) : stop_(stop) {}

  bool null() { return add({}); }
  bool boolean(bool b) { return add(b); }
  bool number_integer(int64_t i) { return add(i); }
  /// An integer beyond 64 bits becomes a float, as it does for larger ones in the lexer.
  bool number_unsigned(uint64_t u) {
    constexpr auto max = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return u <= max ? add(static_cast<int64_t>(u)) : add(static_cast<double>(u));
  }
  bool number_float(double d, const std::string&) { return add(d); }
  bool string(std::string& s) { return add(std::move(s)); }
  bool binary(Json::binary_t&) { return false; }  // only in binary formats

  bool start_array(size_t) { return open(List()); }
  bool start_object(size_t) { return open(Record()); }
  bool key(std::string& key) {
    open_.back().key = std::move(key);
    return true;
  }
  bool end_array() { return close(); }
  bool end_object() { return close(); }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception& e) {
    error_ = error_at(position, reason_of(e.what()));
    return false;
  }

  Result<Value> take(bool parsed) {
    if (error_) return fail(std::move(*error_));
    if (!parsed) return fail(ErrorKind::invalid, "invalid JSON");
    return std::move(root_);
  }

 private:
  struct Frame {
    Value collection;
    std::string key;  // of the member to come, in a record
  };

  bool add(Value value) {
    if (stop_ && stop_->load(std::memory_order_relaxed)) {
      error_ = Error{ErrorKind::cancelled, "cancelled", {}, 0};
      return false;
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = open_.back();
    if (frame.collection.is_list()) {
      frame.collection.list_mut().push_back(std::move(value));
    } else {
      frame.collection.record_mut().set(std::move(frame.key), std::move(value));
    }
    return true;
  }

  bool open(Value collection) {
    if (open_.size() == kMaxDepth) {
      error_ = Error{
          ErrorKind::limit, fmt::format("JSON nested deeper than {} levels", kMaxDepth), {}, 0};
      return false;
    }
    open_.push_back({std::move(collection), {}});
    return true;
  }

  bool close() {
    Value done = std::move(open_.back().collection);
    open_.pop_back();
    if (done.is_record()) {
      if (auto bytes = wrapped_bytes(done.as_record())) done = Value(std::move(*bytes));
    }
    return add(std::move(done));
  }

  const std::atomic<bool>* stop_;
  std::vector<Frame> open_;
  Value root_;
  std::optional<Error> error_;
};

}  // namespace

Result<Value> Value::parse_json(std::string_view text, const std::atomic<bool>* stop) {
  // nlohmann's lexer takes a NUL byte for the end and would ignore the rest.
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return fail(error_at(nul + 1, "a NUL byte"));
  }
  Builder builder(stop);
  const bool parsed = Json::sax_parse(text, &builder);
  return builder.take(parsed);
}

}  // namespace weir
