#include "services/ticket/store/sql_conditions.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::ticket {

std::string SqlConditions::Place(std::string value) {
  values_.push_back(std::move(value));
  return absl::StrCat(":p", values_.size());
}

std::string SqlConditions::Place(long long value) {
  values_.push_back(value);
  return absl::StrCat(":p", values_.size());
}

void SqlConditions::Bind(soci::statement& statement) const {
  for (const SqlValue& value : values_) {
    if (const auto* number = std::get_if<long long>(&value)) {
      statement.exchange(soci::use(*number));
    } else {
      statement.exchange(soci::use(std::get<std::string>(value)));
    }
  }
}

}  // namespace hotline::ticket
