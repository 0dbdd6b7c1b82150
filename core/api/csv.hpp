// Rows of CSV as RFC 4180 has them. A text that begins with = + - @, a tabulator or a carriage
// return would be a formula to a spreadsheet: it gets an apostrophe before it, telephone numbers
// aside.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace callgate {

void append_csv_row(std::string& out, std::initializer_list<std::string_view> cells);

}  // namespace callgate
