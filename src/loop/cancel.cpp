#include "loop/cancel.h"

#include <vector>

namespace weir::loop {

/// The callbacks in a list, so that adding and removing cost the same with ten
/// thousand waiters; a child source is one more callback of its parent.
class CancelState {
 public:
  int reason = 0;
  bool cancelled = false;
  std::unique_ptr<CancelCallback> parent_link;

  void add(CancelCallback* callback) {
    callback->next_ = first_;
    callback->prev_ = nullptr;
    if (first_) first_->prev_ = callback;
    first_ = callback;
    callback->linked_ = true;
  }

  void remove(CancelCallback* callback) {
    if (callback->prev_)
      callback->prev_->next_ = callback->next_;
    else
      first_ = callback->next_;
    if (callback->next_) callback->next_->prev_ = callback->prev_;
    callback->linked_ = false;
  }

  void cancel(int why) {
    if (cancelled) return;
    cancelled = true;
    reason = why;
    // A callback may remove others (never itself), so take one at a time.
    while (first_) {
      CancelCallback* callback = first_;
      remove(callback);
      callback->fn_();
    }
  }

 private:
  CancelCallback* first_ = nullptr;
};

bool CancelToken::cancelled() const { return state_ && state_->cancelled; }
int CancelToken::reason() const { return state_ ? state_->reason : 0; }

CancelSource::CancelSource() : state_(std::make_shared<CancelState>()) {}
CancelSource::CancelSource(CancelSource&&) noexcept = default;
CancelSource& CancelSource::operator=(CancelSource&&) noexcept = default;
CancelSource::~CancelSource() {
  // Tokens may outlive the source; what can no longer be cancelled need not hear of its parent.
  if (state_) state_->parent_link.reset();
}

CancelSource::CancelSource(const CancelToken& parent) : CancelSource() {
  if (!parent.state_) return;
  auto* state = state_.get();
  auto parent_state = parent.state_.get();
  if (parent_state->cancelled) {
    state->cancel(parent_state->reason);
    return;
  }
  state->parent_link = std::make_unique<CancelCallback>(
      parent, [state, parent_state] { state->cancel(parent_state->reason); });
}

bool CancelSource::cancelled() const { return state_->cancelled; }
void CancelSource::cancel(int reason) {
  auto keep = state_;  // a callback may drop the last other reference
  keep->cancel(reason);
}

CancelCallback::CancelCallback(const CancelToken& token, std::function<void()> fn)
    : state_(token.state_), fn_(std::move(fn)) {
  if (!state_) return;
  if (state_->cancelled)
    fn_();
  else
    state_->add(this);
}

CancelCallback::~CancelCallback() {
  if (linked_) state_->remove(this);
}

}  // namespace weir::loop
