#include "services/directory/service/convert.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

#include "services/runtime/proto_time.h"

namespace hotline::directory {
namespace {

constexpr int kDefaultMatches = 50;
constexpr int kMaxMatches = 200;

template <class E>
absl::Status ReadWords(const google::protobuf::RepeatedPtrField<std::string>& words,
                       const char* what, std::vector<E>& out) {
  for (const std::string& word : words) {
    const auto value = FromWord<E>(word);
    if (!value)
      return absl::InvalidArgumentError(absl::StrCat(what, ": there is no \"", word, "\""));
    out.push_back(*value);
  }
  return absl::OkStatus();
}

}  // namespace

v1::Record ToProto(const Row& row) {
  v1::Record record;
  record.set_table(row.table);
  record.set_key(row.key);
  for (const auto& [column, value] : row.fields) {
    v1::Field& field = *record.add_fields();
    field.set_column(column);
    field.set_value(value);
  }
  return record;
}

v1::Problem ToProto(const Problem& problem) {
  v1::Problem out;
  out.set_severity(problem.severity == Problem::Severity::kError ? v1::Problem::SEVERITY_ERROR
                                                                 : v1::Problem::SEVERITY_WARNING);
  out.set_file(problem.file);
  out.set_line(problem.line);
  out.set_table(problem.table);
  out.set_column(problem.column);
  out.set_reason(problem.reason);
  return out;
}

absl::StatusOr<NodeQuery> ToQuery(const v1::SearchNodesRequest& request) {
  NodeQuery query{.area = request.area(), .text = request.text(), .division = request.division()};
  if (auto status = ReadWords(request.types(), "types", query.types); !status.ok()) return status;
  if (auto status = ReadWords(request.kinds(), "kinds", query.kinds); !status.ok()) return status;
  if (!request.skill().empty()) {
    query.skill = SkillLevel{request.skill(), std::max(1, request.level())};
  }
  query.language = request.language();
  if (request.has_open_time()) query.open_at = FromProto(request.open_time());
  if (request.has_from()) {
    query.from = Point{request.from().longitude(), request.from().latitude()};
    if (!(std::abs(query.from->longitude) <= 180) || !(std::abs(query.from->latitude) <= 90)) {
      return absl::InvalidArgumentError("from: is no place on the map");
    }
  } else if (request.has_within() || request.in_circle()) {
    return absl::InvalidArgumentError("from: is needed to say what is near");
  }
  if (request.has_within()) query.within = FromProto(request.within());
  query.in_circle = request.in_circle();
  const int limit = request.limit() <= 0 ? kDefaultMatches : request.limit();
  query.limit = static_cast<size_t>(std::min(limit, kMaxMatches));
  return query;
}

}  // namespace hotline::directory
