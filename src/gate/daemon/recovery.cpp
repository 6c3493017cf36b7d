#include "gate/daemon/recovery.h"

#include "base/proc_file.h"
#include "gate/process_identity.h"
#include "gate/tagged_processes.h"

namespace weir::gate::daemon {

namespace {

TokenPipe find_pipe(const LeaseRow& row, const std::vector<ProcessIdentity>& tagged) {
  if (row.pipe_inode == 0) return {};
  std::vector<pid_t> holders = {row.record.request.client.pid};
  if (row.child) holders.push_back(row.child->pid);
  for (const ProcessIdentity& process : tagged) holders.push_back(process.pid);
  for (const pid_t holder : holders) {
    if (auto pipe = TokenPipe::reopen(holder, row.pipe_inode)) return std::move(*pipe);
  }
  return {};
}

/// The command of a client that had no time to tell which it is.
std::optional<ProcessIdentity> find_child(const LeaseRow& row,
                                          const std::vector<ProcessIdentity>& tagged) {
  for (const ProcessIdentity& process : tagged) {
    const auto stat = read_process_stat(process.pid);
    if (stat && stat->parent == row.record.request.client.pid) return process;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Survivor> find_survivor(LeaseRow row) {
  if (row.record.request.client.boot != boot_id()) return std::nullopt;
  const auto tagged = tagged_processes(row.tag, row.unix_session);
  if (!row.child) row.child = find_child(row, tagged);
  Survivor survivor;
  survivor.client = open_identity(row.record.request.client);
  if (row.child) survivor.child = open_identity(*row.child);
  if (!survivor.client && !survivor.child && tagged.empty()) return std::nullopt;
  survivor.pipe = find_pipe(row, tagged);
  survivor.is_at_work = !tagged.empty();
  survivor.row = std::move(row);
  return survivor;
}

}  // namespace weir::gate::daemon
