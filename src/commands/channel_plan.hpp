// What a command that tests channels has to know before the first test: its options checked, the channels and windows
// that they ask for, and what the case says of every channel. Shared by detect and calibrate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unisono/commands/detect.hpp"
#include "unisono/network/events.hpp"
#include "unisono/store/action_scan.hpp"
#include "unisono/store/case_file.hpp"
#include "unisono/store/publication_scan.hpp"
#include "unisono/store/run_record.hpp"

namespace unisono::commands {

inline constexpr std::int64_t k_default_windows_us[] = {10'000'000, 60'000'000, 300'000'000, 3'600'000'000};

struct ChannelPlan {
  std::string run_id;
  std::string channel;
  std::vector<std::int64_t> windows_us;
  std::vector<std::uint8_t> declared;   // per account of the actions; 1 = on the allow list
  bool collected_by_object = false;     // at least 90 % of the objects are posts of the targets
  store::ObjectPublications published;  // of the objects of the actions
};

// Errors: usage.
Result<void> check_options(const DetectOptions& options);

// Each channel once, in the order of the list of channels: the order of typing changes nothing.
Result<std::vector<std::string>> channels_of(store::CaseFile& file, const DetectOptions& options);

std::vector<std::int64_t> windows_of(const DetectOptions& options);  // ascending, each once

// The options that change results, as JSON with its keys in alphabetical order: neither threads nor memory nor paths.
std::string options_json(const DetectOptions& options, const std::vector<std::string>& channels,
                         const std::vector<std::int64_t>& windows);

// What a run of detect with these options is recorded as. Errors: those of the case.
Result<store::Run> detect_run(store::CaseFile& file, const DetectOptions& options,
                              const std::vector<std::string>& channels, const std::vector<std::int64_t>& windows);

// One flag per account of the actions: on an allow list.
Result<std::vector<std::uint8_t>> declared_accounts(store::CaseFile& file, const store::ActionSet& actions);

// What the case says of one channel.
Result<ChannelPlan> plan_channel(store::CaseFile& file, const store::ActionSet& actions, std::string run_id,
                                 const std::string& channel, const std::vector<std::int64_t>& windows_us,
                                 const Control& control = {});

// The first actions with all times equal: for tests that read none.
network::Events events_without_times(const store::ActionSet& actions);

// One sentence per kind of actions that were left out.
void note_exclusions(const store::ActionSet& actions, const std::string& channel, std::vector<std::string>& notes);

}  // namespace unisono::commands
