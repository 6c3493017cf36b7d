#include "kernel/subscript.h"

#include <fmt/format.h>

#include <charconv>

#include "base/name.h"
#include "base/text.h"
#include "kernel/value_kind.h"

namespace weir::kernel {

namespace {

std::unexpected<Error> absent(std::string message) {
  return fail(ErrorKind::not_found, std::move(message));
}

std::unexpected<Error> wrong_kind(std::string message) {
  return fail(ErrorKind::invalid, std::move(message));
}

/// `did you mean "port"?`, or the first few keys.
std::string what_keys_there_are(const Record& record, std::string_view wanted) {
  constexpr size_t max_listed = 5;
  if (record.empty()) return "; it is empty";
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : record) keys.push_back(key);
  if (std::string hint = did_you_mean(wanted, keys); !hint.empty()) return hint;
  std::string text = "; it has ";
  for (size_t i = 0; i < std::min(max_listed, keys.size()); ++i) {
    if (i > 0) text += ", ";
    text += preview(keys[i]);
  }
  return keys.size() > max_listed ? text + ", …" : text;
}

Error no_such_key(const Record& record, const std::string& key) {
  return {ErrorKind::not_found,
          fmt::format("record has no key {}{}", preview(key), what_keys_there_are(record, key)),
          {},
          0};
}

std::string count_of_elements(size_t size) {
  if (size == 0) return "the list is empty";
  return fmt::format("the list has {} element{}", size, size == 1 ? "" : "s");
}

Result<std::string> key_text(const Value& index) {
  if (!index.is_scalar()) {
    return wrong_kind(fmt::format("a record takes a key, not {}", kind_with_article(index)));
  }
  return index.to_text();
}

/// An int, or text that is one: `read i` gives text.
std::optional<int64_t> whole_number(const Value& index) {
  if (index.is_int()) return index.as_int();
  if (!index.is_string()) return std::nullopt;
  const std::string& text = index.as_string();
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Other shells take a name or a sum for arithmetic there: how it is said here.
std::string index_hint(const Value& index) {
  if (!index.is_string()) return "";
  const std::string& text = index.as_string();
  if (is_name(text)) return fmt::format("; a variable is [${}]", text);
  const bool is_sum = text.find_first_of("+-*/%") != std::string::npos;
  return is_sum ? fmt::format("; arithmetic is [$(({}))]", text) : "";
}

/// Where an index points in a list of `size` elements.
Result<size_t> list_position(const Value& index, size_t size) {
  const auto number = whole_number(index);
  if (!number)
    return wrong_kind(fmt::format("a list takes an integer index, not {}", preview(index)));
  const auto count = static_cast<int64_t>(size);
  if (*number >= count || *number < -count) {
    return absent(fmt::format("index {} is out of range: {}", *number, count_of_elements(size)));
  }
  return static_cast<size_t>(*number < 0 ? *number + count : *number);
}

std::unexpected<Error> no_subscript(const Value& container, const Value& index) {
  if (container.is_null()) {
    return absent(fmt::format("null has no element {}", preview(index)));
  }
  return wrong_kind(fmt::format("{} has no elements, so it takes no [{}]{}",
                                kind_with_article(container),
                                index.is_scalar() ? index.to_text() : "…",
                                container.is_string() ? "; characters are a slice: [0:1]" : ""));
}

/// A position counted from the front, within [0, size].
size_t slice_bound(int64_t bound, size_t size) {
  const auto count = static_cast<int64_t>(size);
  if (bound < 0) bound = bound < -count ? 0 : bound + count;
  return static_cast<size_t>(std::min(bound, count));
}

Value slice_text(std::string_view text, std::optional<int64_t> from, std::optional<int64_t> to) {
  const bool counts_from_end = from.value_or(0) < 0 || to.value_or(0) < 0;
  // Without negative bounds the text is read no further than the slice.
  const size_t size = counts_from_end ? count_code_points(text) : text.size();
  const size_t begin = slice_bound(from.value_or(0), size);
  const size_t end = to ? slice_bound(*to, size) : text.size();
  return slice_code_points(text, begin, end);
}

}  // namespace

Result<const Value*> find_element(const Value& container, const Value& index) {
  if (container.is_list()) {
    const List& list = container.as_list();
    const auto position = list_position(index, list.size());
    if (!position) return fail(position.error());
    return &list[*position];
  }
  if (!container.is_record()) return no_subscript(container, index);
  const auto key = key_text(index);
  if (!key) return fail(key.error());
  const Record& record = container.as_record();
  const Value* found = record.find(*key);
  if (!found) return fail(no_such_key(record, *key));
  return found;
}

namespace {

/// Of a subscript in a text of the language.
Error subscript_error(Error error, const Value& container, const Value& index) {
  if (container.is_list() && !whole_number(index)) error.message += index_hint(index);
  return error;
}

}  // namespace

Result<Value> element(const Value& container, const Value& index) {
  auto found = find_element(container, index);
  if (!found) return fail(subscript_error(std::move(found.error()), container, index));
  return **found;
}

Result<Value> slice(const Value& container, std::optional<int64_t> from,
                    std::optional<int64_t> to) {
  if (container.is_record()) {
    return wrong_kind("a record takes a key, not a slice");
  }
  if (container.is_string()) return slice_text(container.as_string(), from, to);
  if (!container.is_list()) return slice_text(container.to_text(), from, to);
  const List& list = container.as_list();
  const size_t begin = slice_bound(from.value_or(0), list.size());
  const size_t end = to ? slice_bound(*to, list.size()) : list.size();
  if (end <= begin) return List();
  return List(list.begin() + static_cast<std::ptrdiff_t>(begin),
              list.begin() + static_cast<std::ptrdiff_t>(end));
}

bool is_absent(const Error& error) { return error.kind == ErrorKind::not_found; }

namespace {

Result<Value*> edit_element(Value& container, const Value& index) {
  // Looked up before it is unshared, so that an error copies nothing.
  if (auto found = find_element(container, index); !found)
    return fail(subscript_error(std::move(found.error()), container, index));
  if (container.is_record()) return container.record_mut().find(index.to_text());
  const auto position = list_position(index, container.as_list().size());
  return &container.list_mut()[*position];
}

}  // namespace

Result<Value*> edit_path(Value& root, std::span<const Value> path) {
  Value* place = &root;
  for (const Value& index : path) {
    const auto inner = edit_element(*place, index);
    if (!inner) return fail(inner.error());
    place = *inner;
  }
  return place;
}

Result<void> set_path(Value& root, std::span<const Value> path, Value value) {
  const auto parent = edit_path(root, path.first(path.size() - 1));
  if (!parent) return fail(parent.error());
  const Value& index = path.back();
  if ((*parent)->is_record()) {
    auto key = key_text(index);
    if (!key) return fail(key.error());
    (*parent)->record_mut().set(std::move(*key), std::move(value));
    return {};
  }
  const auto place = edit_element(**parent, index);
  if (!place) {
    Error error = place.error();
    if ((*parent)->is_list() && is_absent(error)) error.message += "; push appends";
    return fail(std::move(error));
  }
  **place = std::move(value);
  return {};
}

Result<void> erase_path(Value& root, std::span<const Value> path) {
  const auto parent = edit_path(root, path.first(path.size() - 1));
  if (!parent) return fail(parent.error());
  const Value& index = path.back();
  if (auto found = find_element(**parent, index); !found)
    return fail(subscript_error(std::move(found.error()), **parent, index));
  if ((*parent)->is_record()) {
    (*parent)->record_mut().erase(index.to_text());
  } else {
    List& list = (*parent)->list_mut();
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(*list_position(index, list.size())));
  }
  return {};
}

Result<int64_t> length(const Value& value) {
  if (value.is_list()) return static_cast<int64_t>(value.as_list().size());
  if (value.is_record()) return static_cast<int64_t>(value.as_record().size());
  const size_t count =
      value.is_string() ? count_code_points(value.as_string()) : value.to_text().size();
  return static_cast<int64_t>(count);
}

namespace {

Result<void> append_to_list(Value& target, const Value& more) {
  if (!more.is_list()) {
    return wrong_kind(
        fmt::format("{} cannot be added to a list with +=; use push, or put it in [ ]",
                    kind_with_article(more)));
  }
  List& list = target.list_mut();
  const List& tail = more.as_list();  // another body: list_mut made `target` the only owner
  list.insert(list.end(), tail.begin(), tail.end());
  return {};
}

Result<void> merge_into_record(Value& target, const Value& more) {
  if (!more.is_record()) {
    return wrong_kind(
        fmt::format("{} cannot be added to a record with +=; set a key, or put it in {{ }}",
                    kind_with_article(more)));
  }
  Record& record = target.record_mut();
  for (const auto& [key, value] : more.as_record()) record.set(key, value);
  return {};
}

}  // namespace

Result<void> append_to(Value& target, Value more) {
  if (target.is_list()) return append_to_list(target, more);
  if (target.is_record()) return merge_into_record(target, more);
  if (target.is_null()) {
    target = more.is_scalar() ? Value(more.to_text()) : std::move(more);
    return {};
  }
  if (!more.is_scalar()) {
    return wrong_kind(fmt::format("{} cannot be added to {} with +=", kind_with_article(more),
                                  kind_with_article(target)));
  }
  if (!target.is_string()) target = target.to_text();
  more.append_text(target.string_mut());
  return {};
}

Result<Value> append_value(Value old, Value more) {
  if (const auto done = append_to(old, std::move(more)); !done) return fail(done.error());
  return old;
}

Result<void> append_path(Value& root, std::span<const Value> path, Value more) {
  auto place = edit_path(root, path);
  if (place) return append_to(**place, std::move(more));
  // `r[new]+=x`: the last record key may be new, as in a plain assignment.
  if (path.empty() || !is_absent(place.error())) return fail(std::move(place.error()));
  const auto parent = edit_path(root, path.first(path.size() - 1));
  if (!parent || !(*parent)->is_record()) return fail(std::move(place.error()));
  Value fresh;
  if (const auto done = append_to(fresh, std::move(more)); !done) return fail(done.error());
  return set_path(root, path, std::move(fresh));
}

}  // namespace weir::kernel
