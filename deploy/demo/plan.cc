#include "deploy/demo/plan.h"

#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/runtime/config.h"

namespace hotline::demo {
namespace {

constexpr IntRange kCapacity{1, 1000};

// Reads lines "key<separator>value"; empty lines and comments are skipped.
absl::StatusOr<std::map<std::string, std::string>> ReadPairs(const std::string& file,
                                                             char separator) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat(file, " cannot be read; is the hotline up?"));
  std::map<std::string, std::string> pairs;
  for (std::string line; std::getline(in, line);) {
    const size_t at = line.find(separator);
    if (line.empty() || line[0] == '#' || at == line.npos) continue;
    pairs[line.substr(0, at)] = line.substr(at + 1);
  }
  return pairs;
}

PhonePlan ReadPhone(ConfigReader& reader) {
  PhonePlan phone{.id = reader.Name("id"), .extension = reader.String("extension")};
  if (reader.Has("capacity")) phone.lines = static_cast<int>(reader.Int("capacity", kCapacity));
  reader.IgnoreRest();
  return phone;
}

// Without its header a number may be placed by another line; both are worth a call.
DialledNumber ReadNumber(ConfigReader& reader) {
  DialledNumber number{.number = reader.String("dialled")};
  if (reader.Has("header")) {
    ConfigReader header = reader.Map("header");
    number.headers.emplace_back(header.String("name"), header.String("value"));
  }
  reader.IgnoreRest();
  return number;
}

absl::Status GivePasswords(const std::map<std::string, std::string>& secrets,
                           std::vector<PhonePlan>& phones) {
  for (PhonePlan& phone : phones) {
    const auto found = secrets.find(phone.extension);
    if (found == secrets.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("no password for extension ", phone.extension, " (", phone.id, ")"));
    }
    phone.password = found->second;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DemoPlan> LoadPlan(const std::string& config_file, const std::string& secrets_file) {
  auto file = ConfigFile::Load(config_file, {});
  if (!file.ok()) return file.status();
  DemoPlan plan;
  ConfigReader area = file->Section("area");
  area.List("seats", [&](ConfigReader& seat) { plan.seats.push_back(ReadPhone(seat)); });
  area.List("stations",
            [&](ConfigReader& station) { plan.stations.push_back(ReadPhone(station)); });
  area.List("numbers", [&](ConfigReader& number) { plan.numbers.push_back(ReadNumber(number)); });
  area.IgnoreRest();
  ConfigReader call = file->Section("call");
  plan.domain = call.String("domain", "hotline.local");
  call.IgnoreRest();
  if (absl::Status status = file->status(); !status.ok()) return status;
  if (plan.seats.empty() || plan.numbers.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(config_file, " has no seats or no numbers"));
  }
  // The plain number first: most people dial it.
  for (auto& number : plan.numbers) {
    if (!number.headers.empty()) continue;
    std::swap(number, plan.numbers.front());
    break;
  }
  const auto secrets = ReadPairs(secrets_file, ':');
  if (!secrets.ok()) return secrets.status();
  if (absl::Status status = GivePasswords(*secrets, plan.seats); !status.ok()) return status;
  if (absl::Status status = GivePasswords(*secrets, plan.stations); !status.ok()) return status;
  return plan;
}

absl::StatusOr<std::map<std::string, std::string>> LoadEndpoints(const std::string& file) {
  return ReadPairs(file, '=');
}

}  // namespace hotline::demo
