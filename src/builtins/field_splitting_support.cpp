#include "builtins/field_splitting_support.h"

#include <algorithm>

#include "base/text.h"

namespace weir::builtins {

namespace {

enum class Class : uint8_t { plain, blank, separator };

/// The line by characters, each with what IFS makes of it.
class Characters {
 public:
  Characters(const InputLine& line, std::string_view ifs) : line_(line), ifs_(ifs) {}

  size_t size() const { return line_.text.size(); }
  size_t step(size_t at) const { return decode_code_point(line_.text, at).size; }

  Class at(size_t index) const {
    if (!line_.escaped.empty() && line_.escaped[index]) return Class::plain;
    const std::string_view character = std::string_view(line_.text).substr(index, step(index));
    for (size_t i = 0; i < ifs_.size(); i += decode_code_point(ifs_, i).size) {
      if (ifs_.substr(i, decode_code_point(ifs_, i).size) != character) continue;
      return character == " " || character == "\t" || character == "\n" ? Class::blank
                                                                        : Class::separator;
    }
    return Class::plain;
  }

  size_t skip_blanks(size_t at) const {
    while (at < size() && this->at(at) == Class::blank) ++at;
    return at;
  }
  size_t end_of_field(size_t at) const {
    while (at < size() && this->at(at) == Class::plain) at += step(at);
    return at;
  }
  /// Blanks around at most one separator that is no blank.
  size_t skip_delimiter(size_t at) const {
    at = skip_blanks(at);
    if (at < size() && this->at(at) == Class::separator) at = skip_blanks(at + step(at));
    return at;
  }
  /// The end of the text before `end` without blanks of IFS.
  size_t trim(size_t begin, size_t end) const {
    while (end > begin && at(end - 1) == Class::blank) --end;
    return end;
  }

 private:
  const InputLine& line_;
  std::string_view ifs_;
};

}  // namespace

void InputLine::append(std::string_view bytes, bool is_escaped) {
  if (is_escaped) escaped.resize(text.size(), false);
  text += bytes;
  if (is_escaped || !escaped.empty()) escaped.resize(text.size(), is_escaped);
}

std::vector<std::string> split_fields(const InputLine& line, std::string_view ifs, size_t max) {
  if (ifs.empty() && !line.text.empty()) return {line.text};
  const Characters characters(line, ifs);
  std::vector<std::string> fields;
  size_t at = characters.skip_blanks(0);
  while (at < characters.size()) {
    const size_t end = characters.end_of_field(at);
    const size_t next = characters.skip_delimiter(end);
    if (fields.size() + 1 == max && next < characters.size()) {
      // More follows: the last name gets it all, with its separators.
      const size_t last = characters.trim(at, characters.size());
      fields.push_back(line.text.substr(at, last - at));
      return fields;
    }
    fields.push_back(line.text.substr(at, end - at));
    at = next;
  }
  return fields;
}

}  // namespace weir::builtins
