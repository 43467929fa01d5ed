// What we read from a SIP message. Everything in it is hostile bytes until it went through here.
//
// Pure functions over Sofia's parsed messages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/base/phone_number.h"
#include "services/call/core/placement.h"
#include "services/call/sip/sofia.h"

namespace hotline::call {

/// Returns the body if it is SDP; empty if there is none; nothing if it is something else.
std::optional<std::string> SdpOf(const sip_t* sip);

/// Whether the answer may be SDP: no Accept, or one that names it (RFC 3261 20.1).
bool AcceptsSdp(const sip_t* sip);

/// The user part of the request URI, without its parameters; empty if there is none.
std::string DialledOf(const sip_t* sip);

/// The caller's number as From claims it.
PhoneNumber CallerOf(const sip_t* sip);

/// The extension headers named in `names`; values over the limit are left out.
std::vector<Header> HeadersOf(const sip_t* sip, const std::vector<std::string>& names);

/// Whether identifiers keep to kMaxSipIdentifierBytes.
bool WithinLimits(const sip_t* sip);

/// Returns the standard phrase of a final status we send.
const char* PhraseOf(int status);

}  // namespace hotline::call
