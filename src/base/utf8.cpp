#include <utf8proc.h>

#include <cstring>

#include "base/text.h"

namespace weir {

namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

/// How many of the first bytes are ASCII, eight at a time.
size_t ascii_prefix(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (word & kHighBits) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

/// The second byte's range is what excludes overlong forms and surrogates
/// (Unicode 15, table 3-7).
bool is_second_byte(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return is_continuation(second);
  }
}

uint8_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

}  // namespace

CodePoint decode_code_point(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  const uint8_t length = sequence_length(first);
  if (length == 1) return {first, 1, true};
  const CodePoint invalid{first, 1, false};
  if (length == 0 || text.size() - at < length || !is_second_byte(first, byte(1))) return invalid;
  char32_t value = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(byte(i))) return invalid;
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  return {value, length, true};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
}

bool is_utf8(std::string_view text) {
  size_t i = ascii_prefix(text);
  while (i < text.size()) {
    const CodePoint c = decode_code_point(text, i);
    if (!c.valid) return false;
    i += c.size;
    if (c.size == 1) i += ascii_prefix(text.substr(i));
  }
  return true;
}

size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t ascii = ascii_prefix(text.substr(i));
    count += ascii;
    i += ascii;
    while (i < text.size() && static_cast<unsigned char>(text[i]) >= 0x80) {
      i += decode_code_point(text, i).size;
      ++count;
    }
  }
  return count;
}

namespace {

/// The byte offset of the character `count` after `at`.
size_t skip_code_points(std::string_view text, size_t at, size_t count) {
  while (count > 0 && at < text.size()) {
    const size_t ascii = std::min(ascii_prefix(text.substr(at, count)), count);
    at += ascii;
    count -= ascii;
    if (count > 0 && at < text.size()) {
      at += decode_code_point(text, at).size;
      --count;
    }
  }
  return at;
}

}  // namespace

std::string_view slice_code_points(std::string_view text, size_t from, size_t to) {
  if (to <= from) return {};
  const size_t begin = skip_code_points(text, 0, from);
  const size_t end = skip_code_points(text, begin, to - from);
  return text.substr(begin, end - begin);
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_code_point(text, i);
    if (c.valid) {
      out.append(text, i, c.size);
    } else {
      append_utf8(out, 0xFFFD);
    }
    i += c.size;
  }
  return out;
}

namespace {

size_t width_of(const CodePoint& c) {
  if (c.size == 1 && c.valid) return c.value >= 0x20 && c.value != 0x7F;
  return c.valid ? static_cast<size_t>(utf8proc_charwidth(static_cast<int32_t>(c.value))) : 1;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_code_point(text, i);
    width += width_of(c);
    i += c.size;
  }
  return width;
}

std::string fit_width(std::string_view text, size_t width) {
  size_t used = 0;
  size_t kept = 0;  // bytes that leave room for the sign
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_code_point(text, i);
    used += width_of(c);
    if (used > width) return std::string(text.substr(0, kept)).append(width > 0 ? "…" : "");
    i += c.size;
    if (used < width) kept = i;
  }
  return std::string(text);
}

}  // namespace weir
