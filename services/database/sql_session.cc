#include "services/database/sql_session.h"

#include <utility>

#include "services/base/check.h"

namespace hotline {

std::unique_ptr<SqlSession::Kept> SqlSession::Take(const std::string& sql) {
  const auto found = kept_.find(sql);
  if (found != kept_.end()) return std::move(found->second);
  if (kept_.size() >= kMostKept) kept_.clear();
  return nullptr;
}

void SqlSession::Compile(Kept& kept, const std::string& sql, const std::vector<SqlValue>& values) {
  kept.values.assign(values.begin(), values.end());
  for (const SqlValue& value : kept.values) {
    if (const auto* number = std::get_if<long long>(&value)) {
      kept.statement.exchange(soci::use(*number));
    } else {
      kept.statement.exchange(soci::use(std::get<std::string>(value)));
    }
  }
  kept.statement.alloc();
  kept.statement.prepare(sql);
  kept.statement.define_and_bind();
}

void SqlSession::Fill(Kept& kept, const std::vector<SqlValue>& values) {
  HOTLINE_CHECK(values.size() == kept.values.size(), "a statement has its number of values");
  for (size_t i = 0; i < values.size(); ++i) {
    HOTLINE_CHECK(values[i].index() == kept.values[i].index(), "a place has its type");
    kept.values[i] = values[i];  // in place: it is bound
  }
}

long long SqlSession::Run(const std::string& sql, const std::vector<SqlValue>& values) {
  std::unique_ptr<Kept> kept = Take(sql);
  if (!kept) {
    kept = std::make_unique<Kept>(*this);
    Compile(*kept, sql, values);
  }
  Fill(*kept, values);
  kept->statement.execute(true);
  const long long changed = kept->statement.get_affected_rows();
  kept_[sql] = std::move(kept);
  return changed;
}

}  // namespace hotline
