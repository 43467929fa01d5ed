#include "services/call/sip/farewell.h"

#include <array>
#include <utility>
#include <vector>

namespace hotline::call {
namespace {

/// The highest there is (RFC 3261 §8.1.1.5): a peer accepts every one that is larger than the last
/// (§12.2.2), and Sofia begins ours with the time of day.
constexpr char kLastCseq[] = "2147483647 BYE";
constexpr char kVersion[] = "1";
constexpr int kMaxRoutes = 16;
/// BYEs that wait while the connection to the proxy is being made; Sofia's own limit of 64 drops
/// the rest.
constexpr unsigned kMaxQueued = 1000;

template <class Header>
std::string Text(const Header* header) {
  if (!header) return {};
  su_home_t home[1] = {SU_HOME_INIT(home)};
  const char* text = sip_header_as_string(home, reinterpret_cast<const sip_header_t*>(header));
  std::string copy = text ? text : "";
  su_home_deinit(home);
  return copy;
}

std::string UrlText(const sip_contact_t* contact) {
  if (!contact) return {};
  su_home_t home[1] = {SU_HOME_INIT(home)};
  const char* text = url_as_string(home, contact->m_url);
  std::string copy = text ? text : "";
  su_home_deinit(home);
  return copy;
}

/// The Record-Route set; a UAC sends along it backwards.
std::string Routes(const sip_record_route_t* route, bool backwards) {
  std::string routes;
  for (int n = 0; route && n < kMaxRoutes; route = route->r_next, ++n) {
    sip_record_route_t one = *route;
    one.r_next = nullptr;
    const std::string text = Text(&one);
    if (routes.empty())
      routes = text;
    else
      routes = backwards ? text + ", " + routes : routes + ", " + text;
  }
  return routes;
}

}  // namespace

DialogState BeginDialog(const sip_t* invite) {
  DialogState state;
  state.target = UrlText(invite->sip_contact);
  state.routes = Routes(invite->sip_record_route, false);
  return state;
}

void ConfirmDialog(const sip_t* ack, DialogState& state) {
  state.local = Text(ack->sip_to);
  state.remote = Text(ack->sip_from);
  state.call_id = Text(ack->sip_call_id);
}

DialogState DialogOf(const sip_t* response) {
  return {.target = UrlText(response->sip_contact),
          .local = Text(response->sip_from),
          .remote = Text(response->sip_to),
          .call_id = Text(response->sip_call_id),
          .routes = Routes(response->sip_record_route, true)};
}

std::string Encode(const DialogState& state) {
  std::string text = kVersion;
  for (const std::string* part :
       {&state.target, &state.local, &state.remote, &state.call_id, &state.routes}) {
    text += '\n';
    text += *part;
  }
  return text;
}

std::optional<DialogState> DecodeDialog(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  if (lines.size() != 6 || lines[0] != kVersion) return std::nullopt;
  for (size_t i = 1; i < 5; ++i) {
    if (lines[i].empty()) return std::nullopt;
  }
  return DialogState{.target = std::move(lines[1]),
                     .local = std::move(lines[2]),
                     .remote = std::move(lines[3]),
                     .call_id = std::move(lines[4]),
                     .routes = std::move(lines[5])};
}

FarewellAgent::FarewellAgent(su_root_t* root, const std::string& host) {
  const std::string url = "sip:" + host + ":*";
  agent_ = nta_agent_create(root, URL_STRING_MAKE(url.c_str()), nullptr, nullptr,
                            NTATAG_USE_TIMESTAMP(0), TPTAG_QUEUESIZE(kMaxQueued), TAG_END());
  if (agent_) leg_ = nta_leg_tcreate(agent_, nullptr, nullptr, NTATAG_NO_DIALOG(1), TAG_END());
}

FarewellAgent::~FarewellAgent() {
  if (leg_) nta_leg_destroy(leg_);
  if (agent_) nta_agent_destroy(agent_);
}

void FarewellAgent::SayGoodbye(const DialogState& state) {
  if (!leg_) return;
  const char* routes = state.routes.empty() ? nullptr : state.routes.c_str();
  nta_outgoing_tcreate(leg_, nullptr, nullptr, nullptr, SIP_METHOD_BYE,
                       URL_STRING_MAKE(state.target.c_str()), SIPTAG_FROM_STR(state.local.c_str()),
                       SIPTAG_TO_STR(state.remote.c_str()),
                       SIPTAG_CALL_ID_STR(state.call_id.c_str()), SIPTAG_CSEQ_STR(kLastCseq),
                       TAG_IF(routes, SIPTAG_ROUTE_STR(routes)), TAG_END());
}

}  // namespace hotline::call
