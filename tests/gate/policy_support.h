// Makes requests and states for the tests of the policy, and reads decisions.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gate/policy.h"

namespace weir::gate::test {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline LaneKey lane(std::string directory) { return LaneKey({{std::move(directory), false}}); }

inline Request bulk(std::uint64_t id, std::string directory, std::string requester = "me") {
  Request request;
  request.id = id;
  request.requester = std::move(requester);
  request.command = "cargo build";
  request.lane = lane(std::move(directory));
  request.wants_tokens = true;
  return request;
}

inline Request focus(std::uint64_t id, std::string directory, std::string requester = "me") {
  Request request = bulk(id, std::move(directory), std::move(requester));
  request.band = Band::focus;
  request.command = "cargo check -p leaf";
  return request;
}

inline State machine_with(int processors) {
  State state;
  state.machine.processors = processors;
  return state;
}

/// One word an action: "grant 1+3", "issue 1+2", "withdraw 1-2", "demote 1", "weigh 1 full".
inline std::string shown(const Action& action) {
  struct {
    std::string operator()(const Grant& a) { return with("grant ", a.id, "+", a.tokens); }
    std::string operator()(const Issue& a) { return with("issue ", a.id, "+", a.tokens); }
    std::string operator()(const Withdraw& a) { return with("withdraw ", a.id, "-", a.tokens); }
    std::string operator()(const Demote& a) { return "demote " + std::to_string(a.id); }
    std::string operator()(const Weigh& a) {
      return "weigh " + std::to_string(a.id) + ' ' + weight_name(a.weight);
    }
    std::string with(const char* verb, std::uint64_t id, const char* sign, int tokens) {
      return verb + std::to_string(id) + sign + std::to_string(tokens);
    }
  } shower;
  return std::visit(shower, action);
}

/// Decides and gives the actions, with ", " between them.
inline std::string decided(State& state, Instant now) {
  std::string text;
  for (const Action& action : decide(state, now).actions) {
    text += (text.empty() ? "" : ", ") + shown(action);
  }
  return text;
}

}  // namespace weir::gate::test
