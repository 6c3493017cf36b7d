#include "gate/daemon/wait_line.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weir::gate::daemon {

namespace {

std::string ordinal(int number) {
  const int tens = number % 100;
  const char* suffix = "th";
  if (tens < 11 || tens > 13) {
    if (number % 10 == 1) suffix = "st";
    if (number % 10 == 2) suffix = "nd";
    if (number % 10 == 3) suffix = "rd";
  }
  return fmt::format("{}{}", number, suffix);
}

std::string described(const Holder& holder, Instant now) {
  std::string text = fmt::format("{} {} ({}, {}", holder.id, holder.command, holder.requester,
                                 format_duration(now - holder.since));
  if (holder.stopped) text += ", stopped";
  if (holder.usual) text += ", usually " + format_duration(*holder.usual);
  if (holder.late) text += ", late";
  return text + ")";
}

std::string described(const Reason& reason, Instant now) {
  std::string text(cause_name(reason.cause));
  if (reason.cause == Cause::lock) return "a command without the daemon has lane " + reason.what;
  if (!reason.what.empty()) text += " " + reason.what;
  if (!reason.holders.empty()) {
    const Holder& first = reason.holders.front();
    text += first.waiting ? ": first comes " : ": held by ";
    text += described(first, now);
    if (reason.holders.size() > 1) text += fmt::format(" and {} more", reason.holders.size() - 1);
  }
  if (reason.wait.value_or(Duration(0)) > Duration(0))
    text += ", for about " + format_duration(*reason.wait);
  return text;
}

}  // namespace

std::string wait_line(const Explanation& about, Instant now) {
  if (about.standing != Explanation::Standing::waiting) return {};
  std::string text;
  for (const Reason& reason : about.reasons) text += described(reason, now) + "; ";
  return text + fmt::format("{} of {} in line", ordinal(about.position), about.in_line);
}

}  // namespace weir::gate::daemon
