#include "unisono/commands/query.hpp"

#include "unisono/store/case_file.hpp"

namespace unisono::commands {

Result<Table> query(const QueryOptions& options, const Control& control) {
  store::OpenOptions open;
  open.read_only = true;
  open.threads = control.threads;
  open.memory_bytes = control.memory_bytes;
  open.stop = control.stop;
  UNISONO_TRY(store::CaseFile file, store::CaseFile::open(options.case_path, open));
  return file.query_read_only(options.sql, options.max_rows, control);
}

}  // namespace unisono::commands
