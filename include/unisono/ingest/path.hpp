// Paths: how a mapping file names a value inside a record.
//
//   a.b                            the value under key b of the object under key a; for a CSV file the column "a.b"
//   a[]                            every element of the list a
//   a[?type=='retweeted'].id       the elements of a whose `type` is "retweeted"
//   $key, "quoted.key"             a key that begins with $, a key that contains a dot or bracket
//   @users[author_id].username     the entry of the record's look-up table `users` whose key is the value of author_id
//   @page[].meta                   a value of the page that a post stands in
//   .                              the element itself (inside `each`)
//
// Paths are data from outside: parse() accepts at most 64 steps and says where a bad path goes wrong.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unisono/core/result.hpp"

namespace unisono::ingest {

class Path;

struct PathStep {
  enum class Kind : std::uint8_t { key, each, filter, lookup };
  Kind kind = Kind::key;
  std::string key;                 // key; filter: the key that is compared; lookup: the table's name
  std::string value;               // filter: the wanted value
  std::shared_ptr<const Path> by;  // lookup: the path of the key, relative to the current object
};

class Path {
 public:
  Path() = default;
  // Error{bad_input} with the path and the position of the mistake.
  static Result<Path> parse(std::string_view text);

  const std::string& text() const { return text_; }
  const std::vector<PathStep>& steps() const { return steps_; }  // empty for "."
  // The CSV column that the path names: the text without quotes and without a trailing "[]".
  const std::string& column() const { return column_; }
  bool is_list() const { return is_list_; }  // ends in [] or a filter: may give several values

  // For a CSV file the place of that column among the header's; -1 = the file has no such column.
  void bind(int column) { bound_ = column; }
  int bound() const { return bound_; }

 private:
  std::string text_, column_;
  std::vector<PathStep> steps_;
  bool is_list_ = false;
  int bound_ = -1;
};

}  // namespace unisono::ingest
