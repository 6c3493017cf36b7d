#include "gate/daemon/event_feed.h"

namespace weir::gate::daemon {

namespace {

constexpr size_t kShare = 500;
constexpr Duration kUntilWritten{10};

}  // namespace

Value to_value(const AddEvent& event) {
  return Record{{"id", Value(static_cast<std::int64_t>(event.id))},
                {"time_ms", Value(event.time_ms)},
                {"kind", Value(event.kind)},
                {"subject", Value(static_cast<std::int64_t>(event.subject))},
                {"data", event.data}};
}

EventFeed::EventFeed(loop::Loop& loop, Journal& journal, SessionDirectory& sessions)
    : loop_(loop), journal_(journal), sessions_(sessions), tasks_(loop) {
  journal_.on_event = [this](const AddEvent& event) { take(event); };
}

void EventFeed::watch(Session& session, std::optional<std::uint64_t> after) {
  const bool is_new = watchers_.try_emplace(session.id(), Watcher{0, true}).second;
  Watcher& watcher = watchers_[session.id()];
  const std::uint64_t last = journal_.last_event();
  watcher.seen = std::min(after.value_or(last), last);
  const bool was_live = is_new || watcher.is_live;
  watcher.is_live = watcher.seen == last;
  if (was_live && !watcher.is_live) tasks_.start_later(catch_up(session.id()));
}

void EventFeed::forget(const Session& session) { watchers_.erase(session.id()); }

loop::Task<void> EventFeed::stop() {
  journal_.on_event = [](const AddEvent&) {};
  stopping_.cancel();
  co_await tasks_.join();
}

void EventFeed::take(const AddEvent& event) {
  for (auto& [id, watcher] : watchers_) {
    if (!watcher.is_live) continue;
    watcher.seen = event.id;
    if (Session* session = sessions_.find_session(id)) session->notify("event", to_value(event));
  }
}

loop::Task<void> EventFeed::catch_up(std::uint64_t id) {
  for (;;) {
    const auto before = watchers_.find(id);
    if (before == watchers_.end()) co_return;
    std::vector<AddEvent> events;
    const std::uint64_t seen = before->second.seen;
    co_await journal_.ask([&](Store& store) { events = store.events_after(seen, kShare); });
    const auto watcher = watchers_.find(id);
    Session* session = sessions_.find_session(id);
    if (watcher == watchers_.end() || !session || stopping_.cancelled()) co_return;
    for (const AddEvent& event : events) {
      watcher->second.seen = event.id;
      session->notify("event", to_value(event));
    }
    if (watcher->second.seen >= journal_.last_event()) {
      watcher->second.is_live = true;
      co_return;
    }
    // The newest are on their way to the store.
    if (events.empty() && !co_await loop::sleep_for(loop_, kUntilWritten, stopping_.token()))
      co_return;
  }
}

}  // namespace weir::gate::daemon
