#include "services/call/sip/sip_text.h"

#include <strings.h>

#include <cstring>

#include "services/call/sip/sip_endpoint.h"

namespace hotline::call {

std::optional<std::string> SdpOf(const sip_t* sip) {
  if (!sip || !sip->sip_payload || sip->sip_payload->pl_len == 0) return std::string();
  const sip_content_type_t* type = sip->sip_content_type;
  if (!type || !type->c_type || strcasecmp(type->c_type, "application/sdp") != 0) {
    return std::nullopt;
  }
  return std::string(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
}

bool AcceptsSdp(const sip_t* sip) {
  if (!sip->sip_accept) return true;
  for (const sip_accept_t* range = sip->sip_accept; range; range = range->ac_next) {
    if (!range->ac_type) continue;
    for (const char* takes_it : {"application/sdp", "application/*", "*/*"}) {
      if (strcasecmp(range->ac_type, takes_it) == 0) return true;
    }
  }
  return false;
}

std::string DialledOf(const sip_t* sip) {
  const char* user = sip->sip_request->rq_url->url_user;
  if (!user) return {};
  std::string dialled(user, strcspn(user, ";"));
  if (dialled.size() > kMaxSipIdentifierBytes) dialled.clear();
  return dialled;
}

PhoneNumber CallerOf(const sip_t* sip) {
  const char* user = sip->sip_from ? sip->sip_from->a_url->url_user : nullptr;
  if (!user || strlen(user) > kMaxSipIdentifierBytes) return {};
  return PhoneNumber::Parse(user).value_or(PhoneNumber());
}

std::vector<Header> HeadersOf(const sip_t* sip, const std::vector<std::string>& names) {
  constexpr int kMaxHeadersLookedAt = 128;
  std::vector<Header> headers;
  int looked_at = 0;
  for (const sip_unknown_t* header = sip->sip_unknown; header && looked_at < kMaxHeadersLookedAt;
       header = header->un_next, ++looked_at) {
    if (!header->un_name || !header->un_value) continue;
    if (strlen(header->un_value) > kMaxSipHeaderValueBytes) continue;
    for (const std::string& name : names) {
      if (strcasecmp(header->un_name, name.c_str()) == 0) {
        headers.push_back({header->un_name, header->un_value});
      }
    }
  }
  return headers;
}

bool WithinLimits(const sip_t* sip) {
  const auto fits = [](const char* text) {
    return !text || strlen(text) <= kMaxSipIdentifierBytes;
  };
  return fits(sip->sip_call_id->i_id) && fits(sip->sip_from->a_tag) && fits(sip->sip_to->a_tag);
}

const char* PhraseOf(int status) {
  if (const char* phrase = sip_status_phrase(status)) return phrase;
  return "Refused";
}

}  // namespace hotline::call
