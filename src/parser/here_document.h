// BodyFrame: while the text of an unquoted here-document is read.
//
// Its text is a stretch of the source of its own, so that nothing in it can read
// past the delimiter's line.
#pragma once

#include "parser/builder.h"

namespace weir::parser {

class BodyFrame {
 public:
  BodyFrame(Builder& b, BodyRange body);
  /// The pieces read become the body of the oldest pending here-document.
  void finish();

 private:
  Builder& b_;
  BodyRange body_;
  PendingHereDocument document_;
  size_t mark_;
  size_t first_piece_;
  size_t first_pending_;
  bool quoted_;
  bool strips_tabs_;
};

}  // namespace weir::parser
