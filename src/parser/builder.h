// Builder: the state that the grammar's rules and actions share while a text is
// parsed. It turns what was recognized into nodes of the unit's arena.
//
// A stack machine: a finished node is pushed on the stack of its kind, and the
// node above takes what was pushed since it began. The stacks are reused for the
// whole text, so building a node allocates in the arena only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/ast.h"
#include "parser/syntax_error.h"

namespace weir::parser {

/// Nodes that are built but not yet taken by the node above them.
template <class T>
class Scratch {
 public:
  Scratch() { items_.reserve(64); }
  size_t size() const { return items_.size(); }
  void push(T item) { items_.push_back(item); }
  T pop() {
    T item = items_.back();
    items_.pop_back();
    return item;
  }
  T& back() { return items_.back(); }
  T& operator[](size_t i) { return items_[i]; }
  const T& operator[](size_t i) const { return items_[i]; }
  void truncate(size_t size) {
    if (items_.size() > size)
      items_.erase(items_.begin() + static_cast<ptrdiff_t>(size), items_.end());
  }
  std::span<const T> since(size_t mark) const { return std::span<const T>(items_).subspan(mark); }
  /// What was pushed since `mark`, moved to the arena.
  std::span<const T> take(Arena& arena, size_t mark) {
    auto kept = arena.copy(since(mark));
    truncate(mark);
    return kept;
  }

 private:
  std::vector<T> items_;
};

/// A part of a word, or a brace or comma that may still turn out to be text.
struct Piece {
  enum class Mark : uint8_t { none, open, comma };
  Part* part;
  Mark mark = Mark::none;
};

/// A { in the word that is being read.
struct OpenBrace {
  size_t piece;  // its index in Builder::pieces
  uint32_t commas = 0;
};

/// A here-document whose body follows the next newline.
struct PendingHereDocument {
  Word* body;  // filled in when the body is read
  std::string_view delimiter;
  Span redirect;
  bool strips_tabs = false;
  bool quoted = false;
  Command* owner = nullptr;  // told when the body holds a substitution
};

struct ArithOperand {
  const ArithExpr* expr;
  uint32_t height;  // of the tree
};

struct ArithOperator {
  enum class Form : uint8_t { prefix, infix, question, colon };
  ArithOp op;
  Form form;
  uint8_t precedence;
  uint32_t begin;
};

struct TestNode {
  const TestExpr* expr;
  uint32_t height;
};

/// The name of a function or a loop variable.
struct NameRef {
  std::string_view text;
  Span span;
  bool has_in = false;  // for: `in` was read
};

struct PipelineDraft {
  bool negated = false;
  bool timed = false;
  bool posix = false;
};

struct SubscriptDraft {
  const Word* begin = nullptr;
  const Word* end = nullptr;
  bool slice = false;
};

struct AssignmentDraft {
  Span name;
  bool append = false;
};

/// An argument of export, local or readonly that is an assignment.
struct Declared {
  size_t word;  // index in Builder::words
  const Assignment* assignment;
};

/// Where a here-document's body is, and where reading goes on.
struct BodyRange {
  const char* from;
  const char* to;
  const char* next;
};

/// A redirection that is being read.
struct RedirectDraft {
  int fd = -1;
  std::string_view fd_variable;
  uint32_t begin = 0;
  uint32_t operator_end = 0;
  RedirectOp op = RedirectOp::read;
  bool strips_tabs = false;
};

class ItemReader;

struct Builder {
  explicit Builder(Unit& unit_);

  // The text.
  Unit& unit;
  Arena& arena;
  const char* base;
  const char* end;
  uint32_t offset(const char* p) const { return static_cast<uint32_t>(p - base); }
  Span span(const char* from, const char* to) const { return {offset(from), offset(to)}; }

  // Words (word_builder.cpp).
  Scratch<Piece> pieces;
  Scratch<OpenBrace> braces;
  size_t first_piece = 0;  // pieces below are of enclosing words
  size_t first_brace = 0;  // braces below are of enclosing words
  Scratch<Word*> words;
  Scratch<Subscript> subscripts;
  ParameterPart* parameter = nullptr;  // the ${…} that is being read
  bool quoted = false;                 // inside "…" or a here-document
  bool spread = false;                 // the word began with ...
  SubscriptDraft subscript;
  bool in_brace() const { return braces.size() > first_brace; }
  void add_literal(const char* from, const char* to, bool quoted_text);
  void add_literal(std::string_view text, Span at, bool quoted_text);
  void add_bare_word(const char* from, const char* to);
  void open_brace(const char* at);
  void brace_comma(const char* at);
  void close_brace(const char* at);
  /// The pieces since `mark` as a word.
  Word* make_word(size_t mark, uint32_t from, uint32_t to);

  // Values.
  Scratch<const ValueExpr*> values;
  Scratch<RecordEntry> entries;
  AssignmentDraft assigning;
  void add_word_value();

  // Arithmetic (arithmetic_builder.cpp).
  Scratch<ArithOperand> operands;
  Scratch<ArithOperator> operators;
  size_t first_operator = 0;  // operators below are of enclosing parentheses
  uint32_t height = 0;        // of the highest expression inside of what is being read
  void add_operator(ArithOp op, ArithOperator::Form form, uint8_t precedence, uint32_t at);
  void add_postfix(ArithOp op, uint32_t to);
  void add_number(const char* from, const char* to);
  void add_operand(ArithExpr* expr, uint32_t height_below);
  ArithExpr* make_expression(ArithOp op, Span at);
  void reduce_all();
  std::span<const Word* const> index_keys(std::span<const ArithExpr* const> indices);
  bool has_open_question() const;
  Scratch<const ArithExpr*> expressions;  // null for an empty one

  // Tests.
  Scratch<TestNode> tests;
  uint32_t negations = 0;
  TestOp test_op = TestOp::nonempty;
  void add_test(TestExpr* expr, uint32_t height_below);
  void join_tests(TestOp op);

  // Commands (command_builder.cpp).
  Scratch<Assignment> assignments;
  Scratch<Declared> declared;
  Scratch<Redirect> redirects;
  Scratch<Command*> commands;
  Scratch<Stage> stages;
  Command* last_stage = nullptr;  // stages.back().command
  Scratch<AndOrItem> and_ors;
  Scratch<ListItem> list_items;
  Scratch<const List*> lists;
  Scratch<IfBranch> branches;
  Scratch<CaseItem> case_items;
  Scratch<NameRef> names;
  PipelineDraft pipeline;
  Connector connector = Connector::first;
  RedirectDraft redirect;
  std::string_view command_name;  // of the simple command that is being read; empty when not static
  CaseEnd case_end = CaseEnd::stop;
  void add_redirect(Span at);
  /// `|&`: the last stage ends with 2>&1, behind its own redirections.
  void pipe_stderr(Span at);
  void add_declaration(const Assignment& assignment);
  std::span<const Assignment* const> take_declarations(size_t mark, size_t first_word);
  void finish_simple(SimpleCommand& command);
  void finish_redirects(Command& command);
  ItemReader* reader = nullptr;  // may be null
  size_t items_given = 0;
  /// Tells the reader of those items of the text's own list that it has not heard of.
  void give_items(std::span<const ListItem> items);
  uint32_t lone_brace = UINT32_MAX;  // where an argument is a single }: for "not closed" messages

  // Here-documents (here_document.cpp).
  std::vector<PendingHereDocument> pending;
  size_t first_pending = 0;  // those below wait for a newline outside of this $(…)
  bool strips_tabs = false;  // reading the body of a <<-
  void add_here_document(const char* from, const char* to);
  BodyRange find_body(const char* p, const char* text_end) const;
  void fill_quoted_body(BodyRange body);
  [[noreturn]] void fail_open_here_document(const PendingHereDocument& document,
                                            const char* text_end) const;
  bool has_pending_here_documents() const { return pending.size() > first_pending; }

  // Constructs that are open, for the bound and for messages.
  struct Open {
    std::string_view opener;
    uint32_t at;
  };
  std::vector<Open> open;
  uint32_t depth = 0;

  [[noreturn]] void fail(std::string code, Span at, std::string message,
                         std::string help = {}) const;
  [[noreturn]] void fail_too_deep(const char* at) const;
  void check_height(uint32_t value, Span at) const;

 private:
  void add_brace_list(size_t open_piece, Span all);
  Word* make_word_of(size_t first, size_t last, uint32_t from, uint32_t to);
  void set_flags(Word& word);
  void reduce();
};

/// Tracks one construct from its opener to its end. REQUIRES: the opener was just read.
class OpenConstruct {
 public:
  OpenConstruct(Builder& b, std::string_view opener, const char* after) : b_(b) {
    if (++b.depth > kMaxDepth) b.fail_too_deep(after);
    b.open.push_back({opener, b.offset(after) - static_cast<uint32_t>(opener.size())});
  }
  ~OpenConstruct() {
    --b_.depth;
    b_.open.pop_back();
  }
  OpenConstruct(const OpenConstruct&) = delete;
  OpenConstruct& operator=(const OpenConstruct&) = delete;

  static const uint32_t kMaxDepth;  // kMaxNesting

 private:
  Builder& b_;
};

}  // namespace weir::parser
