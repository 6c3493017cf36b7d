#include "builtins/jq_engine_support.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace weir::builtins {

namespace {

constexpr size_t kResultsInStep = 2048;
constexpr int kBadInput = 2;
constexpr int kProgramError = 5;

bool mentions(const std::string& program, const char* words) {
  return RE2::PartialMatch(program, fmt::format(R"((?:^|[^.$\w])(?:{})(?:\W|$))", words));
}

}  // namespace

JqEngine::JqEngine(const JqLibrary& library, JqOptions options)
    : jq_(library),
      options_(std::move(options)),
      mentions_input_(mentions(options_.filter, "input|inputs")),
      mentions_halt_(mentions(options_.filter, "halt|halt_error")) {}

JqEngine::~JqEngine() {
  if (slurp_) jq_.jv_free(*slurp_);
  if (parser_) jq_.jv_parser_free(parser_);
  if (state_) jq_.jq_teardown(&state_);
}

// ---- the program ----------------------------------------------------------------------

void JqEngine::take_message(void* engine, jv message) noexcept {
  auto* self = static_cast<JqEngine*>(engine);
  std::string text = self->jq_.jv_get_kind(message) == JV_KIND_STRING
                         ? self->jq_.text_of(message)
                         : self->jq_.text_of(self->jq_.jv_dump_string(message, 0));
  if (text.starts_with("jq: ")) text.erase(0, 4);
  self->errors_.push_back(std::move(text));
}

jv JqEngine::give_input(jq_state*, void* engine) noexcept {
  auto* self = static_cast<JqEngine*>(engine);
  auto input = self->next_document();
  return input ? *input : self->jq_.jv_invalid();
}

/// What a program needs to see of the scope, and to keep libjq 1.6 from aborting the
/// process where its implode meets what is no character.
std::string JqEngine::program_text() const {
  std::string prelude;
  if (mentions(options_.filter, R"(env|\$ENV)")) {
    prelude += "def env: $__weir_env; $__weir_env as $ENV | ";
  }
  if (mentions(options_.filter, "implode")) {
    prelude +=
        "def __weir_implode: implode; def implode: if type == \"array\" and all(.[]; type == "
        "\"number\" and . >= 0 and . < 1114112 and (. < 55296 or . > 57343)) then __weir_implode "
        "else error(\"implode takes an array of code points\") end; ";
  }
  return prelude + options_.filter;
}

bool JqEngine::compile() {
  state_ = jq_.jq_init();
  if (!state_) {
    errors_.emplace_back("libjq gave no memory");
    return false;
  }
  jq_.jq_set_error_cb(state_, take_message, this);
  jq_.jq_set_input_cb(state_, give_input, this);
  const jv named = jq_.to_jv(Value(options_.named));
  jv arguments = jq_.jv_copy(named);
  jv all = jq_.jv_object_set(jq_.jv_object(), jq_.string("positional"), jq_.jv_array());
  all = jq_.jv_object_set(all, jq_.string("named"), named);
  arguments = jq_.jv_object_set(arguments, jq_.string("ARGS"), all);
  arguments = jq_.jv_object_set(arguments, jq_.string("__weir_env"),
                                jq_.to_jv(Value(options_.environment)));
  const std::string program = program_text();
  const bool compiled = jq_.jq_compile_args(state_, program.c_str(), arguments) != 0;
  if (compiled) parser_ = jq_.jv_parser_new(0);
  return compiled;
}

// ---- input ----------------------------------------------------------------------------

std::optional<jv> JqEngine::refuse_input(std::string reason) {
  bad_input_ = std::move(reason);
  return {};
}

/// The next value of the text that the parser has; nothing when it needs more.
std::optional<jv> JqEngine::parse_more() {
  const jv value = jq_.jv_parser_next(parser_);
  if (jq_.jv_get_kind(value) != JV_KIND_INVALID) return value;
  parser_fed_ = false;
  if (!jq_.jv_invalid_has_msg(jq_.jv_copy(value))) {
    jq_.jv_free(value);
    return {};
  }
  return refuse_input("invalid JSON: " + jq_.text_of(jq_.jv_invalid_get_msg(value)));
}

/// The next input value; nothing when there is none yet, at the end, or with bad_input_.
std::optional<jv> JqEngine::next_document() {
  while (bad_input_.empty()) {
    if (parser_fed_) {
      if (auto value = parse_more()) return value;
      continue;
    }
    if (input_.empty()) {
      if (!input_ended_ || parser_ended_) return {};
      parser_ended_ = parser_fed_ = true;  // a number at the very end is complete now
      parsing_.clear();
      jq_.jv_parser_set_buf(parser_, parsing_.data(), 0, 0);
      continue;
    }
    Piece piece = std::move(input_.front());
    input_.pop_front();
    if (piece.is_text) {
      parsing_ = std::move(piece.text);
      jq_.jv_parser_set_buf(parser_, parsing_.data(), static_cast<int>(parsing_.size()), 1);
      parser_fed_ = true;
      continue;
    }
    const jv value = jq_.to_jv(piece.value);
    if (jq_.jv_get_kind(value) != JV_KIND_INVALID) return value;
    jq_.jv_free(value);
    return refuse_input(fmt::format("a row is nested deeper than {} levels", JqLibrary::kMaxDepth));
  }
  return {};
}

std::optional<jv> JqEngine::slurp_input() {
  if (slurped_) return {};
  if (!slurp_) slurp_ = options_.raw_input ? jq_.string("") : jq_.jv_array();
  std::string text;
  while (auto value = next_document()) {
    if (options_.raw_input) {
      text += jq_.text_of(*value);
    } else {
      slurp_ = jq_.jv_array_append(*slurp_, *value);
    }
  }
  if (options_.raw_input) {
    slurp_ = jq_.string(jq_.text_of(*slurp_) + text);
  }
  if (!input_ended_ || !bad_input_.empty()) return {};
  slurped_ = true;
  const jv all = *slurp_;
  slurp_.reset();
  return all;
}

std::optional<jv> JqEngine::next_input() {
  if (options_.null_input) {
    if (gave_null_) return {};
    gave_null_ = true;
    return jq_.jv_null();
  }
  return options_.slurp ? slurp_input() : next_document();
}

// ---- results ---------------------------------------------------------------------------

/// The text that jq would print, with its newline; empty where it is the usual line of
/// the value. Borrows `value`.
std::string JqEngine::text_of_result(jv value) const {
  const jv_kind kind = jq_.jv_get_kind(value);
  const bool is_collection = kind == JV_KIND_ARRAY || kind == JV_KIND_OBJECT;
  const bool raw = kind == JV_KIND_STRING && (options_.raw_output || options_.join_output);
  const bool is_usual = raw || (kind != JV_KIND_STRING && (!is_collection || options_.compact));
  if (options_.typed_output && is_usual && !options_.join_output && !options_.sort_keys) return {};
  if (raw) return jq_.text_of(jq_.jv_copy(value)) + (options_.join_output ? "" : "\n");
  int flags = options_.compact ? 0 : JV_PRINT_INDENT_FLAGS(2);
  if (options_.sort_keys) flags |= JV_PRINT_SORTED;
  std::string text = jq_.text_of(jq_.jv_dump_string(jq_.jv_copy(value), flags));
  if (!options_.join_output) text += '\n';
  return text;
}

void JqEngine::add_result(jv value, std::vector<JqResult>& results) {
  const jv_kind kind = jq_.jv_get_kind(value);
  last_was_true_ = kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
  JqResult result;
  result.text = text_of_result(value);
  if (options_.typed_output) {
    result.value = jq_.from_jv(value);
    // Bytes, which are an object to jq and a string here: text has what jq prints.
    const bool is_bytes = kind == JV_KIND_OBJECT && result.value.is_string();
    if (is_bytes && result.text.empty()) result.text = result.value.to_json() + "\n";
  } else {
    jq_.jv_free(value);
  }
  results.push_back(std::move(result));
}

/// As jq: `halt_error` prints text as it is and everything else as JSON.
void JqEngine::halt(std::vector<JqResult>& results) {
  halted_ = true;
  const jv exit_code = jq_.jq_get_exit_code(state_);
  code_ = 0;
  if (jq_.jv_get_kind(exit_code) == JV_KIND_NUMBER) {
    code_ = static_cast<int>(jq_.jv_number_value(exit_code)) & 0xff;
  }
  jq_.jv_free(exit_code);
  const jv message = jq_.jq_get_error_message(state_);
  if (jq_.jv_get_kind(message) == JV_KIND_STRING) {
    results.push_back({{}, jq_.text_of(message), true});
  } else if (jq_.jv_get_kind(message) == JV_KIND_INVALID) {
    jq_.jv_free(message);
  } else {
    results.push_back({{}, jq_.text_of(jq_.jv_dump_string(message, 0)), true});
  }
}

/// Takes `invalid` over: the program has no more results for its input.
void JqEngine::end_program_run(jv invalid, std::vector<JqResult>& results) {
  running_ = false;
  if (jq_.jq_halted(state_)) {
    jq_.jv_free(invalid);
    return halt(results);
  }
  if (!jq_.jv_invalid_has_msg(jq_.jv_copy(invalid))) {
    jq_.jv_free(invalid);
    return;
  }
  const jv message = jq_.jv_invalid_get_msg(invalid);
  std::string text = jq_.jv_get_kind(message) == JV_KIND_STRING
                         ? jq_.text_of(message)
                         : jq_.text_of(jq_.jv_dump_string(message, 0)) + " (not a string)";
  results.push_back({{}, std::move(text), true});
  code_ = kProgramError;
}

/// libjq looks at this flag before each instruction and has no other way to be stopped.
void JqEngine::interrupt() {
  interrupted_ = true;
  if (!mentions_halt_ && !jq_.jq_halted(state_)) {
    jq_.jq_halt(state_, jq_.jv_invalid(), jq_.jv_invalid());
  }
}

JqEngine::Step JqEngine::step(std::vector<JqResult>& results) {
  while (results.size() < kResultsInStep) {
    if (halted_) return Step::done;
    if (!running_) {
      const auto input = next_input();
      if (!bad_input_.empty()) {
        results.push_back({{}, std::exchange(bad_input_, {}), true});
        if (input) jq_.jv_free(*input);
        code_ = kBadInput;
        halted_ = true;
        return Step::done;
      }
      if (!input) return input_ended_ || options_.null_input ? Step::done : Step::needs_input;
      jq_.jq_start(state_, *input, 0);
      running_ = true;
      if (interrupted_) return Step::done;  // starting took an earlier halt back
    }
    const jv value = jq_.jq_next(state_);
    if (jq_.jv_get_kind(value) == JV_KIND_INVALID) {
      end_program_run(value, results);
    } else {
      add_result(value, results);
    }
  }
  return Step::more;
}

}  // namespace weir::builtins
