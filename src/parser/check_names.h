// Names: which the text sets, which it reads, which are constant (046, 060, 061).
//
// The names of a whole text: fed during the walk, asked at its end. Knows no
// order and no branches, so it only speaks of names that nothing sets at all. Keeps
// views of the source, and no nodes: their tree may be gone at the end.
#pragma once

#include <unordered_map>

#include "parser/checks.h"

namespace weir::parser {

class NameCheck {
 public:
  explicit NameCheck(CheckReport& report) : report_(report) {}

  // ---- during the walk
  void assignment(const Assignment& assignment, const Place& place);
  void set(std::string_view name, Span span, const Place& place);
  void parameter(const ParameterPart& part);
  void arithmetic(const ArithExpr& expr, Place place);
  /// An operand of -v, -z or -n is asked for, not needed.
  void test(const TestExpr& test);
  void test_call(const Call& call);
  /// REQUIRES: the builtin sets names.
  void call(const Call& call, const Place& place);
  /// Any command: what it is given.
  void arguments(const Call& call);

  // ---- after it
  void report_unset();
  void report_joined_flags();

 private:
  struct Name {
    std::string_view text;
    uint32_t hash;
    bool operator==(const Name& other) const { return hash == other.hash && text == other.text; }
  };
  struct Hash {
    size_t operator()(const Name& name) const { return name.hash; }
  };
  struct Uses {
    uint32_t sets = 0;
    std::string value = {};        // of the last assignment, where it is static and has a blank
    bool is_asked = false;         // ${x:-}, -v x: the text knows that it may be unset
    std::optional<Span> needed = {};  // where it is first read, as the report shows it
  };
  /// A `$x` that is a whole word of a command.
  struct Argument {
    std::string_view name;
    uint32_t hash;
    Span shown;
    bool is_command_word;
  };

  Uses& uses(std::string_view name, uint32_t hash) { return names_[{name, hash}]; }
  void need(std::string_view name, uint32_t hash, Span span);
  void ask(std::string_view name);
  void ask_operand(TestOp op, const Word& operand);
  /// `readonly NAME`, in the shell itself and not in a branch.
  void make_readonly(const Call& call, const Place& place);
  void check_readonly(std::string_view name, Span span, const Place& place);

  CheckReport& report_;
  std::unordered_map<Name, Uses, Hash> names_;
  std::unordered_map<std::string_view, Span> readonly_;  // and the name where it was made so
  std::vector<Argument> arguments_;
};

}  // namespace weir::parser
