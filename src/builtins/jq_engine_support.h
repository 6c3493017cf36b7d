// JqEngine: one jq program over a stream of inputs, in steps.
//
// Input is added on the loop thread, step() runs on the thread pool, and never
// both at once. A step ends after a bounded number of results or when it has no
// more input, so results stream and an endless program can be cancelled between
// steps.
#pragma once

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "builtins/jq_library_support.h"

namespace weir::builtins {

struct JqOptions {
  std::string filter;
  bool raw_output = false;   // -r
  bool join_output = false;  // -j
  bool compact = false;      // -c
  bool sort_keys = false;    // -S
  bool slurp = false;        // -s
  bool null_input = false;   // -n
  bool raw_input = false;    // -R
  Record named;              // --arg, --argjson
  Record environment;        // of the scope: jq would show the process's own
  bool typed_output = true;  // results as values too; otherwise as text alone
};

/// What a program gave, or an error in the middle.
struct JqResult {
  Value value;
  std::string text;  // its line as jq prints it; empty where that is the usual one
  bool is_error = false;
};

class JqEngine {
 public:
  JqEngine(const JqLibrary& library, JqOptions options);
  ~JqEngine();
  JqEngine(const JqEngine&) = delete;
  JqEngine& operator=(const JqEngine&) = delete;

  /// Off the loop thread. False with errors().
  bool compile();
  const std::vector<std::string>& errors() const { return errors_; }

  // ---- input, on the loop thread ----
  void add_text(std::string json) { input_.push_back(Piece{std::move(json), {}, true}); }
  void add_value(Value value) { input_.push_back(Piece{{}, std::move(value), false}); }
  void end_input() { input_ended_ = true; }
  /// -n without `input` reads nothing; `input` inside a program cannot wait, so it
  /// needs all there is before the first step.
  bool reads_input() const { return !options_.null_input || mentions_input_; }
  bool needs_all_input() const { return mentions_input_ || options_.slurp; }

  enum class Step : uint8_t { more, needs_input, done };
  /// Off the loop thread. Results are appended.
  Step step(std::vector<JqResult>& results);
  /// From the loop thread while a step runs: it ends soon, and the engine gives no more. A program
  /// that halts by itself goes on to the end of its step: libjq takes only one halt.
  void interrupt();

  /// The exit code so far, as jq's: 0, 2 bad input, 5 an error in the program, or of halt.
  int code() const { return code_; }
  /// The last result, for -e; nothing when there was none.
  std::optional<bool> last_was_true() const { return last_was_true_; }

 private:
  struct Piece {
    std::string text;
    Value value;
    bool is_text;
  };
  static void take_message(void* engine, jv message) noexcept;
  static jv give_input(jq_state*, void* engine) noexcept;

  std::optional<jv> next_input();
  std::optional<jv> next_document();
  std::optional<jv> parse_more();
  std::optional<jv> refuse_input(std::string reason);
  std::optional<jv> slurp_input();
  std::string program_text() const;
  void add_result(jv value, std::vector<JqResult>& results);
  std::string text_of_result(jv value) const;
  void end_program_run(jv invalid, std::vector<JqResult>& results);
  void halt(std::vector<JqResult>& results);

  const JqLibrary& jq_;
  JqOptions options_;
  bool mentions_input_;
  bool mentions_halt_;
  jq_state* state_ = nullptr;
  jv_parser* parser_ = nullptr;
  std::deque<Piece> input_;
  std::string parsing_;  // what the parser reads from
  bool parser_fed_ = false;  // it has not read all of it
  bool parser_ended_ = false;
  bool input_ended_ = false;
  bool gave_null_ = false;
  bool slurped_ = false;
  std::optional<jv> slurp_;
  std::string bad_input_;
  bool running_ = false;  // the program has an input and may give more
  bool halted_ = false;
  std::atomic<bool> interrupted_ = false;
  int code_ = 0;
  std::optional<bool> last_was_true_;
  std::vector<std::string> errors_;
};

}  // namespace weir::builtins
