// What the functions of the desk for people share. Only desk*.cc use it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "services/runtime/number_vault.h"
#include "services/ticket/service/convert.h"

#include "hotline/ticket/v1/ticket.pb.h"

namespace hotline::ticket {

inline constexpr char kNothing[] = "there is no such ticket";

inline std::vector<EventRow> EventRows(const std::vector<Event>& events) {
  std::vector<EventRow> rows;
  for (const Event& event : events) rows.push_back(ToRow(event));
  return rows;
}

/// The hash of everything that a request asks for: the same id with another hash is a mistake.
template <class Message>
std::string HashOf(Message message) {
  message.clear_request_id();
  return ContentHash(
      absl::StrCat(message.GetDescriptor()->full_name(), "\n", message.SerializeAsString()));
}

template <class Response>
absl::StatusOr<Response> Wrap(absl::StatusOr<v1::Ticket> ticket) {
  if (!ticket.ok()) return ticket.status();
  Response response;
  *response.mutable_ticket() = *std::move(ticket);
  return response;
}

}  // namespace hotline::ticket
