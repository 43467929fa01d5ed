#include "services/ctl/endpoints.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "services/ctl/command_line.h"

namespace hotline::ctl {
namespace {

namespace fs = std::filesystem;
using Entries = std::map<std::string, std::string>;

constexpr size_t kMaxEndpointsFile = 65'536;

absl::StatusOr<Entries> ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxEndpointsFile, '\0');
  if (!in || fs::is_directory(file)) {
    return UsageError(absl::StrCat("cannot read the endpoints file ", file));
  }
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return ParseEndpoints(text, file);
}

/// The directory the program was called in: of argv[0], or of the PATH entry that holds it.
fs::path ProgramDirectory(const std::string& program, const VariableLookup& environment) {
  if (program.find('/') != std::string::npos) return fs::path(program).parent_path();
  std::error_code ignored;
  const std::vector<std::string> path = absl::StrSplit(environment("PATH").value_or(""), ':');
  for (const std::string& directory : path) {
    const fs::path candidate = fs::path(directory) / program;
    if (!directory.empty() && fs::is_regular_file(candidate, ignored)) return directory;
  }
  return {};
}

/// The first endpoints file there is, or nothing.
std::string FindFile(const EndpointChoice& choice, const VariableLookup& environment) {
  if (!choice.endpoints.empty()) return choice.endpoints;
  if (const auto file = environment("HOTLINE_ENDPOINTS")) return *file;
  std::vector<fs::path> candidates = {"var/endpoints.env"};
  if (const fs::path beside = ProgramDirectory(choice.program, environment); !beside.empty()) {
    candidates.push_back(beside / "endpoints.env");
    candidates.push_back(beside / "../endpoints.env");
    candidates.push_back(beside / "var/endpoints.env");
  }
  std::error_code ignored;
  for (const fs::path& candidate : candidates) {
    if (fs::is_regular_file(candidate, ignored)) return candidate.string();
  }
  return "";
}

absl::Status CheckAddresses(const Endpoints& endpoints) {
  std::vector<std::string> all = endpoints.routers;
  for (const std::string& one :
       {endpoints.call, endpoints.media, endpoints.ticket, endpoints.directory}) {
    if (!one.empty()) all.push_back(one);
  }
  for (const std::string& address : all) {
    if (const auto parsed = ParseAddress(address); !parsed.ok()) return parsed.status();
  }
  return absl::OkStatus();
}

std::string FindKey(const EndpointChoice& choice, const VariableLookup& environment,
                    const std::string& endpoints_file) {
  if (!choice.access_key.empty()) return choice.access_key;
  if (const auto file = environment("HOTLINE_ACCESS_KEY_FILE")) return *file;
  if (endpoints_file.empty()) return "";
  const fs::path beside = fs::path(endpoints_file).parent_path() / "secrets/access.key";
  std::error_code ignored;
  return fs::exists(beside, ignored) ? beside.string() : "";
}

std::string Entry(const Entries& entries, const std::string& name) {
  const auto found = entries.find(name);
  return found == entries.end() ? "" : found->second;
}

}  // namespace

absl::StatusOr<Entries> ParseEndpoints(std::string_view text, std::string_view file) {
  Entries entries;
  int number = 0;
  for (const auto line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    const std::string stripped(absl::StripAsciiWhitespace(line));
    if (stripped.empty() || stripped.front() == '#') continue;
    const size_t equals = stripped.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return UsageError(absl::StrFormat("%s:%d: \"%s\" is not NAME=host:port", std::string(file),
                                        number, stripped));
    }
    entries[stripped.substr(0, equals)] = stripped.substr(equals + 1);
  }
  return entries;
}

absl::StatusOr<Endpoints> FindEndpoints(const EndpointChoice& choice,
                                        const VariableLookup& environment) {
  Endpoints endpoints;
  endpoints.call = choice.call;
  endpoints.ticket = choice.ticket;
  endpoints.directory = choice.directory;
  std::string routers = choice.routers;
  if (routers.empty()) routers = environment("HOTLINE_ROUTERS").value_or("");
  const std::string file = FindFile(choice, environment);
  if (endpoints.file = file; !file.empty()) {
    const absl::StatusOr<Entries> entries = ReadFile(file);
    if (!entries.ok()) return entries.status();
    if (endpoints.call.empty()) endpoints.call = Entry(*entries, "CALL");
    endpoints.area = Entry(*entries, "AREA");
    endpoints.media = Entry(*entries, "MEDIA");
    if (endpoints.ticket.empty()) endpoints.ticket = Entry(*entries, "TICKET");
    if (endpoints.directory.empty()) endpoints.directory = Entry(*entries, "DIRECTORY");
    if (routers.empty()) {
      routers = absl::StrCat(Entry(*entries, "ROUTER"), ",", Entry(*entries, "ROUTER_2"));
    }
  }
  if (const auto area = environment("HOTLINE_AREA")) endpoints.area = *area;
  endpoints.access_key = FindKey(choice, environment, file);
  endpoints.routers = absl::StrSplit(routers, ',', absl::SkipWhitespace());
  for (std::string& router : endpoints.routers) absl::StripAsciiWhitespace(&router);
  const absl::Status status = CheckAddresses(endpoints);
  if (!status.ok()) return status;
  return endpoints;
}

absl::Status NotKnown(const Endpoints& endpoints, std::string_view what, std::string_view option) {
  const std::string name(what);
  const std::string give = absl::StrCat("give ", std::string(option), " HOST:PORT");
  if (!endpoints.file.empty()) {
    return UsageError(absl::StrCat(endpoints.file, " does not say where ", name, " is; ", give));
  }
  return UsageError(absl::StrCat("where is ", name, "? Start the hotline with deploy/up, ", give,
                                 " or --endpoints FILE"));
}

absl::StatusOr<Endpoint> ParseAddress(std::string_view text) {
  absl::StatusOr<Endpoint> endpoint = Endpoint::Parse(text);
  if (!endpoint.ok()) return UsageError(std::string(endpoint.status().message()));
  if (endpoint->port == 0)
    return UsageError(absl::StrCat(std::string(text), ": port 0 is nobody's"));
  return endpoint;
}

}  // namespace hotline::ctl
