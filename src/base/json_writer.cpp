// Value to JSON text. Compact and fast for machines, indented for people. The
// stack is our own: values nest deeper than the native one.
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "base/value.h"

namespace weir {

namespace {

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  out += "\\u00";
  out += hex[c >> 4];
  out += hex[c & 0xF];
}

/// REQUIRES: is_utf8(text).
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    append_escape(out, c);
    copied = i + 1;
  }
  out.append(text, copied);
  out += '"';
}

/// JSON has no form for bytes: LANGUAGE 3.8 wraps them.
void append_string(std::string& out, const std::string& text) {
  if (is_utf8(text)) {
    append_quoted(out, text);
  } else {
    out += R"({"$bytes":")";
    out += base64_encode(text);
    out += "\"}";
  }
}

/// A key has to be a string: bytes that are not UTF-8 become U+FFFD.
void append_key(std::string& out, const std::string& key) {
  append_quoted(out, is_utf8(key) ? std::string_view(key) : to_valid_utf8(key));
}

void append_int(std::string& out, int64_t i) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, i).ptr);
}

void append_scalar(std::string& out, const Value& value) {
  switch (value.type()) {
    case Value::Type::boolean:
      out += value.as_bool() ? "true" : "false";
      break;
    case Value::Type::integer:
      append_int(out, value.as_int());
      break;
    case Value::Type::string:
      append_string(out, value.as_string());
      break;
    case Value::Type::real:
      // JSON has no NaN and no infinity.
      out += std::isfinite(value.as_real()) ? real_to_text(value.as_real()) : "null";
      break;
    default:
      out += "null";
  }
}

/// A collection being written, and how many of its members are.
struct Frame {
  const Value* collection;
  size_t written;

  size_t size() const {
    return collection->is_list() ? collection->as_list().size() : collection->as_record().size();
  }
};

class JsonWriter {
 public:
  JsonWriter(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void write(const Value& root) {
    write_or_open(root);
    while (!open_.empty()) write_next_member();
  }

 private:
  void write_or_open(const Value& value) {
    if (value.is_scalar()) {
      append_scalar(out_, value);
    } else {
      out_ += value.is_list() ? '[' : '{';
      open_.push_back({&value, 0});
    }
  }

  void write_next_member() {
    Frame& frame = open_.back();
    const size_t i = frame.written++;
    if (i == frame.size()) {
      close(frame);
      return;
    }
    if (i > 0) out_ += ',';
    if (pretty_) start_line(open_.size());
    if (frame.collection->is_list()) {
      write_or_open(frame.collection->as_list()[i]);
    } else {
      const auto& [key, value] =
          frame.collection->as_record().begin()[static_cast<std::ptrdiff_t>(i)];
      append_key(out_, key);
      out_ += pretty_ ? ": " : ":";
      write_or_open(value);
    }
  }

  void close(const Frame& frame) {
    if (pretty_ && frame.size() > 0) start_line(open_.size() - 1);
    out_ += frame.collection->is_list() ? ']' : '}';
    open_.pop_back();
  }

  void start_line(size_t depth) {
    out_ += '\n';
    out_.append(2 * depth, ' ');
  }

  std::string& out_;
  bool pretty_;
  std::vector<Frame> open_;
};

}  // namespace

void Value::append_json(std::string& out) const {
  if (is_scalar()) {
    append_scalar(out, *this);
  } else {
    JsonWriter(out, false).write(*this);
  }
}

std::string Value::to_pretty_json() const {
  std::string out;
  JsonWriter(out, true).write(*this);
  return out;
}

}  // namespace weir
