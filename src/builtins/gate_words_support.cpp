// What the gate's reports become for people.
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "builtins/directory_support.h"
#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

std::string ids_of(const List& holders) {
  std::string text;
  for (const Value& holder : holders) {
    text += (text.empty() ? "" : ", ") + member_text(holder, "id");
  }
  return text;
}

std::string ordinal(int64_t n) {
  const bool is_teen = n % 100 >= 11 && n % 100 <= 13;
  const char* const endings[] = {"th", "st", "nd", "rd"};
  return fmt::format("{}{}", n, endings[is_teen || n % 10 > 3 ? 0 : n % 10]);
}

bool is_promise(const Value& reason) {
  const List& holders = member_list(reason, "holders");
  return !holders.empty() && member_text(holders.front(), "state") == "waiting";
}

// "12 cargo build --release (me, 3m10s, usually 4m00s)"
std::string holder_text(const Value& holder) {
  std::string text = fmt::format("{} {} ({}, {}", member_text(holder, "id"),
                                 one_line(member_text(holder, "command")), who_text(holder),
                                 member_time(holder, "time_ms"));
  if (member_text(holder, "state") == "stopped") text += ", stopped";
  const std::string usual = member_time(holder, "usual_ms");
  if (!usual.empty()) text += ", usually " + usual;
  if (member_flag(holder, "late")) text += ", late";
  return text + ")";
}

std::string holders_text(const Value& reason) {
  std::string text;
  for (const Value& holder : member_list(reason, "holders")) {
    text += (text.empty() ? "" : ", ") + holder_text(holder);
  }
  return text;
}

std::string said(const Context& ctx, const Value& reason) {
  const std::string cause = member_text(reason, "cause");
  const std::string what = member_text(reason, "what");
  const std::string by = holders_text(reason);
  const std::string behind = by.empty() ? "" : ", as does " + by;
  if (cause == "lane") {
    return fmt::format("lane {} is {} {}", shown_directory(ctx, what),
                       is_promise(reason) ? "promised to" : "held by", by);
  }
  if (cause == "tokens") return "all tokens are used by " + by;
  if (cause == "cpu") return fmt::format("{}: {}", what, by);
  if (cause == "paused") return fmt::format("paused: {}", what);
  if (cause == "not_before") return "it is to start later";
  if (cause == "lock") {
    return fmt::format("lane {} is held by a command that runs without the daemon",
                       shown_directory(ctx, what));
  }
  return what.empty() ? cause : what + behind;
}

std::string reason_line(const Context& ctx, const Value& reason) {
  std::string line = said(ctx, reason);
  const std::string wait = member_time(reason, "wait_ms");
  if (!wait.empty() && member_number(reason, "wait_ms") > 0) {
    line += (member_text(reason, "cause") == "not_before" ? ": in " : ": free in ~") + wait;
  }
  return line;
}

std::string running_text(const Value& report) {
  const bool is_stopped = member_text(report, "state") == "stopped";
  std::string text = is_stopped ? "is stopped" : "runs";
  if (member_text(report, "phase") == "run") {
    text = "its lane is free: " +
           std::string(is_stopped ? "what it built is stopped" : "it runs what it built");
  }
  if (const int64_t total = member_number(report, "total"); total > 0) {
    text += fmt::format(", {} of {} units", member_number(report, "done"), total);
  }
  if (const auto current = member_text(report, "current"); !current.empty()) {
    text += ": " + current;
  }
  const int64_t jobs = member_number(report, "jobs");
  text += fmt::format(", up to {} job{} at once", jobs, jobs == 1 ? "" : "s");
  if (member_flag(report, "demoted")) text += ", demoted to bulk";
  return text;
}

std::string joined(const List& texts) {
  std::string all;
  for (const Value& text : texts) all += (all.empty() ? "" : " · ") + text.to_text();
  return all;
}

}  // namespace

std::string eta_text(const Value& report) {
  if (member_flag(report, "late")) return "late";
  const bool waits = member_text(report, "state") == "waiting";
  const std::string time = member_time(report, waits ? "wait_ms" : "left_ms");
  return time.empty() ? "?" : "~" + time;
}

std::string who_text(const Value& report) {
  const std::string who = member_text(report, "requester");
  return who.ends_with(fmt::format("/{}", ::getsid(0))) ? "me" : who;
}

std::string reason_note(const Value& reason) {
  const std::string cause = member_text(reason, "cause");
  const List& holders = member_list(reason, "holders");
  if (cause == "lane") {
    return fmt::format("lane {} {}", is_promise(reason) ? "promised to" : "held by",
                       ids_of(holders));
  }
  if (cause == "tokens") return "tokens used by " + ids_of(holders);
  if (cause == "paused") return "paused: " + member_text(reason, "what");
  if (cause == "not_before") return "in " + member_time(reason, "wait_ms");
  if (cause == "lock") return "lane held without the daemon";
  const std::string what = member_text(reason, "what");
  return what.empty() ? cause : what;
}

std::string state_note(const Context& ctx, const Value& report) {
  if (member_text(report, "state") != "waiting") {
    const std::string crate = member_text(report, "current");
    return (crate.empty() ? "" : crate + "  ") +
           shown_directory(ctx, member_text(report, "directory"));
  }
  std::string note;
  for (const Value& reason : member_list(report, "reasons")) {
    note += (note.empty() ? "" : "; ") + reason_note(reason);
  }
  const int64_t position = member_number(report, "position");
  return note + (position > 0 ? fmt::format(", {} in line", ordinal(position)) : "");
}

std::string why_text(const Context& ctx, const Value& report, const std::string& called) {
  const std::string state = member_text(report, "state");
  const bool would_wait = state == "would_wait";
  const bool waits = would_wait || state == "waiting";
  std::string out =
      fmt::format("{} {} ({}, {}) {} {}.\n", called, one_line(member_text(report, "command")),
                  who_text(report), shown_directory(ctx, member_text(report, "directory")),
                  would_wait ? "would"
                  : waits    ? "has waited"
                             : "has run for",
                  would_wait ? "wait" : member_time(report, "time_ms"));
  if (!waits) {
    out += fmt::format("  now      {}\n", running_text(report));
    if (const auto usual = member_time(report, "usual_ms"); !usual.empty()) {
      const std::string when = state == "stopped"            ? ""
                               : member_flag(report, "late") ? ": late"
                                                             : ": ends in " + eta_text(report);
      out += fmt::format("  usually  {}{}\n", usual, when);
    }
  }
  const char* heading = waits ? "now" : "more";
  for (const Value& reason : member_list(report, "reasons")) {
    out += fmt::format("  {:<7}  {}\n", heading, reason_line(ctx, reason));
    heading = "";
  }
  if (waits) {
    out += fmt::format("  order    {} in line", ordinal(member_number(report, "position")));
    const std::string wait = member_time(report, "wait_ms");
    out += member_number(report, "wait_ms") <= 0 ? "\n" : fmt::format(", starts in ~{}\n", wait);
  }
  if (const std::string can = joined(member_list(report, "remedies")); !can.empty()) {
    out += fmt::format("  you can  {}\n", can);
  }
  return harmless_lines(out);
}

}  // namespace weir::builtins
