#include "catalogue.hpp"

namespace unisono::app {
namespace {

std::vector<OptionSpec> general_options() {
  return {
      {"threads", "", ValueKind::integer, "N", "how many threads to use; never changes a result", "all cores"},
      {"memory", "", ValueKind::bytes, "SIZE", "how much memory may be used, like 4G", "half of this machine's"},
      {"spill-dir", "", ValueKind::path, "DIR", "where temporary data goes when memory is short", "beside the case"},
      {"json", "", ValueKind::flag, "", "print one JSON object"},
      {"ndjson", "", ValueKind::flag, "", "print one JSON object per row"},
      {"table", "", ValueKind::flag, "", "print tables for people also into a pipe"},
      {"progress",
       "",
       ValueKind::choice,
       "WHEN",
       "show progress on standard error",
       "auto",
       false,
       {"auto", "always", "never", "json"}},
      {"color", "", ValueKind::choice, "WHEN", "use colours", "auto", false, {"auto", "always", "never"}},
      {"quiet", "q", ValueKind::flag, "", "print no notes and no progress"},
      {"verbose", "v", ValueKind::flag, "", "also print the configuration files, the time and the memory used", "",
       true},
      {"help", "h", ValueKind::flag, "", "show help, examples first"},
      {"version", "", ValueKind::flag, "", "show version, compiler and case schema"},
  };
}

}  // namespace

const Catalogue& catalogue() {
  static const Catalogue all{
      {
          run_command(),
          demo_command(),
          import_command(),
          inspect_command(),
          detect_command(),
          calibrate_command(),
          amplify_command(),
          explain_command(),
          rank_command(),
          evaluate_command(),
          merge_command(),
          query_command(),
          report_command(),
          export_command(),
          formats_command(),
          config_command(),
          completions_command(),
          help_command(),
      },
      general_options(),
  };
  return all;
}

}  // namespace unisono::app
