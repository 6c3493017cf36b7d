// Style: how a character looks on the terminal: colours and attributes.
//
// A value: cells are compared by it, and the painter makes an SGR sequence of it
// (ECMA-48 8.3.117). Who decides on styles (highlighter, prompt, menu) knows
// nothing of escape sequences.
#pragma once

#include <cstdint>
#include <string>

#include "base/span.h"

namespace weir::repl {

/// The terminal's own colour, one of its 256, or 24 bits.
struct Color {
  static constexpr int32_t kDefault = -1;
  static constexpr int32_t kRgb = 1 << 24;
  int32_t value = kDefault;  // 0 to 255, or kRgb | 0xRRGGBB

  static constexpr Color palette(uint8_t index) { return {index}; }
  static constexpr Color rgb(uint8_t r, uint8_t g, uint8_t b) {
    return {kRgb | r << 16 | g << 8 | b};
  }
  friend bool operator==(Color, Color) = default;
};

struct Style {
  enum Attribute : uint8_t {
    bold = 1,
    dim = 2,
    italic = 4,
    underline = 8,
    reverse = 16,
    strike = 32
  };
  Color foreground;
  Color background;
  uint8_t attributes = 0;

  friend bool operator==(const Style&, const Style&) = default;
};

/// A stretch of a text and its style; where stretches overlap the later one wins.
struct StyledSpan {
  Span span;
  Style style;
};

/// For who wants no colours: grey is dim, which is no colour; other attributes stay.
Style without_colors(Style style);

/// The sequence that shows `style` whatever was shown before: "\e[0;1;31m".
std::string sgr_sequence(const Style& style);

}  // namespace weir::repl
