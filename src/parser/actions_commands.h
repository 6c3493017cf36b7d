// Simple commands, pipelines and lists: see actions.h and grammar_commands.h.
#pragma once

#include "parser/actions_values.h"

namespace weir::parser {

namespace g = grammar;

// ---- redirections ---------------------------------------------------------------------

template <>
struct action<g::redirect_number> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.redirect.fd = 0;
    for (const char* p = in.begin(); p != in.end(); ++p)
      b.redirect.fd = std::min(b.redirect.fd * 10 + (*p - '0'), 1 << 20);
  }
};
template <>
struct action<g::redirect_name> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.redirect.fd_variable = {in.begin(), in.size()};
  }
};
template <RedirectOp Op, g::Text T>
struct action<g::redirect_operator<Op, T>> {
  static void apply0(Builder& b) { b.redirect.op = Op; }
};
template <>
struct action<g::here_operator> {
  static void apply0(Builder& b) { b.redirect.op = RedirectOp::here_document; }
};
template <>
struct action<g::here_tabs_operator> {
  static void apply0(Builder& b) {
    b.redirect.op = RedirectOp::here_document;
    b.redirect.strips_tabs = true;
  }
};
template <>
struct action<g::here_delimiter> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.add_here_document(in.begin(), in.end());
  }
};

struct RedirectFrame : FrameBase {
  RedirectFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), draft(b.redirect, {.begin = b.offset(at)}) {}
  void finish(const char* end) { b.add_redirect(span_to(end)); }
  Saved<RedirectDraft> draft;
};
template <>
struct action<g::redirection_text> : framed<RedirectFrame> {};

// ---- simple commands --------------------------------------------------------------------

template <>
struct action<g::command_word> {
  static void apply0(Builder& b) {
    const Word& word = *b.words.back();
    b.command_name = word.is_static ? word.text : std::string_view();
  }
};

template <>
struct action<g::declaration> {
  static void apply0(Builder& b) { b.add_declaration(b.assignments.pop()); }
};

struct SimpleCommandFrame : FrameBase {
  SimpleCommandFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        command_name(b.command_name, {}),
        words(b.words.size()),
        assignments(b.assignments.size()),
        redirects(b.redirects.size()),
        declared(b.declared.size()) {}
  void finish(const char*) {
    auto* command = b.arena.make<SimpleCommand>();
    command->kind = CommandKind::simple;
    command->span.begin = b.offset(begin);
    command->assignments = b.assignments.take(b.arena, assignments);
    command->redirects = b.redirects.take(b.arena, redirects);
    command->declarations = b.take_declarations(declared, words);
    const auto taken = b.words.take(b.arena, words);
    command->words = {taken.data(), taken.size()};
    b.finish_simple(*command);
    b.commands.push(command);
  }
  Saved<std::string_view> command_name;
  size_t words;
  size_t assignments;
  size_t redirects;
  size_t declared;
};
template <>
struct action<g::simple_command> : framed<SimpleCommandFrame> {};

// ---- pipelines and lists -------------------------------------------------------------------

template <>
struct action<g::stage> {
  static void apply0(Builder& b) { b.stages.push({b.last_stage = b.commands.pop()}); }
};
template <>
struct action<g::pipe_both> {
  template <class In>
  static void apply(const In& in, Builder& b) {
    b.pipe_stderr(b.span(in.begin(), in.end()));
  }
};
template <>
struct action<g::bang> {
  static void apply0(Builder& b) { b.pipeline.negated = !b.pipeline.negated; }
};
template <>
struct action<g::time_word> {
  static void apply0(Builder& b) { b.pipeline.timed = true; }
};
template <>
struct action<g::time_posix> {
  static void apply0(Builder& b) { b.pipeline.posix = true; }
};
template <>
struct action<g::and_sign> {
  static void apply0(Builder& b) { b.connector = Connector::and_if; }
};
template <>
struct action<g::or_sign> {
  static void apply0(Builder& b) { b.connector = Connector::or_if; }
};

struct PipelineFrame : FrameBase {
  PipelineFrame(Builder& builder, const char* at)
      : FrameBase(builder, at),
        draft(b.pipeline, {}),
        connector(b.connector, Connector::first),
        mark(b.stages.size()) {}
  void finish(const char* end) {
    auto* pipeline = b.arena.make<Pipeline>();
    pipeline->stages = b.stages.take(b.arena, mark);
    const bool empty = pipeline->stages.empty();
    pipeline->span = {b.offset(begin),
                      empty ? b.offset(end) : pipeline->stages.back().command->span.end};
    pipeline->negated = b.pipeline.negated;
    pipeline->timed = b.pipeline.timed;
    pipeline->timed_posix = b.pipeline.posix;
    b.and_ors.push({connector.before(), pipeline});
  }
  Saved<PipelineDraft> draft;
  Saved<Connector> connector;
  size_t mark;
};
template <>
struct action<g::pipeline> : framed<PipelineFrame> {};

struct ListItemFrame : FrameBase {
  ListItemFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), connector(b.connector, Connector::first), mark(b.and_ors.size()) {
    // What stands before is complete now, with its & and its here-documents.
    if (b.depth == 0 && b.pending.empty()) b.give_items(b.list_items.since(0));
  }
  void finish(const char*) {
    const auto items = b.and_ors.take(b.arena, mark);
    b.list_items.push({{b.offset(begin), items.back().pipeline->span.end}, items});
  }
  Saved<Connector> connector;
  size_t mark;
};
template <>
struct action<g::list_item> : framed<ListItemFrame> {};
template <>
struct action<g::background> {
  static void apply0(Builder& b) { b.list_items.back().background = true; }
};

struct ListFrame : FrameBase {
  ListFrame(Builder& builder, const char* at) : FrameBase(builder, at), mark(b.list_items.size()) {}
  void abandon() { b.list_items.truncate(mark); }
  void finish(const char*) {
    auto* list = b.arena.make<List>();
    list->items = b.list_items.take(b.arena, mark);
    list->span = {list->items.front().span.begin, list->items.back().span.end};
    b.lists.push(list);
  }
  size_t mark;
};
template <>
struct action<g::list> : framed<ListFrame> {};

struct OptionalListFrame : FrameBase {
  OptionalListFrame(Builder& builder, const char* at)
      : FrameBase(builder, at), mark(b.lists.size()) {}
  void finish(const char* end) {
    if (b.lists.size() == mark) b.lists.push(b.arena.make<List>(List{span_to(end), {}}));
  }
  size_t mark;
};
template <>
struct action<g::optional_list> : framed<OptionalListFrame> {};

}  // namespace weir::parser
