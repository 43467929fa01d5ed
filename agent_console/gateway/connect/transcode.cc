#include "agent_console/gateway/connect/transcode.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"

namespace hotline::console {
namespace {

using google::protobuf::util::TypeResolver;

constexpr char kUrlPrefix[] = "type.googleapis.com";

TypeResolver* Types() {
  static const std::unique_ptr<TypeResolver> types(
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kUrlPrefix, google::protobuf::DescriptorPool::generated_pool()));
  return types.get();
}

std::string UrlOf(const google::protobuf::Descriptor& type) {
  return absl::StrCat(kUrlPrefix, "/", type.full_name());
}

}  // namespace

absl::StatusOr<std::string> JsonToBytes(const google::protobuf::Descriptor& type,
                                        const std::string& json) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  std::string bytes;
  const auto status = google::protobuf::util::JsonToBinaryString(
      Types(), UrlOf(type), json.empty() ? "{}" : json, &bytes, options);
  if (status.ok()) return bytes;
  return absl::InvalidArgumentError(
      absl::StrCat("this is no ", type.full_name(), " in JSON: ", std::string(status.message())));
}

absl::StatusOr<std::string> BytesToJson(const google::protobuf::Descriptor& type,
                                        const std::string& bytes) {
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      Types(), UrlOf(type), bytes, &json, google::protobuf::util::JsonPrintOptions());
  if (status.ok()) return json;
  return absl::InternalError(
      absl::StrCat("cannot write ", type.full_name(), " as JSON: ", std::string(status.message())));
}

HttpResponse ToUnaryResponse(const google::protobuf::Descriptor& type, Codec codec,
                             const std::string& bytes) {
  if (codec == Codec::kProto) return UnaryResponse(codec, bytes);
  auto json = BytesToJson(type, bytes);
  if (!json.ok()) return ErrorResponse(json.status());
  return UnaryResponse(codec, *std::move(json));
}

}  // namespace hotline::console
