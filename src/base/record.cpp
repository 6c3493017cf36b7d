#include <functional>

#include "base/collection_body.h"

namespace weir {

/// An open-addressing table of positions plus one; 0 is a free slot. It holds
/// no keys, so moving the entries does not invalidate it.
struct Record::Index {
  std::vector<uint32_t> slots;
  size_t used = 0;

  static size_t hash(std::string_view key) { return std::hash<std::string_view>()(key); }

  void rebuild(const std::vector<Entry>& entries) {
    size_t capacity = 64;
    while (capacity < entries.size() * 4) capacity *= 2;
    slots.assign(capacity, 0);
    used = 0;
    for (const Entry& entry : entries) add(entry.first);
  }

  void add(std::string_view key) {
    size_t i = hash(key) & (slots.size() - 1);
    while (slots[i] != 0) i = (i + 1) & (slots.size() - 1);
    slots[i] = static_cast<uint32_t>(++used);
  }

  bool is_full() const { return used * 2 >= slots.size(); }

  size_t find(std::string_view key, const std::vector<Entry>& entries) const {
    size_t i = hash(key) & (slots.size() - 1);
    for (; slots[i] != 0; i = (i + 1) & (slots.size() - 1)) {
      if (entries[slots[i] - 1].first == key) return slots[i] - 1;
    }
    return entries.size();
  }
};

Record::Record() = default;

Record::Record(std::initializer_list<Entry> entries) {
  entries_.reserve(entries.size());
  for (const Entry& entry : entries) set(entry.first, entry.second);
}

Record::Record(const Record& other)
    : entries_(other.entries_),
      index_(other.index_ ? std::make_unique<Index>(*other.index_) : nullptr) {}

Record::Record(Record&&) noexcept = default;

Record& Record::operator=(const Record& other) {
  if (this != &other) *this = Record(other);
  return *this;
}

Record& Record::operator=(Record&& other) noexcept {
  std::swap(entries_, other.entries_);
  std::swap(index_, other.index_);
  return *this;
}

Record::~Record() {
  for (Entry& entry : entries_) {
    if (!entry.second.is_scalar()) dismantle(entry.second);
  }
}

size_t Record::position(std::string_view key) const {
  if (index_) return index_->find(key, entries_);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].first == key) return i;
  }
  return entries_.size();
}

const Value* Record::find(std::string_view key) const {
  const size_t i = position(key);
  return i < entries_.size() ? &entries_[i].second : nullptr;
}

Value* Record::find(std::string_view key) {
  const size_t i = position(key);
  return i < entries_.size() ? &entries_[i].second : nullptr;
}

void Record::set(std::string key, Value value) {
  const size_t i = position(key);
  if (i < entries_.size()) {
    entries_[i].second = std::move(value);
    return;
  }
  entries_.emplace_back(std::move(key), std::move(value));
  if (entries_.size() < kIndexFrom) return;
  if (!index_) index_ = std::make_unique<Index>();
  if (index_->slots.empty() || index_->is_full()) {
    index_->rebuild(entries_);
  } else {
    index_->add(entries_.back().first);
  }
}

bool Record::erase(std::string_view key) {
  const size_t i = position(key);
  if (i == entries_.size()) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  if (entries_.size() < kIndexFrom) {
    index_.reset();
  } else {
    index_->rebuild(entries_);
  }
  return true;
}

void dismantle(Value& nested) {
  // A pointer, so that nothing of the thread is destroyed before the last value.
  thread_local std::vector<Value>* pending = nullptr;
  if (pending) {
    pending->push_back(std::exchange(nested, Value()));
    return;
  }
  std::vector<Value> later;  // what the destructors below hand over
  pending = &later;
  nested = Value();
  while (!later.empty()) {
    Value next = std::move(later.back());
    later.pop_back();
  }
  pending = nullptr;
}

}  // namespace weir
