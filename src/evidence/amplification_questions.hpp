// The queries of amplification. Every analysis asks in terms of a few named relations (target_post, amplification,
// status_at, ...). Here they are temporary tables; in a printed query they are common table expressions of the same
// names, so that what is printed is what was asked.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/quote.hpp"
#include "unisono/core/result.hpp"
#include "unisono/core/table.hpp"
#include "unisono/evidence/amplification.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::evidence {

class Questions {
 public:
  Questions(store::CaseFile& file, const AmplificationRequest& request, const Control& control, Amplification& out)
      : file_(file), request_(request), control_(control), out_(out) {}

  // Makes the relations that need no date of status; then the others.
  Result<void> prepare();
  Result<void> prepare_status(TimeUs at);

  // The rows of `body` over the relations. Checks for a stop first.
  Result<Table> ask(const std::string& body);
  Result<std::int64_t> count(const std::string& body);
  // The same query for a case: the relations that it uses stand before it.
  std::string printed(const std::string& body) const;

  // Adds the table with at most `shown` rows (0 = all).
  Result<void> add_table(AnalysisTable described, const std::string& body, std::size_t shown = 0);
  // `body` gives one row with numerator, denominator, value, as far as it has them. A share gets its value. Returns the
  // figure for more to be filled in; the reference is valid until the next one is added.
  Result<Figure*> add_figure(Figure described, const std::string& body);
  void refuse(std::string analysis, std::string reason, std::string to_do);

  const AmplificationRequest& request() const { return request_; }
  Amplification& out() { return out_; }
  bool has_group() const { return !request_.group_list.empty() || !request_.group_id.empty(); }
  // "reposts", "replies and quotes".
  std::string rows_name() const;
  store::CaseFile& file() { return file_; }

 private:
  struct Relation {
    std::string name, select;
  };
  Result<void> make(std::string name, std::string select);
  std::string with_relations(const std::string& body) const;

  store::CaseFile& file_;
  const AmplificationRequest& request_;
  const Control& control_;
  Amplification& out_;
  std::vector<Relation> relations_;
};

std::string quote_sql_time(TimeUs t);  // TIMESTAMP '...'

// One file each; every one adds its tables, figures and refusals.
Result<void> add_amplified(Questions& questions);       // who is amplified at all
Result<void> add_posting(Questions& questions);         // A1, A2, A3
Result<void> add_concentration(Questions& questions);   // B1, B2
Result<void> add_rapidity(Questions& questions);        // B3
Result<void> choose_status_date(Questions& questions);  // sets out().status_at and makes status_at, or refuses B4
Result<void> add_status(Questions& questions);          // B4
Result<void> add_group_shares(Questions& questions);    // B6, B7
Result<void> add_devotion(Questions& questions);        // B8

}  // namespace unisono::evidence
