#include "services/ticket/store/sql_conditions.h"

#include "absl/strings/str_cat.h"

namespace hotline::ticket {

std::string SqlConditions::Place(std::string value) {
  texts_.push_back(std::make_unique<std::string>(std::move(value)));
  order_.push_back({texts_.back().get(), nullptr});
  return absl::StrCat(":p", order_.size());
}

std::string SqlConditions::Place(long long value) {
  numbers_.push_back(std::make_unique<long long>(value));
  order_.push_back({nullptr, numbers_.back().get()});
  return absl::StrCat(":p", order_.size());
}

void SqlConditions::Bind(soci::statement& statement) const {
  for (const auto& [text, number] : order_) {
    if (text != nullptr) {
      statement.exchange(soci::use(*text));
    } else {
      statement.exchange(soci::use(*number));
    }
  }
}

}  // namespace hotline::ticket
