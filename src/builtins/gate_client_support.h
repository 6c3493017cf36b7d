// How the commands of the gate talk with its daemon, and what they show alike.
//
// The client blocks, so it runs on the thread pool. A report of the daemon is a record
// (gate/reports.h); the functions here read its members without minding that one is missing:
// the daemon may be older than this program.
#pragma once

#include <functional>

#include "builtins/reports_support.h"
#include "builtins/table_support.h"
#include "gate/environment_list.h"

namespace weir::builtins {

enum class NoDaemon : uint8_t { is_an_error, starts_one };

/// The answer to one call. ErrorKind::not_found: no daemon runs, or it does not know the thing.
Task<Result<Value>> ask_gate(Context& ctx, std::string method, Value params,
                             NoDaemon without = NoDaemon::is_an_error);

/// Says that no daemon runs, and whether one can.
Error no_daemon();

/// As the commands of this shell name themselves to the daemon.
std::string own_requester(const Context& ctx);

/// What a program of this shell, and so a shim, would find in its environment.
gate::EnvironmentList exported_environment(const Context& ctx);

/// Whether a daemon may be there: asking costs nothing where its socket is missing.
bool may_have_gate();

/// The ids that operands name: a number, or a job of this shell (%2) that runs behind the gate.
Task<Result<std::vector<int64_t>>> gate_ids(Context& ctx, List operands);

/// One call of the daemon for each id that the operands name, with `params` beside the id. `take`
/// gets each answer; what is refused is an error of the report. The code of the command.
using TakeAnswer = std::function<void(Report& report, int64_t id, Value answer)>;
Task<int> ask_for_each(Invocation call, std::string method, Record params, TakeAnswer take);

/// Rows as the flags and the terminal want them: a JSON array, a table, lines with tabs.
/// REQUIRES: as many rows in the table as values.
ValueTask<int> show_table(const Invocation& call, const Table& table, List values);

// ---- members of a report ------------------------------------------------------------

const Value& member(const Value& record, std::string_view name);  // null when it is not there
std::string member_text(const Value& record, std::string_view name);
int64_t member_number(const Value& record, std::string_view name);
bool member_flag(const Value& record, std::string_view name);
/// "3m10s" of a member in milliseconds; "" when it is null.
std::string member_time(const Value& record, std::string_view name);
const List& member_list(const Value& record, std::string_view name);

/// How long until it ends: "~50s", "late", "?".
std::string eta_text(const Value& report);
/// Who asked: "me" for who has no name but belongs to this session.
std::string who_text(const Value& report);
/// What a lease does, or why a request waits, in a few words.
std::string state_note(const Context& ctx, const Value& report);
/// "lane held by 12", of one reason.
std::string reason_note(const Value& reason);
/// The whole explanation of `why`, several lines. `called`: how the thing is named in it.
std::string why_text(const Context& ctx, const Value& report, const std::string& called);

}  // namespace weir::builtins
