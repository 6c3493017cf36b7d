// The shared bodies of lists and records; for value.cpp and record.cpp only.
//
// Values nest as deep as a script likes (`x=[$x]` in a loop), so destroying one
// must not recurse: a body that dies hands its nested collections to a list of
// the thread that is emptied one after the other by the outermost destructor.
#pragma once

#include "base/value.h"

namespace weir {

/// Destroys nested collections without recursion. Leaves null in their place.
void dismantle(Value& nested);

struct ListBody : List {
  explicit ListBody(List list) : List(std::move(list)) {}
  ListBody(const ListBody&) = delete;
  ListBody& operator=(const ListBody&) = delete;
  ~ListBody() {
    for (Value& item : *this) {
      if (!item.is_scalar()) dismantle(item);
    }
  }
};

/// Record's own destructor dismantles.
using RecordBody = Record;

}  // namespace weir
