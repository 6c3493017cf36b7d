// Value: what a variable, an argument, a row or a command's result holds.
//
// JSON types, with 64-bit integers apart from doubles and strings of any bytes
// (usually UTF-8). Scalars are stored in place; lists and records are shared
// and copied when written to while shared (copy-on-write), so passing a Value
// around is cheap. Used by every folder; not safe to mutate from two threads,
// safe to read and to copy on several.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace weir {

class Value;
class Record;
using List = std::vector<Value>;

class Value {
 public:
  enum class Type : uint8_t { null, boolean, integer, real, string, list, record };

  Value() = default;  // null
  Value(bool b) : data_(b) {}
  Value(int i) : data_(int64_t{i}) {}
  Value(int64_t i) : data_(i) {}
  Value(double d) : data_(d) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(std::string_view s) : data_(std::string(s)) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(List list);
  Value(Record record);

  Type type() const { return static_cast<Type>(data_.index()); }
  /// "null", "bool", "int", "float", "string", "list" or "record" (LANGUAGE 3.10).
  std::string_view type_name() const;

  bool is_null() const { return type() == Type::null; }
  bool is_bool() const { return type() == Type::boolean; }
  bool is_int() const { return type() == Type::integer; }
  bool is_real() const { return type() == Type::real; }
  bool is_number() const { return is_int() || is_real(); }
  bool is_string() const { return type() == Type::string; }
  bool is_list() const { return type() == Type::list; }
  bool is_record() const { return type() == Type::record; }
  bool is_scalar() const { return !is_list() && !is_record(); }

  // REQUIRES: the type fits (checked by std::get).
  bool as_bool() const { return std::get<bool>(data_); }
  int64_t as_int() const { return std::get<int64_t>(data_); }
  double as_real() const { return std::get<double>(data_); }
  const std::string& as_string() const { return std::get<std::string>(data_); }
  std::string& string_mut() { return std::get<std::string>(data_); }
  const List& as_list() const { return *std::get<ListPtr>(data_); }
  const Record& as_record() const { return *std::get<RecordPtr>(data_); }
  /// For writing: unshares first. The reference is good until the next copy of this Value.
  List& list_mut();
  Record& record_mut();
  /// An int or a float as a double. REQUIRES: is_number().
  double number() const { return is_int() ? static_cast<double>(as_int()) : as_real(); }

  /// The text form of LANGUAGE 3.6: strings as they are, numbers and bools as
  /// their JSON text, null as nothing, lists and records as compact JSON.
  std::string to_text() const;
  void append_text(std::string& out) const;
  /// Compact JSON; bytes that are not UTF-8 become {"$bytes": "<base64>"}.
  std::string to_json() const;
  void append_json(std::string& out) const;
  /// Indented JSON (two spaces), for people.
  std::string to_pretty_json() const;

  /// Reads one JSON document; {"$bytes": …} becomes the bytes. Errors name the byte offset.
  /// `stop`, from another thread, ends it with a cancelled error.
  static Result<Value> parse_json(std::string_view text, const std::atomic<bool>* stop = nullptr);
  /// A bareword in value position (D14): true, false, null and numbers whose
  /// canonical text is this very text are typed, anything else is a string.
  static Value from_bareword(std::string_view word);

  /// Deep equality. Two numbers compare as numbers (1 == 1.0).
  friend bool operator==(const Value& a, const Value& b);

 private:
  using ListPtr = std::shared_ptr<List>;      // shared: copies of this Value
  using RecordPtr = std::shared_ptr<Record>;  // shared: copies of this Value
  std::variant<std::monostate, bool, int64_t, double, std::string, ListPtr, RecordPtr> data_;
};

/// Keys in insertion order. Look-ups are linear below kIndexFrom entries and
/// indexed from there, so small records stay small and large ones stay fast.
class Record {
 public:
  using Entry = std::pair<std::string, Value>;

  Record();
  Record(std::initializer_list<Entry> entries);
  Record(const Record& other);
  Record(Record&&) noexcept;
  Record& operator=(const Record& other);
  Record& operator=(Record&&) noexcept;
  ~Record();

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Replaces in place, or appends.
  void set(std::string key, Value value);
  /// True when the key was there.
  bool erase(std::string_view key);

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  static constexpr size_t kIndexFrom = 16;
  struct Index;
  size_t position(std::string_view key) const;  // size() when absent
  std::vector<Entry> entries_;
  std::unique_ptr<Index> index_;  // there from kIndexFrom entries; kept by writes, so reads share
};

/// The shortest text that reads back as this double ("1.5", "1e+300"); integral
/// values keep a ".0" so that the type survives.
std::string real_to_text(double d);

}  // namespace weir
