// Text as one word of a command line or one value of a statement: what is printed to be run again.
#pragma once

#include <string>
#include <string_view>

namespace unisono {

// One word for sh, bash and zsh: as it is where nothing in it is special, else in single quotes. O(length).
std::string quote_shell(std::string_view word);

// A text literal of SQL: 'it''s'. O(length).
std::string quote_sql(std::string_view text);

}  // namespace unisono
