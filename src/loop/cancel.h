// CancelSource and CancelToken: a request to end, seen by everything that waits.
//
// A source makes tokens; a source made from a token is a child: cancelling the
// parent cancels it, not the other way round. Cancelling is a request: what is
// cancelled still unwinds and its children are still reaped. The first reason
// (a signal number) stays. Not thread-safe: loop thread only.
#pragma once

#include <csignal>
#include <functional>
#include <memory>

namespace weir::loop {

class CancelState;

class CancelToken {
 public:
  CancelToken() = default;  // never cancelled
  bool cancelled() const;
  /// The signal that stands for the reason (SIGTERM, SIGINT, SIGALRM for a timeout); 0 when not
  /// cancelled.
  int reason() const;
  /// Of the same source.
  bool operator==(const CancelToken& other) const = default;

 private:
  friend class CancelSource;
  friend class CancelCallback;
  explicit CancelToken(std::shared_ptr<CancelState> state) : state_(std::move(state)) {}
  std::shared_ptr<CancelState> state_;  // shared with the source and other tokens
};

class CancelSource {
 public:
  CancelSource();
  explicit CancelSource(const CancelToken& parent);
  CancelSource(CancelSource&&) noexcept;
  CancelSource& operator=(CancelSource&&) noexcept;
  ~CancelSource();

  CancelToken token() const { return CancelToken(state_); }
  bool cancelled() const;
  void cancel(int reason = SIGTERM);

 private:
  std::shared_ptr<CancelState> state_;  // shared with tokens
};

/// Calls `fn` once when the token is cancelled (at once when it already is),
/// unless destroyed before. `fn` must not destroy this object.
class CancelCallback {
 public:
  CancelCallback(const CancelToken& token, std::function<void()> fn);
  ~CancelCallback();
  CancelCallback(const CancelCallback&) = delete;
  CancelCallback& operator=(const CancelCallback&) = delete;

 private:
  friend class CancelState;
  std::shared_ptr<CancelState> state_;  // shared with the token
  std::function<void()> fn_;
  CancelCallback* next_ = nullptr;
  CancelCallback* prev_ = nullptr;
  bool linked_ = false;
};

}  // namespace weir::loop
