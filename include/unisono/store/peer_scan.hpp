// The rows that other tools' tables are counted from (`detect --compat`): as they stand in the file, repeats included,
// in the order of the file.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"
#include "unisono/store/case_file.hpp"

namespace unisono::store {

enum class PeerSource : std::uint8_t {
  verbatim,  // `bare_row`: formats that keep their rows (csds, qut-csv), rejected rows too
  actions,   // what the posts of the case point at in one channel; content = the post
  posts,     // the posts: object = what is reposted, content = the post, urls = its addresses between blanks
};

struct PeerSelection {
  PeerSource source = PeerSource::verbatim;
  std::string channel;       // of `actions`
  bool with_texts = false;   // `text` is read
  bool with_links = false;   // `urls` is read
  bool sorted_texts = true;  // false: texts are numbered in order of arrival, which saves sorting them
};

// Column arrays of n rows. Texts have one numbering, accounts their own, both in bytewise order; k_no_text is a missing
// cell (an empty cell is the text ""). Ids are as in the source; where a case has several platforms, "PLATFORM:ID".
struct PeerRows {
  static constexpr std::uint32_t k_no_text = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> object, account, content, reply, text, urls;  // `text` and `urls` only where asked for
  std::vector<double> t_s;                                                 // seconds, fractions kept; NaN = none
  std::vector<std::uint8_t> opening;  // 1 = the first record of its file, where no header stands before it
  std::vector<std::string> texts, accounts;
  std::uint64_t no_account = 0;     // rows left out: without an account
  std::uint64_t written_times = 0;  // times that are dates, not numbers: read as UTC
  std::size_t size() const { return account.size(); }
};

// How many rows the formats kept; 0 = the case holds posts only.
Result<std::int64_t> count_verbatim_rows(CaseFile& file);

// O(n log n). Memory about 40 bytes a row and 120 bytes plus its text for each different text. Errors: usage (unknown
// channel), memory (with need and limit), too_large, cancelled, io.
Result<PeerRows> scan_peer_rows(CaseFile& file, const PeerSelection& selection, const Control& control);

}  // namespace unisono::store
