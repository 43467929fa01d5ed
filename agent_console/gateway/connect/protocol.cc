#include "agent_console/gateway/connect/protocol.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/unknown_field_set.h"

#include "agent_console/gateway/http/text.h"
#include "services/runtime/log_line.h"

namespace hotline::console {
namespace {

/// google.rpc.Status is not among Debian's protos; of its fields we need this one.
constexpr int kStatusDetailsField = 3;
constexpr size_t kMaxDetails = 16;

struct CodeInfo {
  std::string_view name;
  int http;
};

CodeInfo InfoOf(absl::StatusCode code) {
  static constexpr std::array<CodeInfo, 17> kCodes = {{{"ok", 200},
                                                       {"canceled", 499},
                                                       {"unknown", 500},
                                                       {"invalid_argument", 400},
                                                       {"deadline_exceeded", 504},
                                                       {"not_found", 404},
                                                       {"already_exists", 409},
                                                       {"permission_denied", 403},
                                                       {"resource_exhausted", 429},
                                                       {"failed_precondition", 400},
                                                       {"aborted", 409},
                                                       {"out_of_range", 400},
                                                       {"unimplemented", 501},
                                                       {"internal", 500},
                                                       {"unavailable", 503},
                                                       {"data_loss", 500},
                                                       {"unauthenticated", 401}}};
  const auto index = static_cast<size_t>(code);
  return kCodes[index < kCodes.size() ? index : 2];
}

std::string JsonText(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

/// The array's text; empty if there are no details.
std::string DetailsJson(const std::string& bytes) {
  std::vector<std::string> details;
  google::protobuf::UnknownFieldSet fields;
  if (bytes.empty() || !fields.ParseFromString(bytes)) return "";
  for (int i = 0; i < fields.field_count() && details.size() < kMaxDetails; ++i) {
    const auto& field = fields.field(i);
    google::protobuf::Any any;
    if (field.number() != kStatusDetailsField ||
        field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED ||
        !any.ParseFromString(field.length_delimited())) {
      continue;
    }
    const std::string& url = any.type_url();
    details.push_back(absl::StrCat("{\"type\":", JsonText(url.substr(url.rfind('/') + 1)),
                                   ",\"value\":", JsonText(EncodeBase64(any.value())), "}"));
  }
  return details.empty() ? "" : absl::StrCat("[", absl::StrJoin(details, ","), "]");
}

HttpResponse NotSupported(int status, std::string_view header, std::string_view value) {
  HttpResponse response = TextResponse(
      status, status == 405 ? "this method is called by another HTTP method"
                            : "send application/proto or application/json, for a stream "
                              "application/connect+proto or application/connect+json");
  response.headers.emplace_back(std::string(header), std::string(value));
  return response;
}

HttpResponse BadRequest(std::string_view sentence) {
  return ErrorResponse(absl::InvalidArgumentError({sentence.data(), sentence.size()}));
}

/// "application/json; charset=utf-8" as kJson; nothing if it is another type.
std::optional<Codec> CodecOf(std::string_view type, std::string_view prefix) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  if (!type.starts_with(prefix)) return std::nullopt;
  type.remove_prefix(prefix.size());
  if (type == "proto") return Codec::kProto;
  if (type == "json") return Codec::kJson;
  return std::nullopt;
}

std::optional<HttpResponse> ReadGet(const HttpRequest& request, ConnectCall& call) {
  const std::string_view query = request.query();
  const auto encoding = FindParameter(query, "encoding");
  const auto codec = CodecOf(absl::StrCat("application/", encoding.value_or("")), "application/");
  if (!codec) return NotSupported(415, "Accept-Post", "application/proto, application/json");
  auto message = FindParameter(query, "message");
  if (message && FindParameter(query, "base64") == "1") message = DecodeBase64(*message);
  if (!message) return BadRequest("the parameter message is missing or not encoded as it says");
  if (const auto compression = FindParameter(query, "compression");
      compression && !compression->empty() && compression != "identity") {
    return ErrorResponse(absl::UnimplementedError("compressed messages are not accepted"));
  }
  call.codec = *codec;
  call.message = *std::move(message);
  return std::nullopt;
}

std::optional<HttpResponse> ReadTimeout(const HttpRequest& request, ConnectCall& call) {
  const std::string_view text = request.Header("connect-timeout-ms");
  if (text.empty()) return std::nullopt;
  int64_t milliseconds = 0;
  if (text.size() > 10 ||
      !absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &milliseconds) ||
      milliseconds < 0) {
    return BadRequest("Connect-Timeout-Ms is no number of milliseconds");
  }
  call.timeout = absl::Milliseconds(milliseconds);
  return std::nullopt;
}

std::optional<HttpResponse> OpenEnvelope(ConnectCall& call) {
  const std::string& bytes = call.message;
  if (bytes.size() < kEnvelopeBytes) return BadRequest("the stream's request has no envelope");
  if (bytes[0] != 0) {
    return ErrorResponse(absl::UnimplementedError("compressed messages are not accepted"));
  }
  uint32_t size = 0;
  for (size_t i = 1; i < kEnvelopeBytes; ++i)
    size = size << 8 | static_cast<unsigned char>(bytes[i]);
  if (size != bytes.size() - kEnvelopeBytes) {
    return BadRequest("the envelope's length is not the message's: send exactly one message");
  }
  call.message.erase(0, kEnvelopeBytes);
  return std::nullopt;
}

}  // namespace

std::optional<HttpResponse> ReadConnectCall(const HttpRequest& request,
                                            const google::protobuf::MethodDescriptor& method,
                                            ConnectCall& call) {
  if (method.client_streaming()) {
    return ErrorResponse(absl::UnimplementedError("a browser cannot call a client stream"));
  }
  const bool readable =
      !method.server_streaming() &&
      method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  const std::string_view version = request.Header("connect-protocol-version");
  if (!version.empty() && version != "1") {
    return BadRequest("only version 1 of the Connect protocol is spoken here");
  }
  if (auto problem = ReadTimeout(request, call)) return problem;
  if (request.method == "GET" && readable) return ReadGet(request, call);
  if (request.method != "POST") return NotSupported(405, "Allow", readable ? "GET, POST" : "POST");
  const bool streaming = method.server_streaming();
  const auto codec =
      CodecOf(request.Header("content-type"), streaming ? "application/connect+" : "application/");
  if (!codec) {
    return NotSupported(415, "Accept-Post",
                        streaming ? "application/connect+proto, application/connect+json"
                                  : "application/proto, application/json");
  }
  const std::string_view encoding =
      request.Header(streaming ? "connect-content-encoding" : "content-encoding");
  if (!encoding.empty() && encoding != "identity") {
    return ErrorResponse(absl::UnimplementedError("compressed messages are not accepted"));
  }
  call.codec = *codec;
  call.message = request.body;
  return streaming ? OpenEnvelope(call) : std::nullopt;
}

std::string_view ContentType(Codec codec, bool streaming) {
  if (streaming) {
    return codec == Codec::kJson ? "application/connect+json" : "application/connect+proto";
  }
  return codec == Codec::kJson ? "application/json" : "application/proto";
}

std::string_view CodeName(absl::StatusCode code) {
  return InfoOf(code).name;
}

int HttpStatus(absl::StatusCode code) {
  return InfoOf(code).http;
}

std::string ErrorJson(const RpcStatus& status) {
  std::string json = absl::StrCat("{\"code\":", JsonText(CodeName(status.code)));
  if (!status.message.empty()) absl::StrAppend(&json, ",\"message\":", JsonText(status.message));
  const std::string details = DetailsJson(status.details);
  if (!details.empty()) absl::StrAppend(&json, ",\"details\":", details);
  return json + "}";
}

HttpResponse ErrorResponse(const RpcStatus& status) {
  HttpResponse response;
  response.status = HttpStatus(status.code);
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (!status.reason.empty())
    response.headers.emplace_back("Trailer-Hotline-Reason", status.reason);
  response.body = ErrorJson(status);
  return response;
}

HttpResponse UnaryResponse(Codec codec, std::string message) {
  HttpResponse response;
  response.headers = {{"Content-Type", std::string(ContentType(codec, false))},
                      {"Cache-Control", "no-store"}};
  response.body = std::move(message);
  return response;
}

std::string Envelope(char flags, std::string_view message) {
  std::string out(1, flags);
  const auto size = static_cast<uint32_t>(message.size());
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(size >> shift & 255));
  out.append(message);
  return out;
}

std::string EndOfStream(const RpcStatus& status) {
  std::string text = "{}";
  if (!status.ok()) text = absl::StrCat("{\"error\":", ErrorJson(status), "}");
  return Envelope(kEndStreamFlag, text);
}

}  // namespace hotline::console
