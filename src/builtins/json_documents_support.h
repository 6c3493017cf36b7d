// JsonDocuments: cuts a stream of JSON documents, one after the other, wherever
// its pieces end.
//
// Looks only for where a document ends (brackets and strings); what is in it is
// for Value::parse_json. With `each` the elements of a top-level array count as
// documents, so an endless array streams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::builtins {

class JsonDocuments {
 public:
  explicit JsonDocuments(bool each = false) : each_(each) {}

  void add(std::string_view piece);
  /// No more pieces: a number or word at the end is complete now.
  void end() { ended_ = true; }
  bool ended() const { return ended_; }

  struct Document {
    std::string_view text;  // good until the next add()
    uint64_t offset;        // of its first byte in the whole stream
    bool misplaced = false;  // an element of `each` without a comma in front
  };
  /// The next complete document. A misplaced comma or bracket comes as a document,
  /// which fails to parse.
  std::optional<Document> next();

  /// After end(): the stream stops inside a document, or inside the array of `each`,
  /// that began at this byte.
  std::optional<uint64_t> unfinished() const;

 private:
  bool skip_separators();
  bool find_end();
  uint64_t offset_of(size_t at) const { return dropped_ + at; }

  std::string text_;
  uint64_t dropped_ = 0;  // bytes that were in front of text_
  size_t begin_ = 0;      // of the document that is looked at
  size_t at_ = 0;         // looked at so far
  int64_t depth_ = 0;
  bool in_string_ = false;
  bool started_ = false;    // begin_ is a document's first byte
  bool misplaced_ = false;  // that document
  bool ended_ = false;
  bool at_start_ = true;  // of the stream: where a byte order mark may be

  enum class Array : uint8_t { none, before_first, element, after_element, after_comma };
  bool each_;
  Array array_ = Array::none;  // with each_: where in the top-level array
  uint64_t array_began_ = 0;
};

}  // namespace weir::builtins
