#include "gate/routes/cargo_route.h"

namespace weir::gate {

namespace {

bool is_focus(const CargoArguments& arguments, const CargoSubcommand* command,
              const CargoFacts& facts) {
  if (command == nullptr || command->is_bulk) return false;
  if (arguments.whole_workspace || arguments.profile_directory() != "debug") return false;
  if (!arguments.is_limited() && !facts.is_in_member) return false;
  return facts.is_warm || command->is_check;
}

}  // namespace

std::string_view cargo_route_name(CargoRoute route) {
  switch (route) {
    case CargoRoute::passthrough:
      return "passthrough";
    case CargoRoute::cache:
      return "cache";
    case CargoRoute::focus:
      return "focus";
    case CargoRoute::bulk:
      return "bulk";
  }
  return {};
}

bool is_cargo_passthrough(const CargoArguments& arguments) {
  if (arguments.only_answers) return true;
  const CargoSubcommand* command = arguments.known();
  return command != nullptr && command->work == CargoWork::nothing;
}

bool is_band_guessed(const CargoArguments& arguments, std::string_view wanted) {
  const CargoSubcommand* command = arguments.known();
  return command != nullptr && command->work == CargoWork::compile && !command->is_bulk &&
         wanted != "focus" && wanted != "bulk";
}

CargoRoute cargo_route(const CargoArguments& arguments, const CargoFacts& facts) {
  if (facts.is_nested || is_cargo_passthrough(arguments)) return CargoRoute::passthrough;
  const CargoSubcommand* command = arguments.known();
  if (command != nullptr && command->work == CargoWork::cache) return CargoRoute::cache;
  if (command != nullptr && command->work == CargoWork::clean) return CargoRoute::focus;
  if (facts.wanted == "focus") return CargoRoute::focus;
  if (facts.wanted == "bulk") return CargoRoute::bulk;
  return is_focus(arguments, command, facts) ? CargoRoute::focus : CargoRoute::bulk;
}

}  // namespace weir::gate
