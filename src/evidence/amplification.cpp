#include "unisono/evidence/amplification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evidence/amplification_questions.hpp"

namespace unisono::evidence {
namespace {

using Json = nlohmann::ordered_json;

Result<void> check(const AmplificationRequest& request) {
  const std::vector<std::string> known = amplification_actions();
  if (request.actions.empty())
    return fail(ErrorCode::usage, "no kind of action was named", "leave --actions out for repost");
  for (const std::string& action : request.actions) {
    if (std::find(known.begin(), known.end(), action) == known.end())
      return fail(ErrorCode::usage, fmt::format("there is no action '{}'", action),
                  "the actions are repost, reply, quote, mention");
  }
  if (request.since && request.until && *request.since >= *request.until) {
    return fail(
        ErrorCode::usage,
        fmt::format("--since {} is not before --until {}", format_iso(*request.since), format_iso(*request.until)),
        "--until is the first moment that is left out");
  }
  return {};
}

Result<void> count_exclusions(Questions& questions) {
  UNISONO_TRY(const Table row, questions.ask(R"(SELECT (SELECT count(*) FROM target_name n
      WHERE EXISTS (SELECT 1 FROM action_on_target a
      WHERE a.platform = n.platform AND a.target_id = n.target_id) OR EXISTS (SELECT 1
      FROM target_post p WHERE p.platform = n.platform AND p.target_id = n.target_id)) AS targets, (SELECT count(*)
      FROM action_on_target WHERE in_window AND by_target) AS by_target, (SELECT count(*)
      FROM amplification WHERE account_id IS NULL) AS no_account, (SELECT count(*)
      FROM action_on_target WHERE t_us IS NULL AND NOT by_target) AS no_time)"));
  Amplification& out = questions.out();
  const auto at = [&](std::string_view column) { return static_cast<std::uint64_t>(integer_at(row, 0, column)); };
  out.targets_found = at("targets");
  out.actions_by_targets = at("by_target");
  out.actions_without_account = at("no_account");
  out.actions_without_time = at("no_time");
  if (out.actions_by_targets > 0)
    out.notes.push_back(
        fmt::format("{} actions of targets on targets were left out of every share.", out.actions_by_targets));
  if (out.actions_without_account > 0)
    out.notes.push_back(fmt::format("{} {} have no known account: they count in totals and for no account.",
                                    out.actions_without_account, questions.rows_name()));
  if (out.actions_without_time > 0) {
    out.notes.push_back(fmt::format("{} actions on targets have no time: {}", out.actions_without_time,
                                    questions.request().since || questions.request().until
                                        ? "they are left out."
                                        : "they count, but not per week."));
  }
  return {};
}

}  // namespace

std::vector<std::string> amplification_actions() {
  return {"repost", "reply", "quote", "mention"};
}

std::string to_json(const AmplificationRequest& request) {
  const auto time = [](const std::optional<TimeUs>& t) {
    return t ? Json(format_iso(*t, Precision::us)) : Json(nullptr);
  };
  return Json{{"actions", request.actions},           {"group_id", request.group_id},
              {"group_list", request.group_list},     {"group_run", request.group_run},
              {"rows_shown", request.rows_shown},     {"since", time(request.since)},
              {"status_at", time(request.status_at)}, {"target_lists", request.target_lists},
              {"until", time(request.until)}}
      .dump();
}

Result<AmplificationRequest> amplification_request_from(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  const auto broken = [] {
    return fail(ErrorCode::bad_input, "these are not the options of a run of amplify", "run `unisono amplify` again");
  };
  if (!parsed.is_object()) return broken();
  AmplificationRequest request;
  const auto text = [&](const char* key) {
    return parsed.contains(key) && parsed[key].is_string() ? parsed[key].get<std::string>() : std::string();
  };
  const auto texts = [&](const char* key) {
    std::vector<std::string> all;
    if (!parsed.contains(key) || !parsed[key].is_array()) return all;
    for (const Json& item : parsed[key]) {
      if (item.is_string()) all.push_back(item.get<std::string>());
    }
    return all;
  };
  request.actions = texts("actions");
  request.target_lists = texts("target_lists");
  request.group_id = text("group_id");
  request.group_list = text("group_list");
  request.group_run = text("group_run");
  if (parsed.contains("rows_shown") && parsed["rows_shown"].is_number_unsigned())
    request.rows_shown = parsed["rows_shown"].get<std::size_t>();
  for (const auto& [key, into] : {std::pair{"since", &request.since}, std::pair{"status_at", &request.status_at},
                                  std::pair{"until", &request.until}}) {
    if (text(key).empty()) continue;
    UNISONO_TRY(*into, parse_moment(text(key)));
  }
  if (request.actions.empty()) return broken();
  return request;
}

const AnalysisTable* Amplification::find(std::string_view table) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.name == table; });
  return found == tables.end() ? nullptr : &*found;
}

Result<Amplification> amplification(store::CaseFile& file, const AmplificationRequest& request,
                                    const Control& control) {
  UNISONO_CHECK(check(request));
  Amplification out;
  Questions questions(file, request, control, out);
  UNISONO_CHECK(questions.prepare());
  UNISONO_CHECK(count_exclusions(questions));
  UNISONO_CHECK(add_amplified(questions));
  if (out.targets_found == 0) {
    UNISONO_TRY(const std::int64_t posts, questions.count("SELECT count(*) FROM post"));
    if (posts == 0) {
      questions.refuse("A1-A3, B1-B4, B6-B8",
                       "this case holds actions without posts, so it is not known whose posts are acted on",
                       "import an export with posts, replies or reposts and their accounts");
    } else {
      questions.refuse("A1-A3, B1-B4, B6-B8", "no target occurs in this data, neither as an author nor in a reference",
                       "check handles and ids in the list; the table `amplified` shows who is amplified instead");
    }
    return out;
  }
  UNISONO_CHECK(questions.add_figure(
      {.analysis = "A1", .subject = "all targets", .label = "targets that occur in the data", .rows = "targets"},
      R"(SELECT count(*) AS numerator FROM target_name n
      WHERE EXISTS (SELECT 1 FROM action_on_target a
      WHERE a.platform = n.platform AND a.target_id = n.target_id) OR EXISTS (SELECT 1
      FROM target_post p WHERE p.platform = n.platform AND p.target_id = n.target_id))"));
  UNISONO_CHECK(choose_status_date(questions));
  constexpr std::array k_parts = {add_posting, add_concentration, add_rapidity,
                                  add_status,  add_group_shares,  add_devotion};
  for (std::size_t i = 0; i < k_parts.size(); ++i) {
    control.report("amplify", i, k_parts.size(), "analyses");
    UNISONO_CHECK(k_parts[i](questions));
  }
  return out;
}

}  // namespace unisono::evidence
