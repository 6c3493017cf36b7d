// The syntax tree: data only, every node with its span.
//
// Made by parse() (parser.h), read by the kernel, the validator, the plan and
// the printer. All nodes live in the arena of their Unit, are constant and
// trivially destructible; string_views point into the unit's source or arena.
// Nothing here runs or prints itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "parser/arena.h"

namespace weir::parser {

struct Word;
struct Command;
struct List;
struct ValueExpr;
struct ArithExpr;

// ---- words ------------------------------------------------------------------

enum class PartKind : uint8_t {
  literal,       // LiteralPart
  parameter,     // ParameterPart   $x ${x…}
  command,       // CommandPart     $(…)
  arithmetic,    // ArithmeticPart  $((…))
  process,       // ProcessPart     <(…) >(…)
  tilde,         // TildePart       ~ ~user
  brace_list,    // BraceListPart   {a,b}
  brace_range,   // BraceRangePart  {1..5}
};

struct Part {
  PartKind kind;
  bool quoted = false;  // inside "…" ('…', $'…' and \c for literals)
  Span span;
};

/// Text with quoting removed. Where `quoted` is false its * ? [ ] are pattern
/// characters; an escaped or quoted character is always in a quoted part.
struct LiteralPart : Part {
  std::string_view text;
};

struct Subscript {
  const Word* index = nullptr;  // [index]; null in [:end]
  const Word* end = nullptr;    // [begin:end]; null in [begin:]
  bool slice = false;
  Span span;
};

enum class ParameterOp : uint8_t {
  none,
  fallback,       // ${x:-w} ${x-w}
  assign,         // ${x:=w} ${x=w}
  require,        // ${x:?w} ${x?w}
  alternate,      // ${x:+w} ${x+w}
  length,         // ${#x}
  trim_prefix,    // ${x#p}
  trim_prefix_longest,
  trim_suffix,    // ${x%p}
  trim_suffix_longest,
  replace_first,  // ${x/p/r}
  replace_all,    // ${x//p/r}
  replace_prefix, // ${x/#p/r}
  replace_suffix, // ${x/%p/r}
  upper_first,    // ${x^}
  upper_all,
  lower_first,    // ${x,}
  lower_all,
};

struct ParameterPart : Part {
  std::string_view name;  // "x", "1", "10", "@", "*", "#", "?", "!", "$", "-", "0"
  uint32_t name_hash = 0;  // hash_name(name)
  ParameterOp op = ParameterOp::none;
  bool colon = false;   // the ":" of :- := :? :+
  bool braced = false;
  std::span<const Subscript> path;
  const Word* operand = nullptr;      // w, p; null when empty
  const Word* replacement = nullptr;  // r; null when empty
};

struct CommandPart : Part {
  const List* body;
};

struct ArithmeticPart : Part {
  const ArithExpr* expr;  // null for an empty $(( ))
};

struct ProcessPart : Part {
  const List* body;
  bool writes;  // >(…): the process reads what is written to the path
};

struct TildePart : Part {
  std::string_view user;  // empty for ~
};

struct BraceListPart : Part {
  std::span<const Word* const> items;  // two or more
};

/// {1..5}, {a..e..2}: endpoints as written (zero padding matters), step as a number.
struct BraceRangePart : Part {
  std::string_view from;
  std::string_view to;
  int64_t step = 1;
};

struct Word {
  Span span;
  std::span<const Part* const> parts;
  /// The whole text when the word is only literals (then is_static): no
  /// expansion, tilde, brace or unquoted pattern character in it.
  std::string_view text;
  bool is_static = false;
  bool has_quotes = false;        // any quoting, so '' is a word and "5" is a string
  bool has_pattern = false;       // an unquoted * ? or [ in a literal part (at any brace depth)
  bool has_brace = false;         // a brace_list or brace_range part
  bool has_substitution = false;  // $(…), <(…) or >(…) at any depth: expanding may wait
  bool spread = false;            // ...$xs; then parts hold what follows the dots
};

// ---- values -----------------------------------------------------------------

enum class ValueKind : uint8_t { word, list, record };

struct RecordEntry {
  const Word* key = nullptr;  // null for a spread
  const ValueExpr* value = nullptr;
  bool spread = false;  // ...$xs: value is the word
};

/// What stands in value position: a word (typed when it is an unquoted static
/// bareword, D14), [a b c] or {k: v}.
struct ValueExpr {
  ValueKind kind = ValueKind::word;
  Span span;
  const Word* word = nullptr;                     // word
  std::span<const ValueExpr* const> items;        // list; a spread is a word with spread set
  std::span<const RecordEntry> entries;           // record
  bool has_substitution = false;
};

struct Assignment {
  Span span;
  Span name_span;
  std::string_view name;
  uint32_t name_hash = 0;
  std::span<const Subscript> path;     // r[k][0]=v
  bool append = false;                 // +=
  const ValueExpr* value = nullptr;    // null for `x=`: the empty string
};

// ---- arithmetic ---------------------------------------------------------------

enum class ArithOp : uint8_t {
  number,
  variable,
  word,           // leaves: 12, x or xs[i], "$x" or $(…)
  negate,
  plus,
  logical_not,
  bit_not,
  pre_increment,
  pre_decrement,
  post_increment,
  post_decrement,
  power,
  multiply,
  divide,
  modulo,
  add,
  subtract,
  shift_left,
  shift_right,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  bit_and,
  bit_xor,
  bit_or,
  logical_and,
  logical_or,
  conditional,
  comma,
  assign,
  assign_multiply,
  assign_divide,
  assign_modulo,
  assign_add,
  assign_subtract,
  assign_shift_left,
  assign_shift_right,
  assign_and,
  assign_xor,
  assign_or,
};

/// = += … ++ --: `a` is the variable that is set.
constexpr bool is_assignment(ArithOp op) {
  return op >= ArithOp::assign || (op >= ArithOp::pre_increment && op <= ArithOp::post_decrement);
}

/// Operands: a (unary, left, condition, target), b (right, then), c (else).
struct ArithExpr {
  ArithOp op;
  Span span;
  int64_t number = 0;                            // number
  std::string_view name = {};                    // variable
  uint32_t name_hash = 0;
  std::span<const ArithExpr* const> indices = {};  // variable: xs[i][j]
  std::span<const Word* const> keys = {};  // same length; set where the index is a plain key word
  const Word* word_operand = nullptr;  // word
  const ArithExpr* a = nullptr;
  const ArithExpr* b = nullptr;
  const ArithExpr* c = nullptr;
  bool has_substitution = false;  // in this expression or below
};

// ---- tests --------------------------------------------------------------------

enum class TestOp : uint8_t {
  logical_not,
  logical_and,
  logical_or,  // a, b
  nonempty,  // left alone: [[ word ]]
  // unary, on left
  exists,
  is_file,
  is_directory,
  readable,
  writable,
  executable,
  nonempty_file,
  is_link,
  is_pipe,
  is_socket,
  is_block,
  is_char,
  is_terminal,
  setuid,
  setgid,
  sticky,
  owned,
  group_owned,
  zero_length,
  nonzero_length,
  variable_set,
  is_list,
  is_record,
  // binary, left and right
  newer,
  older,
  same_file,
  equal,
  not_equal,
  less,
  greater,
  matches,
  not_matches,
  num_equal,
  num_not_equal,
  num_less,
  num_less_equal,
  num_greater,
  num_greater_equal,
  in,
  not_in,
};

struct TestExpr {
  TestOp op;
  Span span;
  const Word* left = nullptr;
  const Word* right = nullptr;  // pattern for equal/not_equal; regex for matches
  const ValueExpr* right_value = nullptr;  // for in / not_in
  const TestExpr* a = nullptr;
  const TestExpr* b = nullptr;
  bool has_substitution = false;
};

// ---- commands -----------------------------------------------------------------

enum class RedirectOp : uint8_t {
  read,  // <
  write,  // >
  append,  // >>
  clobber,  // >|
  read_write,  // <>
  dup_in,  // <&   target is a word (digits, or - to close)
  dup_out,  // >&
  both,  // &>   stdout and stderr
  both_append,  // &>>
  here_document,  // << <<-
  here_string,  // <<<
};

struct Redirect {
  RedirectOp op;
  int fd = -1;  // -1: the operator's default (0 or 1)
  std::string_view fd_variable;  // {name}>: the chosen number lands in the variable
  Span span;
  const Word* target = nullptr;  // file, digits, "-", or the body of a here-document/-string
};

enum class CommandKind : uint8_t {
  simple,
  group,
  subshell,
  if_,
  while_,
  for_in,
  for_arith,
  case_,
  function,
  arithmetic,
  test,
};

struct Command {
  CommandKind kind;
  bool has_substitution = false;  // simple, arithmetic, test, for/case heads: words may wait
  Span span;
  std::span<const Redirect> redirects;
};

struct SimpleCommand : Command {
  std::span<const Assignment> assignments;
  std::span<const Word* const> words;
  /// Words after a declaration command (export, local, readonly) that are
  /// assignments: `export A=[1 2]`. Same length as words or empty; null where
  /// the word is an ordinary one.
  std::span<const Assignment* const> declarations;
};

struct GroupCommand : Command {  // { …; } and ( … ) by kind
  const List* body;
};

struct IfBranch {
  const List* condition;  // null for else
  const List* body;
};
struct IfCommand : Command {
  std::span<const IfBranch> branches;
};

struct WhileCommand : Command {
  bool until;
  const List* condition;
  const List* body;
};

struct ForInCommand : Command {
  std::string_view name;
  Span name_span;
  uint32_t name_hash = 0;
  bool has_in = false;  // without `in`: the positional parameters
  std::span<const ValueExpr* const> items;
  const List* body;
};

struct ForArithCommand : Command {
  const ArithExpr* init;  // each may be null
  const ArithExpr* condition;
  const ArithExpr* step;
  const List* body;
};

enum class CaseEnd : uint8_t { stop, fall_through, test_next };  // ;; ;& ;;&
struct CaseItem {
  std::span<const Word* const> patterns;
  const List* body;  // may be empty
  CaseEnd end = CaseEnd::stop;
};
struct CaseCommand : Command {
  const ValueExpr* subject;
  std::span<const CaseItem> items;
};

struct FunctionCommand : Command {
  std::string_view name;
  Span name_span;
  const Command* body;
};

struct ArithmeticCommand : Command {
  const ArithExpr* expr;  // null for (( ))
};

struct TestCommand : Command {
  const TestExpr* expr;
};

struct Stage {
  const Command* command;
  bool pipe_stderr = false;  // followed by |& instead of |: 2>&1 is its last redirection
};

struct Pipeline {
  Span span;
  bool negated = false;
  bool timed = false;  // the keyword time
  bool timed_posix = false;  // time -p
  std::span<const Stage> stages;  // empty only for a bare `time`
};

enum class Connector : uint8_t { first, and_if, or_if };
struct AndOrItem {
  Connector connector;
  const Pipeline* pipeline;
};

struct ListItem {
  Span span;
  std::span<const AndOrItem> items;
  bool background = false;  // ended by &
};

struct List {
  Span span;
  std::span<const ListItem> items;
};

/// One parsed text. Shared: by the evaluation and by functions it defined.
struct Unit {
  std::string name;  // "script.ksh", "-c", "stdin", "entry 12"
  std::string source;
  uint32_t first_line = 1;
  Arena arena;
  const List* body = nullptr;

  /// One-based line and column (column in code points) of a byte offset.
  struct Position {
    uint32_t line, column;
  };
  Position position(uint32_t offset) const;
  mutable std::vector<uint32_t> line_starts = {};  // filled by the first position()
  struct Column {
    uint32_t line = 0, at = 0, column = 1;
  };
  mutable Column last_column = {};  // what position() found last
  std::string_view text(Span span) const {
    return std::string_view(source).substr(span.begin, span.end - span.begin);
  }
};
using UnitPtr = std::shared_ptr<const Unit>;

/// FNV-1a, the hash that name_hash fields hold and scopes look up by.
constexpr uint32_t hash_name(std::string_view name) {
  uint32_t h = 2166136261u;
  for (char c : name) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h;
}

/// `as<SimpleCommand>(command)`. REQUIRES: the kind says so.
template <class Node, class Base>
const Node& as(const Base& base) {
  return static_cast<const Node&>(base);
}

}  // namespace weir::parser
