// KeyMap: which keys run which command of the editor. One table, which `bindkey` changes.
//
// Emacs keys by default, with what fish and readline users reach for. A key with
// shift that is not bound is as if shift was not held.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "repl/key.h"

namespace weir::repl {

class KeyMap {
 public:
  /// The keys that weir begins with.
  static KeyMap emacs();

  struct Match {
    std::string_view command;  // empty: the keys are not bound
    bool is_prefix = false;    // more keys could make a longer sequence
  };
  Match find(const KeySequence& keys) const;

  /// Replaces what the keys did. The command is taken as it is: the caller knows the names.
  void bind(const KeySequence& keys, std::string command);
  /// False when they were not bound.
  bool unbind(const KeySequence& keys);

  const std::map<KeySequence, std::string>& bindings() const { return bindings_; }

 private:
  std::map<KeySequence, std::string> bindings_;
};

}  // namespace weir::repl
