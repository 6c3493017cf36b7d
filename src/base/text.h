// Text: what weir needs to know about bytes that are usually UTF-8.
//
// Every function takes any bytes. Where they are not UTF-8, each byte that is
// not part of a valid sequence counts as one character of its own, so nothing
// is ever lost and every byte has a place. Nothing here depends on the locale.
// Implemented in utf8.cpp, letter_case.cpp, base64.cpp, quote_word.cpp,
// units.cpp, one_line.cpp and near_names.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir {

// ---- UTF-8 ------------------------------------------------------------------

struct CodePoint {
  char32_t value;  // the byte itself where !valid
  uint8_t size;    // bytes taken, 1 to 4
  bool valid;
};

/// The character that begins at `at`. REQUIRES: at < text.size().
CodePoint decode_code_point(std::string_view text, size_t at);
void append_utf8(std::string& out, char32_t code_point);

/// Strict: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
size_t count_code_points(std::string_view text);
/// The characters [from, to); past the end means the end.
std::string_view slice_code_points(std::string_view text, size_t from, size_t to);
/// Invalid bytes replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

/// Terminal columns, by the Unicode tables; control characters take none.
size_t display_width(std::string_view text);
/// What of a line fits into that many columns; where something is left out it ends with "…".
std::string fit_width(std::string_view text, size_t width);
/// Each line that is wider broken at blanks. What goes on is indented as its line: below the second
/// column of two (two blanks are between them), below what follows "usage: NAME", or as it began.
std::string wrap_lines(std::string_view text, size_t width);

// ---- letter case (simple Unicode mappings, one character to one) --------------

std::string upper_first(std::string_view text);
std::string upper_all(std::string_view text);
std::string lower_first(std::string_view text);
std::string lower_all(std::string_view text);

// ---- base64 (RFC 4648, with padding) ------------------------------------------

std::string base64_encode(std::string_view bytes);
/// Strict: no blanks, full padding, unused bits zero.
std::optional<std::string> base64_decode(std::string_view text);

// ---- text that others chose, for a terminal -------------------------------------

/// One line: line ends, tabs and other control characters become blanks, one for one. Those of C1
/// are among them (ECMA-48 5.3), in UTF-8 and as bytes: a terminal may take them for commands.
std::string one_line(std::string_view text);
/// The same of several lines: line ends and tabs stay.
std::string harmless_lines(std::string_view text);

// ---- quoting ------------------------------------------------------------------

/// A word that weir and bash read back as exactly `text`: plain when that is
/// safe, '…' otherwise, $'…' where there are control characters or bytes that
/// are not UTF-8. For printing; never given to another shell to run.
std::string quote_word(std::string_view text);

// ---- durations and sizes --------------------------------------------------------

/// "1", "1.5", "200ms", "5s", "2m", "1h", "1d", "1h30m"; a bare number is seconds.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// For people: "350ms", "12s", "3m10s", "1h04m", "2d03h". parse_duration reads it.
std::string format_duration(std::chrono::nanoseconds duration);

/// Bytes: "512", "64K", "10M", "1.5G", "2T"; also KiB (1024) and KB (1000); in both cases.
Result<uint64_t> parse_size(std::string_view text);
/// For people: "512B", "64K", "1.5M". parse_size reads it.
std::string format_size(uint64_t bytes);

// ---- did you mean -----------------------------------------------------------------

/// The names a person may have meant, best first, at most `max`: few typing
/// mistakes away (a swap of neighbours is one), or the same but for case.
std::vector<std::string> near_names(std::string_view wanted,
                                    std::span<const std::string_view> known, size_t max = 3);
/// `; did you mean "port"?`, or nothing when no name is near.
std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace weir
